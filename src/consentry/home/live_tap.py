"""The tap on a stream: its parts go to the hub only while somebody watches.

The current group of pictures is always kept (by reference, about 1 MB for 4 Mbit/s with key frames
2 s apart), so that a viewer who joins sees a picture at once even when the next key frame is 10 s
away. Owned by the stream's thread; ``watch`` and ``unwatch`` alone are called by the process's main
thread.
"""

import struct

from consentry.home.link import HubLink
from consentry.home.messages import LiveBegun, LiveSkipped, StreamPlan
from consentry.model.media import Init, Part, TrackKind

GROUP_LIMIT = 16 * 2**20
"""Bytes of a group that are kept; a longer group is joined at its next key frame."""

_HEAD = struct.Struct("!BB6xQ")
_VIDEO_PART, _AUDIO_PART = 2, 3
_KEY = 1


class LiveTap:
    """Keeps the current group of one stream and sends what is watched."""

    def __init__(self, plan: StreamPlan, link: HubLink) -> None:
        """Start unwatched."""
        self._wanted = 0
        """The number of the watch under way, 0 for none; written by the main thread."""
        self._watches = 0
        self._plan = plan
        self._link = link
        self._init: Init | None = None
        self._group: list[Part] = []
        self._group_bytes = 0
        self._sending = 0
        """The watch that gets parts now: a new one begins anew, even one part after the last."""
        self._skipped = 0

    @property
    def is_wanted(self) -> bool:
        """Tell whether somebody watches."""
        return self._wanted > 0

    def watch(self) -> None:
        """Send from now on, beginning with the parameters and the current group."""
        self._watches += 1
        self._wanted = self._watches

    def unwatch(self) -> None:
        """Send no more."""
        self._wanted = 0

    @property
    def watched(self) -> bool:
        """Tell whether somebody watches this stream live."""
        return self._wanted > 0

    def begin(self, init: Init) -> None:
        """Take the parameters of a new run."""
        self._init = init
        self._group = []
        self._group_bytes = 0
        if self._sending:
            self._announce(init)

    def put(self, part: Part) -> None:
        """Remember ``part``, and send it while somebody watches."""
        if part.key and part.kind is TrackKind.VIDEO:
            self._group = [part]
            self._group_bytes = len(part.data)
        elif self._group:
            self._group.append(part)
            self._group_bytes += len(part.data)
            if self._group_bytes > GROUP_LIMIT:
                self._group = []
        wanted = self._wanted
        if wanted:
            self._watched(part, wanted)
        else:
            self._sending = 0

    def end(self) -> None:
        """Forget the run: it is over."""
        self._init = None
        self._group = []
        self._sending = 0

    def _watched(self, part: Part, wanted: int) -> None:
        if self._sending == wanted:
            self._send(part)
        elif self._init is not None and self._group:
            self._sending = wanted
            self._skipped = 0
            self._announce(self._init)
            for earlier in self._group:
                self._send(earlier)

    def _announce(self, init: Init) -> None:
        self._link.send(LiveBegun(self._plan.camera, self._plan.stream, init))

    def _send(self, part: Part) -> None:
        """Send one part; after one that had no room, nothing until a key frame."""
        key = part.key and part.kind is TrackKind.VIDEO
        if self._skipped:
            if not key:
                self._skipped += 1
                return
            message = LiveSkipped(self._plan.camera, self._plan.stream, self._skipped)
            if not self._link.offer(message):
                self._skipped += 1
                return
            self._skipped = 0
        kind = _VIDEO_PART if part.kind is TrackKind.VIDEO else _AUDIO_PART
        head = _HEAD.pack(kind, _KEY if part.key else 0, part.arrival)
        if not self._link.offer_live(self._plan.index, head, part.data):
            self._skipped = 1
