"""The fan-out of live parts."""

import asyncio
from collections.abc import AsyncIterator

from consentry.live.fanout import Fanout
from consentry.live.viewer import SLOW_LIMIT, LiveInit, LiveItem, LivePart, LiveSlow, LiveState
from consentry.model.errors import CameraState
from consentry.model.ids import CameraId
from consentry.model.media import Init, StreamName, TrackKind, VideoTrack
from consentry.model.time import SECOND, Micros

CAMERA = CameraId("door")
SUB = StreamName.SUB
INIT = LiveInit(SUB, Init(VideoTrack("h264", "avc1.64001e", 90000, b"", 640, 360)))
Calls = list[tuple[str, StreamName]]


class HandClock:
    """A clock that goes only when told to."""

    now = Micros(0)

    def wall(self) -> Micros:
        """Return what was set."""
        return self.now

    def monotonic(self) -> Micros:
        """Return what was set."""
        return self.now


def fanout(clock: HandClock | None = None) -> tuple[Fanout, Calls]:
    """Return a fan-out and the list of what it asked of the recorder."""
    calls: Calls = []
    return Fanout(
        clock or HandClock(),
        on_watch=lambda _, stream: calls.append(("watch", stream)),
        on_unwatch=lambda _, stream: calls.append(("unwatch", stream)),
    ), calls


def part(number: int, *, key: bool = False, kind: TrackKind = TrackKind.VIDEO) -> LivePart:
    """Return a part that arrived ``number`` tenths of a second after the start."""
    return LivePart(kind, key, Micros(number * SECOND // 10), b"%d" % number)


async def waiting(viewer: AsyncIterator[LiveItem]) -> list[LiveItem]:
    """Return what ``viewer`` has now."""
    items: list[LiveItem] = []
    while True:
        try:
            async with asyncio.timeout(0.01):
                items.append(await anext(viewer))
        except TimeoutError:
            return items


async def test_the_recorder_sends_only_while_somebody_watches() -> None:
    """The first viewer starts the stream in the recorder and the last one leaving ends it."""
    live, calls = fanout()
    async with live.subscribe(CAMERA, SUB):
        async with live.subscribe(CAMERA, SUB):
            assert calls == [("watch", SUB)]
            assert live.watched(CAMERA) == (SUB,)
        assert calls == [("watch", SUB)]
    assert calls == [("watch", SUB), ("unwatch", SUB)]
    assert live.watched(CAMERA) == ()


async def test_a_later_viewer_starts_with_the_current_group() -> None:
    """Who joins later gets state, init and everything since the last key frame in one burst."""
    live, _ = fanout()
    state = LiveState(CameraState.ONLINE, "")
    live.publish(CAMERA, SUB, state)
    async with live.subscribe(CAMERA, SUB) as first:
        sent = [part(0, key=True), part(1), part(2, key=True), part(3), part(4)]
        items: tuple[LiveItem, ...] = (INIT, *sent)
        for item in items:
            live.publish(CAMERA, SUB, item)
        assert await waiting(first) == [state, INIT, *sent]
        async with live.subscribe(CAMERA, SUB) as second:
            assert await waiting(second) == [state, INIT, *sent[2:]]
            live.publish(CAMERA, SUB, part(5))
            assert await waiting(second) == [part(5)]


async def test_a_slow_viewer_skips_to_a_key_frame_and_is_told() -> None:
    """Who lets a part wait over three seconds loses all up to the next key frame, counted."""
    clock = HandClock()
    live, _ = fanout(clock)
    async with live.subscribe(CAMERA, SUB) as slow, live.subscribe(CAMERA, SUB) as quick:
        live.publish(CAMERA, SUB, INIT)
        late = SLOW_LIMIT * 10 // SECOND + 1
        for number in range(late + 1):
            clock.now = Micros(number * SECOND // 10)
            live.publish(CAMERA, SUB, part(number, key=number == 0))
            await anext(quick)
        live.publish(CAMERA, SUB, part(late + 1))
        live.publish(CAMERA, SUB, part(late + 2, kind=TrackKind.AUDIO, key=True))
        resumed = [part(late + 3, key=True), part(late + 4)]
        for item in resumed:
            live.publish(CAMERA, SUB, item)
        assert await waiting(slow) == [INIT, LiveSlow(late + 3), *resumed]
        assert LiveSlow not in {type(item) for item in await waiting(quick)}
    assert live.dropped == late + 3


async def test_a_long_group_makes_nobody_slow() -> None:
    """A burst of a ten-second group is held against neither the first viewer nor a joiner."""
    live, _ = fanout()
    group: list[LiveItem] = [INIT, *(part(number, key=number == 0) for number in range(100))]
    async with live.subscribe(CAMERA, SUB) as first:
        for item in group:  # as it comes from the recorder: all at once, ten seconds old
            live.publish(CAMERA, SUB, item)
        assert await waiting(first) == group
        async with live.subscribe(CAMERA, SUB) as joiner:
            live.publish(CAMERA, SUB, part(100))
            assert await waiting(joiner) == [*group, part(100)]


async def test_new_parameters_start_a_new_group() -> None:
    """After a new init nobody gets parts that were made for the old one."""
    live, _ = fanout()
    async with live.subscribe(CAMERA, SUB):
        items: tuple[LiveItem, ...] = (INIT, part(0, key=True), INIT, part(1, key=True))
        for item in items:
            live.publish(CAMERA, SUB, item)
        async with live.subscribe(CAMERA, SUB) as joiner:
            assert await waiting(joiner) == [INIT, part(1, key=True)]


async def test_a_restarted_watch_begins_anew() -> None:
    """When the last viewer left, nothing of the old group is given to the next one."""
    live, _ = fanout()
    async with live.subscribe(CAMERA, SUB):
        live.publish(CAMERA, SUB, INIT)
        live.publish(CAMERA, SUB, part(0, key=True))
    live.publish(CAMERA, SUB, part(1))
    async with live.subscribe(CAMERA, SUB) as viewer:
        assert await waiting(viewer) == []
