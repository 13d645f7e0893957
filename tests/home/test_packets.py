"""Pipes between children."""

from collections.abc import Iterator
from dataclasses import dataclass
from socket import socket

import numpy as np
import pytest

from consentry.home.access_units import (
    AccessUnit,
    AccessUnitReader,
    AccessUnitWriter,
    BurstReader,
    TrackSeen,
    packed,
)
from consentry.home.looks import CameraLook, CameraSighting, LookReceiver, LookSender
from consentry.home.packets import PacketReader, PacketWriter, packet_pair
from consentry.model.ids import CameraId
from consentry.model.media import Part, Picture, TrackKind, VideoTrack
from consentry.model.time import Micros
from consentry.model.vision import Box, Detection, Label, Look, Motion, Sighting
from tests.store.house import HandClock

TRACK = VideoTrack("h264", "avc1.64001e", 90000, b"avcC", 640, 360)


@dataclass(frozen=True, slots=True)
class Pair:
    """Both ends of a pipe."""

    one: socket
    other: socket


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Return a new pipe."""
    one, other = packet_pair()
    with one, other:
        yield Pair(one, other)


def part(size: int, *, key: bool) -> Part:
    """Return a video part whose sample has ``size`` bytes."""
    data = b"head" + bytes(range(256)) * (size // 256 + 1)
    return Part(TrackKind.VIDEO, key, 0, 0, 1, data[: size + 4], 4, Micros(0))


def test_packets_of_any_size_arrive_whole_and_in_order(pair: Pair) -> None:
    """Small and big packets of two writers come out whole, each writer's in its order."""
    writers = [PacketWriter(pair.one, backlog_limit=10**7) for _ in range(2)]
    reader = PacketReader(pair.other)
    sent = [(i % 2, bytes([i]) * size) for i, size in enumerate((0, 1, 60_000, 60_001, 500_000))]
    for index, data in sent:
        assert writers[index].put(index, 7, 123, data)
    got: list[tuple[int, int, int, bytes]] = []
    while any(writer.has_backlog for writer in writers) or len(got) < len(sent):
        got += [(packet.index, packet.kind, packet.time, packet.data) for packet in reader.read()]
        for writer in writers:
            writer.flush()
    assert sorted(got) == sorted((index, 7, 123, data) for index, data in sent)


def test_a_writer_never_waits_for_its_reader(pair: Pair) -> None:
    """When nobody reads, packets are refused once the backlog is full, and go on after reading."""
    writer = PacketWriter(pair.one, backlog_limit=100_000)
    accepted = 0
    while writer.put(1, 0, accepted, bytes(50_000)):
        accepted += 1
    reader = PacketReader(pair.other)
    times = [packet.time for packet in reader.read()]
    assert writer.put(1, 0, accepted, b"next")
    while writer.has_backlog:
        times += [packet.time for packet in reader.read()]
        writer.flush()
    times += [packet.time for packet in reader.read()]
    assert times == list(range(accepted + 1))


def test_a_new_reader_ignores_what_its_predecessor_half_read(pair: Pair) -> None:
    """A reader that starts in the middle of a big packet gets the next whole one."""
    writer = PacketWriter(pair.one, backlog_limit=10**7)
    writer.put(1, 0, 1, bytes(150_000))
    assert list(PacketReader(pair.other).read(limit=1)) == []
    writer.put(1, 0, 2, b"whole")
    assert [packet.time for packet in PacketReader(pair.other).read()] == [2]


def test_access_units_carry_what_a_fresh_watcher_needs(pair: Pair) -> None:
    """Before every key frame comes the track, so that a watcher can start at any key frame."""
    writer, reader = AccessUnitWriter(pair.one), AccessUnitReader(pair.other)
    key, delta = part(300, key=True), part(20, key=False)
    for number, item in enumerate((key, delta, key)):
        assert writer.put(5, item, Micros(number), track=packed(TRACK))
    assert list(reader.read()) == [
        TrackSeen(5, TRACK),
        AccessUnit(5, Micros(0), key=True, data=bytes(key.sample)),
        AccessUnit(5, Micros(1), key=False, data=bytes(delta.sample)),
        TrackSeen(5, TRACK),
        AccessUnit(5, Micros(2), key=True, data=bytes(key.sample)),
    ]


