"""How the house is doing: what each camera and the hub as a whole are like now."""

from dataclasses import dataclass
from enum import StrEnum

from consentry.model.camera import Camera
from consentry.model.errors import CameraState
from consentry.model.ids import CameraId
from consentry.model.media import StreamName
from consentry.model.off import Off
from consentry.model.time import Micros

_WITHOUT_ADDRESS = {
    CameraState.OFF: "It is switched off.",
    CameraState.UNKNOWN_HOST: "Its address was not found.",
    CameraState.UNREACHABLE: "It cannot be reached.",
    CameraState.REFUSED: "It refuses the connection.",
    CameraState.WRONG_PASSWORD: "It refuses its user name and password.",
    CameraState.NOT_FOUND: "It has no stream at its address.",
    CameraState.NO_VIDEO: "It sends no video.",
    CameraState.UNSUPPORTED_CODEC: "Its video format cannot be recorded.",
    CameraState.STALLED: "It has stopped sending.",
    CameraState.BROKEN_STREAM: "It sends bytes that are no video.",
    CameraState.DISCONNECTED: "It ended the stream.",
    CameraState.STORAGE: "The recording disk cannot take more.",
    CameraState.CRASHED: "Its recorder crashed and is started again.",
}


def without_address(state: CameraState) -> str:
    """Return why a camera is in its state, for those who need not know where in the network it is.

    The sentence beside the state names host, port and path; connecting and online need none.
    """
    return _WITHOUT_ADDRESS.get(state, "")


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """What a stream turned out to be, as last seen; ``key_frame_s`` is the longest distance.

    ``unheard`` names the format of sound that the camera offers and that cannot be recorded.
    """

    codec: str
    width: int
    height: int
    fps: float
    key_frame_s: float
    audio_codec: str | None
    unheard: str | None = None


@dataclass(frozen=True, slots=True)
class StreamState:
    """One stream now: ``message`` is the sentence beside ``state``, ``since`` when it began."""

    state: CameraState
    message: str
    since: Micros
    recording: bool
    facts: StreamFacts | None = None


@dataclass(frozen=True, slots=True)
class CameraView:
    """A camera as configured and as it is now."""

    camera: Camera
    streams: dict[StreamName, StreamState]
    off: Off | None = None
    """Why it is off now; None while it is on."""

    @property
    def main(self) -> StreamState:
        """Return the main stream's state: it speaks for the camera."""
        return self.streams[StreamName.MAIN]

    @property
    def recording(self) -> bool:
        """Tell whether the main stream is being written."""
        return self.main.recording


class ProblemCode(StrEnum):
    """Kinds of things that are wrong and that the owner must know."""

    CAMERA_DOWN = "camera_down"
    DISK_FULL = "disk_full"
    DISK_FAILING = "disk_failing"
    DISK_MISSING = "disk_missing"
    DISK_DECAY = "disk_decay"
    DATABASE = "database"
    RETENTION_SHORT = "retention_short"
    RECORDER_BEHIND = "recorder_behind"
    CLOCK = "clock"
    WATCHER = "watcher"
    NOTIFIER = "notifier"
    CERTIFICATE = "certificate"
    GUESSING = "guessing"
    DIARY = "diary"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong now; ``id`` is stable while it lasts, ``message`` one sentence."""

    id: str
    code: ProblemCode
    camera: CameraId | None
    since: Micros
    message: str


@dataclass(frozen=True, slots=True)
class Health:
    """The answer of GET /api/health."""

    status: str
    total: int
    recording: int
    off: int = 0


@dataclass(frozen=True, slots=True)
class CameraStorage:
    """What one camera keeps: ``bytes_per_day`` now, days of footage there, days it will reach."""

    camera: CameraId
    bytes: int
    bytes_per_day: int
    days_kept: float
    forecast_days: float | None


@dataclass(frozen=True, slots=True)
class StorageReport:
    """The recording volume and what each camera keeps on it."""

    path: str
    free_bytes: int
    total_bytes: int
    cameras: tuple[CameraStorage, ...]
