"""A channel belongs to a member and tells what that member may see."""

from dataclasses import replace
from pathlib import Path

from consentry.model.feed import (
    AlertShown,
    CameraChanged,
    MotionChanged,
    ProblemChanged,
    WatchingChanged,
)
from consentry.model.ids import MemberId
from consentry.model.rights import RESIDENT, Right
from consentry.model.secret import Secret
from consentry.model.settings import (
    AppriseChannel,
    ChannelId,
    EmailChannel,
    MailSecurity,
    MqttChannel,
    Settings,
)
from consentry.notify.outbox import Outbox
from tests.notify.house import DOOR, JPEG, Complaints, door, down, person
from tests.notify.people import BO, NOBODY, YARD, People
from tests.notify.servers import listener, mail_server, mosquitto, web_hook
from tests.port import free_port


def mail(port: int, member: MemberId | None) -> EmailChannel:
    """Return a channel with pictures."""
    return EmailChannel(
        id=ChannelId(f"mail of {member}"),
        name="mail",
        pictures=True,
        member=member,
        host="127.0.0.1",
        port=port,
        security=MailSecurity.NONE,
        sender="hub@home.example",
        recipients=("bo@home.example",),
    )


def yard() -> CameraChanged:
    """Return another camera's view."""
    view = door(name="Yard").view
    return CameraChanged(replace(view, camera=replace(view.camera, id=YARD)))


async def test_alerts_go_to_whom_may_see_the_clips() -> None:
    """Of the camera without the right nothing is sent, no picture, not even its name."""
    async with mail_server() as server, mail_server() as house:
        channels = (mail(server.port, BO), mail(house.port, None))
        people = People(Right.CLIPS, camera=YARD)
        settings = Settings(channels=channels)
        async with Outbox(settings, Complaints().hear, people.may_hear) as box:
            for camera in (door(), yard()):
                box.post(camera)
            box.post(AlertShown(person()), picture=JPEG)
            box.post(ProblemChanged(down()))
            box.post(AlertShown(replace(person(), camera=YARD)), picture=JPEG)
            (letter,) = await server.arrived(1)
            assert len(await house.arrived(3)) == 3
        assert "Yard" in letter
        assert len(server.letters) == 1


async def test_a_channel_of_nobody_tells_nothing() -> None:
    """Whoever is gone hears nothing, even while their channel is still configured."""
    async with mail_server() as server, mail_server() as house:
        settings = Settings(channels=(mail(server.port, NOBODY), mail(house.port, None)))
        async with Outbox(settings, Complaints().hear, People().may_hear) as box:
            box.post(door())
            box.post(AlertShown(person()), picture=JPEG)
            await house.arrived(1)
        assert server.letters == []


async def test_a_members_own_channel_hears_of_nobody_who_watches() -> None:
    """Their page says who watches a room; what goes on when nobody is at home does not."""
    async with web_hook() as theirs, web_hook() as house:
        channels = [
            AppriseChannel(
                id=ChannelId(f"hook of {member}"),
                name="hook",
                member=member,
                url=Secret(f"json://127.0.0.1:{hook.port}/"),
                watched=True,
            )
            for member, hook in ((BO, theirs), (None, house))
        ]
        people = People(*RESIDENT)
        settings = Settings(channels=tuple(channels))
        async with Outbox(settings, Complaints().hear, people.may_hear) as box:
            box.post(door())
            box.post(WatchingChanged(DOOR, "Front door", ("Ada",)))
            box.post(AlertShown(person()))
            await house.arrived(2)
            await theirs.arrived(1)
        assert len(theirs.bodies) == 1
        assert b"Watching" not in theirs.bodies[0]


async def test_home_assistant_loses_a_camera_with_the_right(tmp_path: Path) -> None:
    """Topics appear for what may be seen; a right taken back takes them from the broker."""
    port = free_port()
    channel = MqttChannel(id=ChannelId("mqtt"), name="home", member=BO, host="127.0.0.1", port=port)
    people = People(*RESIDENT)
    with mosquitto(tmp_path, port):
        async with (
            Outbox(Settings(channels=(channel,)), Complaints().hear, people.may_hear) as box,
            listener(port) as seen,
        ):
            for camera in (yard(), door()):
                box.post(camera)
            box.post(MotionChanged(YARD, moving=True))
            config = f"homeassistant/device/consentry_{DOOR}/config"
            assert await seen.until(config) != b""
            assert YARD not in " ".join(seen.values)
            people.bo = People().bo
            await box.review(BO)
            assert await seen.until(config, b"") == b""
