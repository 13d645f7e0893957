"""Every message of every kind of channel, read as it arrived: who was told, and what not."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args
from urllib.parse import unquote

import pytest

from consentry.model.camera import Camera, StreamAddress
from consentry.model.errors import CameraState
from consentry.model.event import Event
from consentry.model.feed import (
    AlertShown,
    CameraChanged,
    CameraGone,
    EventChanged,
    FeedMessage,
    MotionChanged,
    ProblemChanged,
    SignedIn,
    WatchingChanged,
    concerns,
)
from consentry.model.ids import CameraId, EventId
from consentry.model.media import StreamName
from consentry.model.rights import RESIDENT, Grant
from consentry.model.secret import Secret
from consentry.model.settings import (
    AppriseChannel,
    Channel,
    ChannelId,
    EmailChannel,
    Language,
    MqttChannel,
    Settings,
)
from consentry.model.status import CameraView, Problem, ProblemCode, StreamState
from consentry.model.vision import Label
from consentry.notify.notifier import Message
from consentry.notify.outbox import Outbox
from consentry.notify.trouble import TROUBLES
from consentry.notify.wording import LABELS, Wording
from tests.notify.house import DOOR, SEEN, Complaints, Notes, person
from tests.notify.people import BO, NOBODY, YARD, People
from tests.notify.stations import MARK, PASSWORD, STATIONS, Station, readings, tells

HUB = "https://hub.local:8600"
NAMES = {DOOR: "Haustür", YARD: "Badezimmer"}
PICTURES = {camera: b"\xff\xd8 what the " + camera.encode() + b" saw \xff\xd9" for camera in NAMES}
SECRETS = (
    PASSWORD,
    "camera-passw0rd",
    "camera-user",
    "192.0.2.44",
    "h264/private-path",
    "/srv/recordings",
    "t0ken-of-another-channel",
)
"""What stands in settings, and in the hub's own sentences about what is wrong."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message: the method of ``Wording`` that words it, if people read it."""

    message: FeedMessage
    wording: str | None = None
    says: str = ""
    picture: bytes | None = None


def every_kind(language: Language) -> Iterator[Kind]:
    """Yield each kind of message of the feed, for the camera Bo may see and the other one."""
    for camera, name in NAMES.items():
        yield Kind(CameraChanged(view(camera)))
        for label in Label:
            said = LABELS[language][label]
            yield Kind(EventChanged(event(camera, label)))
            alert = AlertShown(event(camera, label))
            yield Kind(alert, "alert", f"{said}: {name}", PICTURES[camera])
        yield Kind(WatchingChanged(camera, name, ("Ada",)), "watching", "Ada")
        yield Kind(WatchingChanged(camera, name, ()), "watching", name)
        for code in ProblemCode:
            for_camera = problem(code, camera)
            yield from troubled(for_camera, f"{name}: {TROUBLES[language][code][0]}")
    for code in ProblemCode:
        yield from troubled(problem(code, None), TROUBLES[language][code][0])
    yield Kind(MotionChanged(YARD, moving=True))
    yield Kind(CameraGone(YARD))
    yield Kind(SignedIn(BO, "Bo", "198.51.100.7", "Firefox", SEEN), "signed_in", "198.51.100.7")


def troubled(what: Problem, title: str) -> Iterator[Kind]:
    """Yield a problem's beginning and end; people are not told of channels by channels."""
    told = what.code is not ProblemCode.NOTIFIER
    for over in (False, True):
        word = "problem_over" if over else "problem"
        shown = ProblemChanged(what, over=over)
        yield Kind(shown, word, title) if told else Kind(shown)


def view(camera: CameraId) -> CameraView:
    """Return a camera that does not answer, with all that is known of it."""
    address = StreamAddress(StreamName.MAIN, "rtsp://192.0.2.44/h264/private-path")
    known = Camera(
        camera, NAMES[camera], address, user="camera-user", password=Secret("camera-passw0rd")
    )
    sentence = "The camera at 192.0.2.44 refuses this user name and password."
    state = StreamState(CameraState.WRONG_PASSWORD, sentence, SEEN, recording=False)
    return CameraView(known, {StreamName.MAIN: state})


def event(camera: CameraId, label: Label) -> Event:
    """Return an event of the camera."""
    id_ = EventId(f"of-{camera}-{len(label)}")
    return replace(person(), id=id_, camera=camera, label=label, incident=id_)


def problem(code: ProblemCode, camera: CameraId | None) -> Problem:
    """Return something wrong, in the hub's own words."""
    said = (
        "The camera at 192.0.2.44 has no stream at /h264/private-path, and /srv/recordings "
        "is full; json://t0ken-of-another-channel@192.0.2.44/ does not take messages."
    )
    return Problem(f"{code}-{camera}", code, camera, SEEN, said)


CHANNELS = {
    "house": (None, False),
    "pictured": (None, True),
    "bo": (BO, False),
    "bo-pictured": (BO, True),
    "gone": (NOBODY, True),
}
"""Whose each channel is, and whether its owner named it for pictures."""

