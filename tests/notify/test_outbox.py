"""The outbox: which channel hears what, in which language."""

import email
import email.policy
import json
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from consentry.model.errors import DeliveryError, InputError, NotFoundError
from consentry.model.feed import AlertShown, EventChanged, ProblemChanged, WatchingChanged
from consentry.model.hours import Hours
from consentry.model.secret import Secret
from consentry.model.settings import (
    AppriseChannel,
    Channel,
    ChannelId,
    EmailChannel,
    Language,
    MailSecurity,
    Settings,
)
from consentry.model.status import ProblemCode
from consentry.notify.outbox import Outbox
from tests.notify.house import DOOR, JPEG, Complaints, Notes, door, down, person
from tests.notify.servers import mail_server, web_hook
from tests.port import free_port


def mail(port: int, name: str = "mail", *, pictures: bool = False) -> EmailChannel:
    """Return an e-mail channel to ``port``."""
    return EmailChannel(
        id=ChannelId(name),
        name=name,
        pictures=pictures,
        host="127.0.0.1",
        port=port,
        security=MailSecurity.NONE,
        sender="hub@home.example",
        recipients=(f"{name}@home.example",),
    )


def readable(letter: str) -> str:
    """Return the text of a letter, and its HTML."""
    parsed = email.message_from_string(letter, policy=email.policy.default)
    return "\n".join(
        part.get_content() for part in parsed.walk() if part.get_content_maintype() == "text"
    )


def household(*channels: Channel, language: Language = Language.ENGLISH) -> Settings:
    """Return settings of a household in Berlin."""
    return Settings(language=language, time_zone="Europe/Berlin", channels=channels)


async def test_alert_reaches_people_and_other_news_does_not() -> None:
    """Of an event's messages only the alert is sent, with the local time."""
    async with (
        mail_server() as server,
        Outbox(household(mail(server.port)), Complaints().hear) as box,
    ):
        box.post(door())
        box.post(EventChanged(person()))
        box.post(AlertShown(person(zones=("Drive",))))
        (letter,) = await server.arrived(1)
    assert "Subject: Person: Front door" in letter
    assert "Person seen by Front door on 2026-11-22 at 12:00:00, in Drive." in letter


HUB = "https://hub.local:8600"


async def test_messages_lead_to_the_event() -> None:
    """The link is the owner's address of the hub or the one it knows; else there is none."""
    async with (
        mail_server() as server,
        Outbox(household(mail(server.port)), Complaints().hear) as box,
    ):
        box.post(door())
        box.post(AlertShown(person()))
        await server.arrived(1)
        box.reached = lambda: HUB
        box.post(AlertShown(person()))
        await server.arrived(2)
        await box.apply(replace(household(mail(server.port)), address="https://home.example"))
        box.post(AlertShown(person()))
        nowhere, known, named = (readable(letter) for letter in await server.arrived(3))
    event = f"/#/events/{person().id}"
    assert "://" not in nowhere
    assert f"{HUB}{event}" in known.splitlines()
    assert f'<a href="{HUB}{event}">Open in Consentry</a>' in known
    assert f'<a href="https://home.example{event}">' in named


async def test_link_goes_to_one_person_outside() -> None:
    """A shared clip's link is mailed to its recipient only, in the language of the house."""
    link = "https://hub.local/s/token#key"
    async with mail_server() as server:
        settings = household(mail(server.port), language=Language.GERMAN)
        async with Outbox(settings, Complaints().hear) as box:
            await box.mail("oma@example.org", lambda wording: wording.shared(link, sender="Ada"))
            (letter,) = await server.arrived(1)
    assert "To: oma@example.org" in letter
    assert "mail@home.example" not in letter
    assert "Ada teilt einen Clip mit dir" in letter
    assert f'<a href="{link}">Clip öffnen</a>' in readable(letter)


