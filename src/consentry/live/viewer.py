"""One viewer of one stream: a bounded queue that skips to a key frame when it is slow."""

import asyncio
from collections import deque
from dataclasses import dataclass

from consentry.model.errors import CameraState
from consentry.model.media import Init, StreamName, TrackKind
from consentry.model.time import SECOND, Micros

SLOW_LIMIT = Micros(3 * SECOND)
"""A viewer whose oldest waiting part is this much older than the newest is told that it is slow."""


@dataclass(frozen=True, slots=True)
class LiveInit:
    """New parameters: what follows is decoded with them."""

    stream: StreamName
    init: Init


@dataclass(frozen=True, slots=True)
class LivePart:
    """One part as the WebSocket message itself (16-byte header and fMP4, see http-api.md)."""

    kind: TrackKind
    key: bool
    arrival: Micros
    frame: bytes


@dataclass(frozen=True, slots=True)
class LiveSlow:
    """``skipped`` parts were dropped because the viewer fell behind; a key frame follows."""

    skipped: int


@dataclass(frozen=True, slots=True)
class LiveState:
    """The stream's state changed."""

    state: CameraState
    message: str


LiveItem = LiveInit | LivePart | LiveSlow | LiveState


class Viewer:
    """The queue of one viewer: written by the fan-out, read by one task, on one event loop.

    Bounded by time: parts waiting over 3 s are dropped up to the next video key frame (counted
    in ``dropped``) and the reader is told by a ``LiveSlow``. Inits and states are never dropped.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._items: deque[LiveItem] = deque()
        self._ready = asyncio.Event()
        self._skipping = False
        self._skipped = 0
        self._burst_until = Micros(0)
        self.dropped = 0

    def join(self, init: LiveInit, group: tuple[LivePart, ...]) -> None:
        """Begin with the current group; a group older than 3 s is no reason to call it slow."""
        self.put(init)
        self._items.extend(group)
        if group:
            self._burst_until = group[-1].arrival
        self._ready.set()

    def put(self, item: LiveItem) -> None:
        """Queue ``item``, or drop it when the reader is too far behind."""
        if isinstance(item, LivePart):
            if self._skipping and not self._resumes(item):
                self._skipped += 1
                self.dropped += 1
                return
            if not self._skipping and self._is_behind(item):
                self._skip()
                if not self._resumes(item):
                    self._skipped += 1
                    self.dropped += 1
                    return
        elif isinstance(item, LiveInit):
            self._end_skip()
        self._items.append(item)
        self._ready.set()

    def __aiter__(self) -> "Viewer":
        """Return itself: a viewer is read by one task."""
        return self

    async def __anext__(self) -> LiveItem:
        """Wait for the next item."""
        while not self._items:
            self._ready.clear()
            await self._ready.wait()
        return self._items.popleft()

    def _is_behind(self, newest: LivePart) -> bool:
        """Tell whether the oldest part waiting, the join burst aside, is over 3 s old."""
        for item in self._items:
            if isinstance(item, LivePart):
                return newest.arrival - max(item.arrival, self._burst_until) > SLOW_LIMIT
        return False

    def _skip(self) -> None:
        """Throw away the waiting parts and wait for a key frame."""
        kept = [item for item in self._items if not isinstance(item, LivePart)]
        self._skipped = len(self._items) - len(kept)
        self.dropped += self._skipped
        self._items = deque(kept)
        self._skipping = True

    def _resumes(self, part: LivePart) -> bool:
        """Tell whether ``part`` ends the skipping, and end it."""
        if part.key and part.kind is TrackKind.VIDEO:
            self._end_skip()
            return True
        return False

    def _end_skip(self) -> None:
        if self._skipping:
            self._items.append(LiveSlow(self._skipped))
            self._skipping = False
            self._skipped = 0
