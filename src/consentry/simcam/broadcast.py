"""A camera's one live clock: every viewer gets the same access unit at the same moment.

Position follows from time alone (loop, index), so a camera nobody watches costs nothing and is
found at the right place when somebody comes. Timestamps and sequence numbers go on across loops.
"""

import asyncio
import math
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from consentry.simcam.rtp import Block, CutTrack

_BURST = 64
"""Access units sent in one go when the machine was asleep, before others get their turn."""


@dataclass(slots=True)
class Sending:
    """One access unit on its way: what, when, and under which numbers.

    ``due`` is seconds since the camera began; ``decode`` and ``present`` are the same in the
    track's clock, never wrapped. Rendering is shared by all viewers who ask for the same channel.
    """

    place: int
    cut: CutTrack
    block: Block
    due: float
    decode: int
    present: int
    sequence: int
    _rendered: dict[int, bytes] = field(default_factory=dict)

    def rendered(self, channel: int) -> bytes:
        """Return the packets as a healthy camera sends them."""
        data = self._rendered.get(channel)
        if data is None:
            data = self.block.render(
                channel=channel, sequence=self.sequence, timestamp=self.present
            )
            self._rendered[channel] = data
        return data


_UPTIME = 3600.0
"""Seconds, rounded up to whole loops, that a camera has been on when it is declared: so timestamps
that a fault sends back a bit stay positive."""


class Viewer(Protocol):
    """Who takes sendings. ``take`` is called on the event loop and must not block."""

    def take(self, sending: Sending) -> None:
        """Take one access unit."""


class Tape:
    """Where in its loop one track is. Owned by its broadcast's task."""

    def __init__(self, place: int, cut: CutTrack) -> None:
        """Start at the film's first unit."""
        self.cut = cut
        self._place = place
        self._loop = 0
        self._index = 0

    def seek(self, seconds: float) -> None:
        """Go to the first unit due at or after ``seconds``."""
        track = self.cut.track
        self._loop, inside = divmod(round(seconds * track.clock), track.length)
        self._index = bisect_left(self.cut.blocks, inside, key=lambda block: block.dts)
        if self._index == len(self.cut.blocks):
            self._loop, self._index = self._loop + 1, 0

    @property
    def due(self) -> float:
        """When the next unit leaves, in seconds since the camera began."""
        track = self.cut.track
        return (self._loop * track.length + self.cut.blocks[self._index].dts) / track.clock

    def take(self) -> Sending:
        """Return the next unit and move on."""
        track, block = self.cut.track, self.cut.blocks[self._index]
        offset = self._loop * track.length
        sending = Sending(
            place=self._place,
            cut=self.cut,
            block=block,
            due=self.due,
            decode=offset + block.dts,
            present=offset + block.pts,
            sequence=self._loop * self.cut.packets + block.first,
        )
        self._index += 1
        if self._index == len(self.cut.blocks):
            self._loop, self._index = self._loop + 1, 0
        return sending


@dataclass(frozen=True, slots=True)
class Began:
    """One moment on both clocks, in seconds: the streams of one camera share it."""

    wall: float
    monotonic: float

    @classmethod
    def now(cls) -> "Began":
        """Return this moment."""
        return cls(time.time(), time.monotonic())


class Broadcast:
    """Sends a camera's tracks to whoever watches. ``run`` is its one task."""

    def __init__(
        self,
        tracks: Sequence[CutTrack],
        *,
        began: Began,
        phase: float = 0.0,
        speed: float = 1.0,
    ) -> None:
        """Begin ``phase`` seconds into the film (so that many cameras' key frames differ).

        With ``speed`` 5 five seconds of the film pass in one: tests need not wait.
        """
        loop = max(cut.track.length / cut.track.clock for cut in tracks)
        ahead = phase + loop * math.ceil(_UPTIME / loop)
        self.began = began.wall - ahead
        self._ahead = ahead
        self._anchor = began.monotonic
        self._speed = speed
        self._tapes = [Tape(place, cut) for place, cut in enumerate(tracks)]
        self._viewers: set[Viewer] = set()  # changed on the event loop only
        self._wanted = asyncio.Event()

    def position(self) -> float:
        """Return seconds since the camera began."""
        return self._ahead + (time.monotonic() - self._anchor) * self._speed

    def join(self, viewer: Viewer) -> None:
        """Send to ``viewer`` from the next unit on."""
        self._viewers.add(viewer)
        self._wanted.set()

    def leave(self, viewer: Viewer) -> None:
        """Send nothing more to ``viewer``."""
        self._viewers.discard(viewer)
        if not self._viewers:
            self._wanted.clear()

    async def run(self) -> None:
        """Play for ever; idle while nobody watches."""
        while True:
            await self._wanted.wait()
            for tape in self._tapes:
                tape.seek(self.position())
            await self._play()

    async def _play(self) -> None:
        late = 0
        while self._wanted.is_set():
            tape = min(self._tapes, key=lambda each: each.due)
            delay = tape.due - self.position()
            late = 0 if delay > 0 else late + 1
            if delay > 0 or late % _BURST == 0:
                await asyncio.sleep(max(0.0, delay / self._speed))
            sending = tape.take()
            for viewer in tuple(self._viewers):
                viewer.take(sending)