PEOPLE = People(*RESIDENT)
PEOPLE.bo = replace(PEOPLE.bo, grants={each: Grant(each, RESIDENT) for each in (DOOR, MARK)})


def test_no_kind_of_message_or_channel_is_missing() -> None:
    """Whoever adds one has to add it here, and gets it read."""
    kinds = list(every_kind(Language.ENGLISH))
    worded = {
        name
        for name, method in inspect.getmembers(Wording, inspect.isfunction)
        if inspect.signature(method).return_annotation is Message
    }
    assert set(STATIONS) == set(get_args(Channel))
    assert {type(kind.message) for kind in kinds} == set(get_args(FeedMessage))
    assert {kind.wording for kind in kinds if kind.wording} == worded - {"test", "shared"}
    alerts = {kind.message.event.label for kind in kinds if isinstance(kind.message, AlertShown)}
    assert alerts == set(Label)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", STATIONS)
async def test_every_message_is_read(
    kind: type[Channel], language: Language, tmp_path: Path
) -> None:
    """Pictures only where named, no secret anywhere, and of a camera only to whom may see it."""
    async with STATIONS[kind](tmp_path) as station:
        channels = tuple(
            station.channel(name, member, pictures=pictures)
            for name, (member, pictures) in CHANNELS.items()
        )
        settings = Settings(language=language, channels=channels, address=HUB)
        hear = Complaints().hear
        async with Outbox(settings, hear, PEOPLE.may_hear, note=Notes().take) as box:
            for message in every_kind(language):
                await post(box, station, message)
            if kind is not MqttChannel:
                await box.test(ChannelId("bo"))
                assert tells(station.sent("bo")[-1], f"{HUB}/#/")
            if kind is EmailChannel:
                await box.mail("aunt@home.example", lambda words: words.shared(HUB, sender="Ada"))
                assert tells(station.sent("aunt")[-1], "Ada")
        sent = {name: station.sent(name) for name in (*CHANNELS, "aunt")}
    read_pictures(sent)
    read_rights(sent)
    read_secrets(sent, language)


async def post(box: Outbox, station: Station, kind: Kind) -> None:
    """Post a message and wait until whoever is told of it was; whoever reads it finds its words."""
    before = {name: len(station.sent(name)) for name in CHANNELS}
    box.post(kind.message, picture=kind.picture)
    for name, (member, _) in CHANNELS.items():
        if member == NOBODY:
            continue
        channel = station.channel(name, member, pictures=False)
        heard = PEOPLE.may_hear(member, *concerns(kind.message)) and is_told(kind, channel)
        await station.caught_up(box, name, before[name] + heard)
        if heard:
            assert tells(station.sent(name)[-1], kind.says), (name, kind)


def is_told(kind: Kind, channel: Channel) -> bool:
    """Tell whether a channel sends a letter of it."""
    if isinstance(channel, MqttChannel) or kind.wording is None:
        return False
    return isinstance(channel, AppriseChannel) or kind.wording != "watching"


def read_pictures(sent: dict[str, list[bytes]]) -> None:
    """Find the pictures in channels that were named for them, and in no other."""
    found = {
        (name, camera)
        for name, messages in sent.items()
        for raw in messages
        for camera, picture in PICTURES.items()
        if tells(raw, picture)
    }
    assert found == {("pictured", DOOR), ("pictured", YARD), ("bo-pictured", DOOR)}


def read_rights(sent: dict[str, list[bytes]]) -> None:
    """Find of the camera Bo may not see neither name nor id in Bo's channels, nor of the house."""
    # A broker hears of whoever is gone that the hub is there, and nothing else.
    assert [raw for raw in sent["gone"] if not raw.startswith(b"gone/status ")] == []
    for name in ("bo", "bo-pictured"):
        messages = sent[name]
        assert any(tells(raw, DOOR) for raw in messages), name
        for hidden in (YARD, NAMES[YARD], "198.51.100.7", "Ada"):
            assert not [raw for raw in messages if tells(raw, hidden)], (name, hidden)
    for name in ("house", "pictured"):
        assert any(tells(raw, YARD) for raw in sent[name]), name


def read_secrets(sent: dict[str, list[bytes]], language: Language) -> None:
    """Find no secret and no address of a camera anywhere, and no name or label in any link."""
    everything = [raw for messages in sent.values() for raw in messages]
    assert [secret for secret in SECRETS for raw in everything if tells(raw, secret)] == []
    links = {link for raw in everything for link in links_in(raw)}
    labels = [label.value for label in Label] + list(LABELS[language].values())
    assert f"{HUB}/#/events/of-{DOOR}-6" in links
    for name in (*NAMES.values(), *labels):
        assert not [link for link in links if name.lower() in unquote(link).lower()], name


def links_in(sent: bytes) -> list[str]:
    """Return the links in what was sent, as a reader's program would find them."""
    found = (re.findall(rb"https://[^\s\"<>\\]+", reading) for reading in readings(sent))
    return [link.decode("ascii", "replace") for each in found for link in each]
