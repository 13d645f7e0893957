"""One viewer of one stream: a bounded queue that skips to a key frame when it is slow."""

import asyncio
from collections import deque
from dataclasses import dataclass

from consentry.clock import Clock
from consentry.model.errors import CameraState
from consentry.model.media import Init, StreamName, TrackKind
from consentry.model.time import SECOND, Micros

SLOW_LIMIT = Micros(3 * SECOND)
"""A viewer for whom something waits this long is told that it is slow."""


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

    Bounded by time: once a part has waited 3 s all waiting parts are dropped, and what follows up
    to the next video key frame (counted in ``dropped``); the reader is told by a ``LiveSlow``. How
    old the parts are themselves is no matter: a join begins with a burst of a group that may be
    10 s long. Inits and states are never dropped.
    """

    def __init__(self, clock: Clock) -> None:
        """Start empty."""
        self._clock = clock
        self._items: deque[tuple[Micros, LiveItem]] = deque()
        """Each with the time it was queued."""
        self._ready = asyncio.Event()
        self._skipping = False
        self._skipped = 0
        self.dropped = 0

    def put(self, item: LiveItem) -> None:
        """Queue ``item``, or drop it when the reader is too far behind."""
        match item:
            case LivePart(kind=TrackKind.VIDEO, key=True) | LiveInit():
                self._skip_when_behind()
                self._resume()
            case LivePart():
                self._skip_when_behind()
                if self._skipping:
                    self._skipped += 1
                    self.dropped += 1
                    return
            case LiveSlow() | LiveState():
                pass
        self._append(item)

    def __aiter__(self) -> "Viewer":
        """Return itself: a viewer is read by one task."""
        return self

    async def __anext__(self) -> LiveItem:
        """Wait for the next item."""
        while not self._items:
            self._ready.clear()
            await self._ready.wait()
        return self._items.popleft()[1]

    def _append(self, item: LiveItem) -> None:
        self._items.append((self._clock.monotonic(), item))
        self._ready.set()

    def _skip_when_behind(self) -> None:
        """Throw away the waiting parts when the oldest item has waited for over 3 s.

        What the reader must still know, the newest state and parameters, starts to wait anew.
        """
        now = self._clock.monotonic()
        if not self._items or self._items[0][0] >= now - SLOW_LIMIT:
            return
        newest: dict[type[LiveItem], LiveItem] = {}
        lost = 0
        for _, item in self._items:
            match item:
                case LivePart():
                    lost += 1
                case LiveSlow(skipped):
                    self._skipped += skipped
                case _:
                    newest[type(item)] = item
        self._items = deque((now, item) for item in newest.values())
        self._skipped += lost
        self.dropped += lost
        self._skipping = self._skipping or self._skipped > 0

    def _resume(self) -> None:
        """End the skipping, if any: what comes next can be decoded."""
        if self._skipping:
            self._append(LiveSlow(self._skipped))
            self._skipping = False
            self._skipped = 0
