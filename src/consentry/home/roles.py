"""What the hub's three kinds of children are for: what each is told and what it reports."""

import logging
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from consentry.home.child import Crash, LiveFrame
from consentry.home.journal import Entry
from consentry.home.messages import (
    BeginRecorder,
    BeginWatcher,
    LiveBegun,
    LiveSkipped,
    PictureTaken,
    Seen,
    StartStream,
    StreamPlan,
    StreamStatus,
    Watch,
    WatchCamera,
    WatcherStatus,
)
from consentry.live.viewer import LiveInit, LiveItem, LivePart, LiveSlow
from consentry.model.ids import CameraId
from consentry.model.media import StreamName, TrackKind
from consentry.model.time import Micros
from consentry.seal import HouseholdPublic
from consentry.store.messages import (
    GapSeen,
    KeyWanted,
    SegmentClosed,
    SegmentOpened,
    StorageTrouble,
)

log = logging.getLogger(__name__)

StreamKey = tuple[CameraId, StreamName]
Send = Callable[[object], None]


@dataclass(frozen=True, slots=True)
class Reports:
    """Where the children's messages go; all but ``crashed`` return at once."""

    status: Callable[[StreamStatus], None]
    entry: Callable[[Entry], None]
    trouble: Callable[[StorageTrouble], None]
    live: Callable[[CameraId, StreamName, LiveItem], None]
    seen: Callable[[Seen], None]
    picture: Callable[[PictureTaken], None]
    watcher: Callable[[WatcherStatus], None]
    crashed: Callable[[Crash, frozenset[CameraId]], Awaitable[None]]


class RecorderRole:
    """Records the streams in ``plans``; owned by the supervisor."""

    module = "consentry.home.recorder"

    def __init__(
        self, begin: BeginRecorder, reports: Reports, *, watcher: socket.socket, lock: int
    ) -> None:
        """Write video for the watcher to ``watcher``; let the process inherit the lock."""
        self.name = "recorder"
        self.plans: dict[StreamKey, StreamPlan] = {}
        self.watched: set[StreamKey] = set()
        self._begin = begin
        self._reports = reports
        self._watcher = watcher
        self._lock = lock

    @property
    def cameras(self) -> frozenset[CameraId]:
        """Return the cameras this recorder has."""
        return frozenset(camera for camera, _ in self.plans)

    def descriptors(self) -> tuple[int, ...]:
        """Return the pipe to the watcher and the lock."""
        return self._watcher.fileno(), self._lock

    def seal_to(self, public: HouseholdPublic) -> None:
        """Have fresh recorders seal to another key."""
        self._begin = replace(self._begin, public=public)

    def begin(self, send: Send) -> None:
        """Tell a fresh recorder its streams."""
        send(self._begin)
        for plan in self.plans.values():
            send(StartStream(plan))
        for camera, stream in self.watched:
            send(Watch(camera, stream))

    def receive(self, message: object) -> None:
        """Pass a message on to whom it concerns."""
        match message:
            case KeyWanted() | SegmentOpened() | SegmentClosed() | GapSeen():
                self._reports.entry(message)
            case StorageTrouble():
                self._reports.trouble(message)
            case StreamStatus():
                self._reports.status(message)
            case LiveBegun(camera, stream, init):
                self._reports.live(camera, stream, LiveInit(stream, init))
            case LiveSkipped(camera, stream, parts):
                self._reports.live(camera, stream, LiveSlow(parts))
            case _:
                log.error("unknown message: %s", type(message).__name__)

    def receive_live(self, frame: LiveFrame) -> None:
        """Pass a live part on to its viewers."""
        for (camera, stream), plan in self.plans.items():
            if plan.index == frame.index:
                kind = TrackKind.VIDEO if frame.is_video else TrackKind.AUDIO
                part = LivePart(kind, frame.key, Micros(frame.arrival), frame.frame)
                self._reports.live(camera, stream, part)
                return

    async def crashed(self, crash: Crash) -> None:
        """Report a crash with the cameras it hit."""
        await self._reports.crashed(crash, self.cameras)


class WatcherRole:
    """Watches the cameras in ``cameras``; owned by the supervisor."""

    module = "consentry.home.watcher"

    def __init__(
        self, reports: Reports, *, access_units: socket.socket, detector: socket.socket
    ) -> None:
        """Read video from ``access_units``, send looks to ``detector``."""
        self.name = "watcher"
        self.cameras: dict[CameraId, WatchCamera] = {}
        self._reports = reports
        self._access_units = access_units
        self._detector = detector

    def descriptors(self) -> tuple[int, ...]:
        """Return the pipe from the recorders and the one to the detector."""
        return self._access_units.fileno(), self._detector.fileno()

    def begin(self, send: Send) -> None:
        """Tell a fresh watcher its cameras."""
        send(BeginWatcher())
        for watched in self.cameras.values():
            send(watched)

    def receive(self, message: object) -> None:
        """Pass a message on to whom it concerns."""
        match message:
            case Seen():
                self._reports.seen(message)
            case PictureTaken():
                self._reports.picture(message)
            case WatcherStatus():
                self._reports.watcher(message)
            case _:
                log.error("unknown message: %s", type(message).__name__)

    def receive_live(self, frame: LiveFrame) -> None:
        """Refuse what a watcher never sends."""
        log.error("live part from a watcher: index=%d", frame.index)

    async def crashed(self, crash: Crash) -> None:
        """Report a crash with the cameras it hit."""
        await self._reports.crashed(crash, frozenset())


class DetectorRole:
    """Looks at what the watchers send; owned by the supervisor."""

    module = "consentry.home.detector"

    def __init__(self, reports: Reports) -> None:
        """Start without a watcher."""
        self.name = "detector"
        self.watchers: list[socket.socket] = []
        self._reports = reports

    def descriptors(self) -> tuple[int, ...]:
        """Return a pipe for each watcher."""
        return tuple(pipe.fileno() for pipe in self.watchers)

    def begin(self, send: Send) -> None:
        """Tell a fresh detector nothing: looks come with all it needs."""

    def receive(self, message: object) -> None:
        """Pass a sighting on."""
        match message:
            case Seen():
                self._reports.seen(message)
            case _:
                log.error("unknown message: %s", type(message).__name__)

    def receive_live(self, frame: LiveFrame) -> None:
        """Refuse what a detector never sends."""
        log.error("live part from the detector: index=%d", frame.index)

    async def crashed(self, crash: Crash) -> None:
        """Report a crash."""
        await self._reports.crashed(crash, frozenset())
