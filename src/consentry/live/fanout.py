"""The fan-out: one stream of parts to any number of viewers, none of whom can hold up another.

The first viewer of a stream makes the recorder send it (``on_watch``), the last one leaving ends
that (``on_unwatch``). The fan-out keeps the current group of pictures of a watched stream, so
that every later viewer starts with one burst from the last key frame.
"""

from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from consentry.clock import Clock
from consentry.live.viewer import LiveInit, LiveItem, LivePart, LiveState, Viewer
from consentry.model.errors import CameraState
from consentry.model.ids import CameraId
from consentry.model.media import StreamName, TrackKind

GROUP_LIMIT = 16 * 2**20
"""Bytes of the current group kept for joining: 30 s of 4 Mbit/s; a longer group joins late."""

Watch = Callable[[CameraId, StreamName], None]


@dataclass(slots=True)
class _Stream:
    """What the fan-out knows of one watched stream; owned by the hub's event loop."""

    viewers: set[Viewer] = field(default_factory=set)
    state: LiveState | None = None
    init: LiveInit | None = None
    group: deque[LivePart] = field(default_factory=deque)
    group_bytes: int = 0


class Fanout:
    """All streams somebody watches now; owned by the hub's event loop."""

    def __init__(self, clock: Clock, *, on_watch: Watch, on_unwatch: Watch) -> None:
        """Call ``on_watch`` when a stream gets its first viewer, ``on_unwatch`` after its last."""
        self._clock = clock
        self._on_watch = on_watch
        self._on_unwatch = on_unwatch
        self._streams: dict[tuple[CameraId, StreamName], _Stream] = {}
        self._states: dict[tuple[CameraId, StreamName], LiveState] = {}
        self.dropped = 0

    @asynccontextmanager
    async def subscribe(
        self, camera: CameraId, stream: StreamName
    ) -> AsyncIterator[AsyncIterator[LiveItem]]:
        """View one stream inside the context: its state, its init, the current group, the rest."""
        key = (camera, stream)
        watched = self._streams.get(key)
        if watched is None:
            watched = self._streams[key] = _Stream()
            self._on_watch(camera, stream)
        viewer = Viewer(self._clock)
        if state := self._states.get(key):
            viewer.put(state)
        if watched.init:
            viewer.put(watched.init)
            for item in watched.group:
                viewer.put(item)
        watched.viewers.add(viewer)
        try:
            yield viewer
        finally:
            watched.viewers.discard(viewer)
            self.dropped += viewer.dropped
            if not watched.viewers and self._streams.get(key) is watched:
                del self._streams[key]
                self._on_unwatch(camera, stream)

    def watched(self, camera: CameraId) -> tuple[StreamName, ...]:
        """Return the streams of ``camera`` somebody views (a restarted recorder must be told)."""
        return tuple(stream for owner, stream in self._streams if owner == camera)

    def publish(self, camera: CameraId, stream: StreamName, item: LiveItem) -> None:
        """Hand an item to every viewer of the stream; never blocks."""
        key = (camera, stream)
        if isinstance(item, LiveState):
            if self._states.get(key) == item:
                return
            self._states[key] = item
        watched = self._streams.get(key)
        if watched is None:
            return
        match item:
            case LiveInit():
                watched.init = item
                watched.group.clear()
                watched.group_bytes = 0
            case LiveState(state=CameraState.OFF):
                # Off means off: whoever joins now sees nothing of before.
                watched.init = None
                watched.group.clear()
                watched.group_bytes = 0
            case LivePart():
                self._remember(watched, item)
            case _:
                pass
        for viewer in watched.viewers:
            viewer.put(item)

    def forget(self, camera: CameraId) -> None:
        """Drop what is known of a removed camera; its viewers simply get nothing more."""
        for key in [key for key in self._states if key[0] == camera]:
            del self._states[key]

    @staticmethod
    def _remember(watched: _Stream, part: LivePart) -> None:
        """Keep ``part`` for those who join later: the group begins at the last video key frame."""
        if part.key and part.kind is TrackKind.VIDEO:
            watched.group.clear()
            watched.group_bytes = 0
        elif not watched.group or watched.group_bytes + len(part.frame) > GROUP_LIMIT:
            watched.group.clear()
            watched.group_bytes = 0
            return
        watched.group.append(part)
        watched.group_bytes += len(part.frame)
