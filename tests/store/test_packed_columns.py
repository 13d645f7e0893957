"""Codecs of packed columns and JSON documents."""

from dataclasses import dataclass, field
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.model.camera import LabelRule, Zone
from consentry.model.errors import IntegrityError
from consentry.model.event import TimedBox
from consentry.model.hours import Hours
from consentry.model.media import KeyFrame
from consentry.model.secret import Secret
from consentry.model.settings import (
    AppriseChannel,
    ChannelId,
    EmailChannel,
    Settings,
)
from consentry.model.time import Micros
from consentry.model.vision import Box, Label
from consentry.store import codec, document

UNIT = st.floats(0, 1)
TIMES = st.integers(-(1 << 62), 1 << 62).map(Micros)
KEY_FRAMES = st.builds(KeyFrame, TIMES, st.integers(0, 1 << 40))
STEPS = st.builds(TimedBox, TIMES, st.builds(Box, UNIT, UNIT, UNIT, UNIT), UNIT)


@given(st.lists(KEY_FRAMES, max_size=50).map(tuple))
def test_key_frames_come_back(frames: tuple[KeyFrame, ...]) -> None:
    """Any table of key frames packs and unpacks to itself."""
    assert codec.unpack_key_frames(codec.pack_key_frames(frames)) == frames


def test_key_frame_table_is_small() -> None:
    """A minute with a key frame a second takes about six bytes each."""
    frames = [KeyFrame(Micros(n * 1_000_000), n * 500_000) for n in range(60)]
    assert len(codec.pack_key_frames(frames)) <= 6.5 * 60


@given(st.lists(STEPS, max_size=20).map(tuple))
def test_paths_come_back_within_a_pixel(path: tuple[TimedBox, ...]) -> None:
    """Times are exact; edges and scores are off by at most 1/65535."""
    found = codec.unpack_path(codec.pack_path(path))
    assert [step.time for step in found] == [step.time for step in path]
    for was, now in zip(path, found, strict=True):
        edges = (was.box.left, was.box.top, was.box.right, was.box.bottom, was.score)
        again = (now.box.left, now.box.top, now.box.right, now.box.bottom, now.score)
        assert again == pytest.approx(edges, abs=1 / 65535)


def test_packed_vectors() -> None:
    """The packed forms never change: rows of the first version read for ever."""
    frames = (KeyFrame(Micros(0), 300), KeyFrame(Micros(2_000_000), 600_300))
    assert codec.pack_key_frames(frames).hex() == "00d8048092f401809f49"
    step = TimedBox(Micros(1_000), Box(0.0, 0.25, 0.5, 1.0), 0.75)
    assert codec.pack_path((step,)).hex() == "d00f000040008000ffffbfff"


@given(st.binary(max_size=200))
def test_random_bytes_never_crash(packed: bytes) -> None:
    """Random bytes unpack to something or raise an IntegrityError."""
    for unpack in (codec.unpack_key_frames, codec.unpack_path):
        try:
            unpack(packed)
        except IntegrityError:
            continue


def test_settings_come_back_with_their_secrets() -> None:
    """Channels of every kind, quiet hours and secrets survive the document."""
    settings = Settings(
        time_zone="Europe/Berlin",
        quiet_hours=(Hours(frozenset({5, 6}), time(22), time(7, 30)),),
        channels=(
            AppriseChannel(id=ChannelId("a"), name="Phone", url=Secret("ntfy://topic")),
            EmailChannel(
                id=ChannelId("b"),
                name="Mail",
                host="mail.example.org",
                sender="home@example.org",
                recipients=("me@example.org",),
                password=Secret("hunter2"),
            ),
        ),
    )
    assert document.load(Settings, document.dump(settings)) == settings


def test_zones_and_rules_come_back() -> None:
    """Enum keys, sets of enums and nested tuples survive."""
    zones = (Zone("Path", ((0.0, 0.5), (1.0, 0.25)), frozenset({Label.PERSON})),)
    rules = {Label.PERSON: LabelRule(threshold=0.7), Label.ANIMAL: LabelRule(enabled=False)}
    assert document.load(tuple[Zone, ...], document.dump(zones)) == zones
    assert document.load(dict[Label, LabelRule], document.dump(rules)) == rules


@dataclass(frozen=True, slots=True)
class Old:
    """A document of an older version."""

    name: str
    gone: int = 0


@dataclass(frozen=True, slots=True)
class New:
    """The same document in a newer version."""

    name: str
    added: tuple[int, ...] = (1, 2)
    kept: bytes = field(default=b"\x00")


def test_documents_of_other_versions_read() -> None:
    """A missing field takes its default, an unknown one is ignored."""
    assert document.load(New, document.dump(Old("x", 3))) == New("x")
    assert document.load(Old, document.dump(New("x", kept=b"\xff"))) == Old("x")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"name": 1}', '{"name": "x", "added": 3}', '{"name":"x","kept":"%"}'],
)
def test_documents_that_are_none_are_refused(text: str) -> None:
    """Text that is no such document is an IntegrityError that names the type."""
    with pytest.raises(IntegrityError, match="New"):
        document.load(New, text)