async def test_link_without_a_mail_server_is_a_sentence() -> None:
    """Who never named a mail server is told what to do."""
    async with Outbox(household(), Complaints().hear) as box:
        with pytest.raises(InputError, match="add an e-mail channel"):
            await box.mail("oma@example.org", lambda wording: wording.test())


async def test_pictures_reach_only_channels_that_may_have_them() -> None:
    """One alert, two channels: the JPEG is in one of the letters."""
    async with mail_server() as plain, mail_server() as pictured:
        channels = mail(plain.port, "plain"), mail(pictured.port, "pictured", pictures=True)
        notes = Notes()
        async with Outbox(household(*channels), Complaints().hear, note=notes.take) as box:
            box.post(door())
            box.post(AlertShown(person()), picture=JPEG)
            (without,) = await plain.arrived(1)
            (with_picture,) = await pictured.arrived(1)
    assert "image/jpeg" not in without
    assert "image/jpeg" in with_picture
    assert notes.channels == [("pictured",)]


async def test_a_picture_that_is_not_written_down_stays_here() -> None:
    """When the diary cannot take it, or there is none, the alert goes without its picture."""
    async with mail_server() as server:
        settings = household(mail(server.port, pictures=True))
        hear = Complaints().hear
        for box in (Outbox(settings, hear, note=Notes(written=False).take), Outbox(settings, hear)):
            async with box:
                box.post(AlertShown(person()), picture=JPEG)
                assert "image/jpeg" not in (await server.arrived(1))[-1]
                server.letters.clear()


async def test_news_waits_behind_a_picture_being_written_down() -> None:
    """A message never overtakes the alert before it, however long the diary takes."""
    async with mail_server() as server:
        notes = Notes()
        notes.hold.clear()
        settings = household(mail(server.port, pictures=True))
        async with Outbox(settings, Complaints().hear, note=notes.take) as box:
            box.post(door())
            box.post(AlertShown(person()), picture=JPEG)
            box.post(ProblemChanged(down()))
            await notes.asked.wait()
            assert server.letters == []
            notes.hold.set()
            first, second = await server.arrived(2)
    assert "image/jpeg" in first
    assert "not reachable" in second


async def test_a_web_hook_hears_who_watches_where_it_was_asked_to() -> None:
    """Only the service with the switch on is told, when somebody begins and when nobody is left."""
    async with web_hook() as asked, web_hook() as other:
        channels = [
            AppriseChannel(
                id=ChannelId(name),
                name=name,
                url=Secret(f"json://127.0.0.1:{hook.port}/"),
                watched=name == "asked",
            )
            for name, hook in (("asked", asked), ("other", other))
        ]
        async with Outbox(household(*channels), Complaints().hear) as box:
            box.post(door())
            box.post(WatchingChanged(DOOR, "Front door", ("Ada", "Eve")))
            box.post(WatchingChanged(DOOR, "Front door", ()))
            box.post(AlertShown(person()))
            await asked.arrived(3)
            await other.arrived(1)
    told = [json.loads(body)["message"] for body in asked.bodies]
    assert told[0] == "Watching Front door now: Ada, Eve."
    assert told[1] == "Nobody watches Front door any more."
    assert len(other.bodies) == 1


async def test_problem_is_told_once_and_its_end_too() -> None:
    """A problem that goes on is one message; when it is over there is a second one."""
    async with (
        mail_server() as server,
        Outbox(household(mail(server.port)), Complaints().hear) as box,
    ):
        box.post(door())
        box.post(ProblemChanged(down(), over=True))  # began before the hub's last start
        box.post(ProblemChanged(down()))
        box.post(ProblemChanged(replace(down(), message="Still.")))
        box.post(ProblemChanged(down(), over=True))
        began, ended = await server.arrived(2)
    assert "Subject: Front door: camera not reachable" in began
    assert "No pictures have come from Front door since 2026-11-22 at 12:00:00." in began
    assert "Subject: Over: Front door: camera not reachable" in ended


