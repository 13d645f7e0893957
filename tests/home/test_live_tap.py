"""What a recorder does for every part besides writing it."""

import pickle
import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from consentry.home.link import FRAME, LIVE_LIMIT, TAG_LIVE, HubLink
from consentry.home.live_tap import LiveTap
from consentry.home.messages import LiveSkipped, StreamPlan
from consentry.home.stream import LAST_DELAY_S, STEADY, Backoff
from consentry.home.stream_meter import StreamMeter
from consentry.model.errors import CameraState
from consentry.model.ids import CameraId, RunId
from consentry.model.media import Init, Part, Run, StreamName, TrackKind, VideoTrack
from consentry.model.secret import Secret
from consentry.model.time import SECOND, Micros

INIT = Init(VideoTrack("h264", "avc1.64001e", 90000, b"avcC", 640, 360))
PLAN = StreamPlan(
    3, CameraId("door"), StreamName.MAIN, Secret(""), audio=True, record=True, watch=False
)


@dataclass
class Hub:
    """The hub's end of a link, read only when a test wants to."""

    pipe: socket.socket

    def frames(self, count: int) -> list[tuple[int, bytes]]:
        """Return the next frames as (tag, content)."""
        return [self._frame() for _ in range(count)]

    def _frame(self) -> tuple[int, bytes]:
        length, tag = FRAME.unpack(self._read(FRAME.size))
        return tag, self._read(length)

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += self.pipe.recv(size - len(data))
        return data


@pytest.fixture
def link() -> Iterator[tuple[HubLink, Hub]]:
    """Return both ends of a link to the hub."""
    ours, theirs = socket.socketpair()
    ours.settimeout(60)
    child = HubLink(theirs)
    yield child, Hub(ours)
    ours.close()
    child.close()


def part(number: int, *, key: bool = False, size: int = 10) -> Part:
    """Return the video part of picture ``number``, ten a second."""
    data = number.to_bytes(4) + bytes(size)
    arrival = Micros(number * SECOND // 10)
    return Part(TrackKind.VIDEO, key, number * 9000, 0, 9000, data, 4, arrival)


def test_nothing_is_sent_while_nobody_watches(link: tuple[HubLink, Hub]) -> None:
    """Unwatched parts cost no byte; the first viewer gets init and group with his next part."""
    child, hub = link
    tap = LiveTap(PLAN, child)
    tap.begin(INIT)
    for number in range(5):
        tap.put(part(number, key=number in {0, 3}))
    tap.watch()
    tap.put(part(5))
    tap.put(part(6))
    tap.unwatch()
    tap.put(part(7))
    child.send("end")
    (begun_tag, _), *lives, (end_tag, _) = hub.frames(6)
    assert (begun_tag, end_tag) == (0, 0)
    assert [tag for tag, _ in lives] == [TAG_LIVE] * 4
    # u32 index, then the WebSocket message: kind, flags, six zeros, arrival, fMP4
    assert [int.from_bytes(content[20:24]) for _, content in lives] == [3, 4, 5, 6]
    assert lives[0][1][:12] == (3).to_bytes(4) + bytes([2, 1, *bytes(6)])
    assert int.from_bytes(lives[0][1][12:20]) == 3 * SECOND // 10


def test_a_hub_that_does_not_read_costs_parts_not_memory(link: tuple[HubLink, Hub]) -> None:
    """Live parts beyond the limit are dropped up to a key frame, and the hub is told how many."""
    child, hub = link
    tap = LiveTap(PLAN, child)
    tap.watch()
    tap.begin(INIT)
    size = LIVE_LIMIT // 8
    for number in range(12):
        tap.put(part(number, key=number == 0, size=size))
    child.send("important")
    frames: list[tuple[int, bytes]] = []
    while not frames or b"important" not in frames[-1][1]:
        frames += hub.frames(1)
    kept = sum(tag == TAG_LIVE for tag, _ in frames)
    assert 8 <= kept < 12
    tap.put(part(12))
    tap.put(part(13, key=True))
    (_, told), (tag, content) = hub.frames(2)
    assert pickle.loads(told) == LiveSkipped(PLAN.camera, PLAN.stream, 13 - kept)  # noqa: S301
    assert (tag, int.from_bytes(content[20:24])) == (TAG_LIVE, 13)


RUN = Run(RunId("run"), Micros(1000), INIT, "start")


def arriving(number: int, *, late: int) -> Part:
    """Return the picture ``number``, a key frame each second, that arrives ``late`` µs late."""
    plain = part(number, key=number % 10 == 0)
    return replace(plain, arrival=Micros(plain.arrival + RUN.start + late))


def test_the_meter_learns_rate_and_key_frame_distance() -> None:
    """Two groups are enough to know frame rate and distance, and when a picture is to be shown."""
    meter = StreamMeter(RUN)
    for number in range(61):
        meter.video(part(number, key=number % 20 == 0))
    facts = meter.facts()
    assert (facts.fps, facts.key_frame_s) == (10.0, 2.0)
    assert meter.shown(part(3)) == RUN.start + 3 * SECOND // 10


def test_a_recorder_that_cannot_keep_up_is_noticed_and_a_drifting_camera_is_not() -> None:
    """Each frame later than the last is lag; 100 ppm of a camera's clock in ten hours are not."""
    slow = StreamMeter(RUN)
    for number in range(301):
        slow.video(arriving(number, late=number * SECOND // 100))
    assert slow.lag > 2 * SECOND
    drifting = StreamMeter(RUN)
    for number in range(0, 360_001, 10):
        drifting.video(arriving(number, late=number * SECOND // 10 // 10_000))
    assert abs(drifting.lag) < SECOND // 50


def test_attempts_wait_longer_each_time_and_start_anew_after_a_good_one() -> None:
    """Delays double from one second to thirty; a steady connection resets them."""
    backoff = Backoff(chance=lambda: 0.0)
    lost = CameraState.DISCONNECTED
    delays = [backoff.after(lost, lasted=Micros(0)) for _ in range(7)]
    assert delays == [1, 2, 4, 8, 16, LAST_DELAY_S, LAST_DELAY_S]
    assert backoff.after(lost, lasted=STEADY) == 1
    assert backoff.after(CameraState.WRONG_PASSWORD, lasted=Micros(0)) == LAST_DELAY_S
    assert Backoff(chance=lambda: 1.0).after(lost, lasted=Micros(0)) == 0.75