def test_a_burst_is_handed_on_camera_by_camera_once_no_more_comes(pair: Pair) -> None:
    """While something comes nothing is handed on; then all of it, each camera's in its order."""
    clock = HandClock()
    writer, reader = AccessUnitWriter(pair.one), BurstReader(pair.other, clock)
    for number in range(3):
        for index in (4, 2):
            writer.put(index, part(20, key=False), Micros(number), track=b"")
        assert reader.read() == []
        assert reader.due > clock.monotonic()
        clock.pass_time(reader.due - clock.monotonic())
    burst = [(item.index, item.time) for item in reader.read() if isinstance(item, AccessUnit)]
    assert burst == [(2, 0), (2, 1), (2, 2), (4, 0), (4, 1), (4, 2)]
    assert reader.read() == []


def test_a_burst_without_end_is_handed_on_in_pieces(pair: Pair) -> None:
    """Where pictures come all the time they are handed on after a tenth of a second, none twice."""
    clock = HandClock()
    writer, reader = AccessUnitWriter(pair.one), BurstReader(pair.other, clock)
    pieces: list[int] = []
    sent = 0
    while len(pieces) < 3:
        writer.put(1, part(20, key=False), Micros(sent), track=b"")
        sent += 1
        pieces += [len(piece)] if (piece := reader.read()) else []
        clock.pass_time(reader.due - clock.monotonic())
    assert sum(pieces) == sent
    assert 3 < sent < 100
    writer.put(1, part(20, key=False), Micros(sent), track=b"")
    assert len(reader.read_all()) == 1


def look(time: int, *, rows: int = 4) -> Look:
    """Return a look at a gray picture."""
    rgb = np.full((rows, 640, 3), time % 256, np.uint8)
    return Look(Picture(Micros(time), rgb), Motion(Micros(time), (), 0.1))


def received(receiver: LookReceiver) -> list[tuple[str, int]]:
    """Return camera and time of what ``receiver`` has."""
    return [(str(found.camera), found.look.picture.time) for found in receiver.read()]


def test_the_two_newest_looks_of_each_camera_wait_their_turn(pair: Pair) -> None:
    """A busy detector gets each camera's two newest looks, the longest waiting camera first."""
    receiver, sender = LookReceiver(pair.other), LookSender(pair.one)
    a, b = CameraId("a"), CameraId("b")
    sender.read()
    assert sender.put(a, look(1)) is None
    assert sender.put(b, look(2)) is None
    assert sender.put(a, look(3)) is None
    assert sender.put(b, look(4)) is None
    replaced = sender.put(b, look(5))
    assert replaced is not None
    assert replaced.picture.time == 2
    assert received(receiver) == [("a", 1)]
    for _ in range(4):
        receiver.ready()
        sender.read()
    seen = received(receiver)
    assert seen == [("b", 4), ("a", 3), ("b", 5)]


def test_a_new_detector_is_served_after_one_died_mid_look(pair: Pair) -> None:
    """A detector that died while a picture was half sent is replaced by one that gets the next."""
    LookReceiver(pair.other)
    sender = LookSender(pair.one)
    sender.read()
    sender.put(CameraId("a"), look(1, rows=2000))
    assert sender.wants_to_write
    fresh = LookReceiver(pair.other)
    sender.read()
    sender.put(CameraId("a"), look(2))
    assert received(fresh) == []  # the beginning of the first look was still in the pipe
    sender.flush()
    assert received(fresh) == [("a", 2)]


def test_a_new_watcher_is_asked_for_looks(pair: Pair) -> None:
    """A watcher that was replaced says hello and is asked for its looks."""
    receiver = LookReceiver(pair.other)
    LookSender(pair.one).read()
    fresh = LookSender(pair.one)
    assert received(receiver) == []
    fresh.read()
    fresh.put(CameraId("a"), look(7))
    (found,) = receiver.read()
    assert isinstance(found, CameraLook)
    assert found.look.picture.time == 7
    assert (found.look.picture.rgb == 7).all()


def test_with_ready_comes_what_the_look_found(pair: Pair) -> None:
    """The watcher learns the boxes; pictures and embeddings are for the hub alone."""
    receiver, sender = LookReceiver(pair.other), LookSender(pair.one)
    assert sender.read() == []
    box, motion = Box(0.1, 0.2, 0.3, 0.4), Motion(Micros(7), (), 0.1)
    thing = Detection(Label.PERSON, 0.9, box, np.ones(416, np.float32))
    sighting = Sighting(Micros(7), motion, (thing,), looked=True, picture=b"jpeg")
    receiver.ready(CameraSighting(CameraId("a"), sighting))
    (answer,) = sender.read()
    assert answer.camera == "a"
    assert answer.sighting == Sighting(
        Micros(7), motion, (Detection(Label.PERSON, 0.9, box),), looked=True
    )
    sender.put(CameraId("a"), look(1))
    assert received(receiver) == [("a", 1)]