async def test_broken_channel_is_not_told_to_channels() -> None:
    """What a channel cannot deliver stays in the page; the next alert still goes out."""
    broken = replace(down(), code=ProblemCode.NOTIFIER)
    async with (
        mail_server() as server,
        Outbox(household(mail(server.port)), Complaints().hear) as box,
    ):
        box.post(ProblemChanged(broken))
        box.post(AlertShown(person()))
        (letter,) = await server.arrived(1)
    assert "Subject: Person" in letter


async def test_messages_speak_german() -> None:
    """A German household gets German titles and dates."""
    settings = household(language=Language.GERMAN)
    async with mail_server() as server:
        settings = replace(settings, channels=(mail(server.port),))
        async with Outbox(settings, Complaints().hear) as box:
            box.post(door(name="Garten"))
            box.post(AlertShown(person()))
            (letter,) = await server.arrived(1)
    assert "Person gesehen von Garten am 22.11.2026 um 12:00:00." in letter


async def test_a_channel_has_its_own_language_and_quiet_hours() -> None:
    """At night no alert disturbs it, but trouble does; the house's other channels go on."""
    night = Hours(frozenset(range(7)), time(22), time(7))
    local = [datetime(2026, 11, 22, 23, 30, tzinfo=UTC)]
    async with mail_server() as server, mail_server() as house:
        mine = replace(mail(server.port), language=Language.GERMAN, quiet_hours=(night,))
        settings = household(mine, mail(house.port, "house"))
        async with Outbox(settings, Complaints().hear, local=lambda: local[0]) as box:
            box.post(door())
            box.post(AlertShown(person()))
            box.post(ProblemChanged(down()))
            local[0] = local[0].replace(hour=12)
            box.post(AlertShown(person()))
            trouble, alert = await server.arrived(2)
            await house.arrived(3)
    assert "Front door: Kamera nicht erreichbar" in trouble
    assert "Person gesehen von Front door" in readable(alert)
    assert "Person seen by Front door" in readable(house.letters[0])


async def test_a_channel_that_is_removed_fails_no_more() -> None:
    """What was wrong with it is over with it."""
    complaints = Complaints()
    async with Outbox(household(mail(free_port())), complaints.hear) as box:
        box.post(AlertShown(person()))
        assert "refused" in str(await complaints.next())
        await box.apply(household())
        assert await complaints.next() is None


async def test_new_settings_restart_only_what_changed() -> None:
    """A channel added, one disabled: the next alert goes to the new one alone."""
    async with mail_server() as old, mail_server() as new:
        first = mail(old.port, "old")
        async with Outbox(household(first), Complaints().hear) as box:
            box.post(door())
            await box.apply(household(replace(first, enabled=False), mail(new.port, "new")))
            box.post(AlertShown(person()))
            (letter,) = await new.arrived(1)
    assert old.letters == []
    assert "Front door" in letter


async def test_failing_channel_is_told() -> None:
    """A mail server that is away becomes a sentence with its address."""
    complaints = Complaints()
    port = free_port()
    async with Outbox(household(mail(port)), complaints.hear) as box:
        box.post(AlertShown(person()))
        assert (
            await complaints.next() == f"The mail server 127.0.0.1:{port} refused the connection."
        )


async def test_test_message_tries_at_once() -> None:
    """The test button sends through a channel, enabled or not, and says what is wrong."""
    async with mail_server() as server:
        off = replace(mail(server.port), enabled=False)
        bad = AppriseChannel(id=ChannelId("bad"), name="bad", url=Secret("nonsense://x"))
        async with Outbox(household(off, bad), Complaints().hear) as box:
            await box.test(off.id)
            with pytest.raises(DeliveryError):
                await box.test(bad.id)
            with pytest.raises(NotFoundError):
                await box.test(ChannelId("none"))
    assert "Subject: Consentry: test message" in server.letters[0]
