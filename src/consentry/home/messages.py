"""What the hub and its processes say to each other (besides store's own messages). All pickled."""

from dataclasses import dataclass

from consentry.model.camera import Camera
from consentry.model.errors import CameraState
from consentry.model.ids import CameraId
from consentry.model.media import Init, StreamName
from consentry.model.secret import Secret
from consentry.model.status import StreamFacts
from consentry.model.time import Micros
from consentry.model.vision import Sighting
from consentry.seal import HouseholdPublic
from consentry.store.volume import Volume


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """One stream as a recorder must handle it. ``index`` names it in binary messages."""

    index: int
    camera: CameraId
    stream: StreamName
    address: Secret
    """URL with credentials; it travels by pipe only, never on a command line."""
    audio: bool
    record: bool
    watch: bool
    """Copy its video to the watcher."""


# --- hub -> recorder


@dataclass(frozen=True, slots=True)
class BeginRecorder:
    """The first message: where to write and to whom to seal."""

    volume: Volume
    public: HouseholdPublic


@dataclass(frozen=True, slots=True)
class SealTo:
    """The household has another key: seal to it from the next segment on."""

    public: HouseholdPublic


@dataclass(frozen=True, slots=True)
class StartStream:
    """Connect, record, keep trying; replaces a stream of the same camera and name."""

    plan: StreamPlan


@dataclass(frozen=True, slots=True)
class StopStream:
    """Disconnect and close the segment."""

    camera: CameraId
    stream: StreamName


@dataclass(frozen=True, slots=True)
class Watch:
    """Somebody views the stream: send its parts, the current group first."""

    camera: CameraId
    stream: StreamName


@dataclass(frozen=True, slots=True)
class Unwatch:
    """Nobody views the stream any more."""

    camera: CameraId
    stream: StreamName


@dataclass(frozen=True, slots=True)
class CutSegments:
    """Close the open segments of a camera and go on in new ones (something is to be erased)."""

    camera: CameraId


# --- recorder -> hub


@dataclass(frozen=True, slots=True)
class StreamStatus:
    """How a stream is; sent when it changes and every five seconds.

    ``lag`` is how late its newest part was handled, ``dropped`` counts parts the writer lost and
    ``skipped`` those the watcher did not get, both since the stream started.
    """

    camera: CameraId
    stream: StreamName
    state: CameraState
    message: str
    recording: bool
    facts: StreamFacts | None = None
    lag: Micros = Micros(0)
    dropped: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class LiveBegun:
    """The parts that follow are decoded with ``init``."""

    camera: CameraId
    stream: StreamName
    init: Init


@dataclass(frozen=True, slots=True)
class LiveSkipped:
    """The hub read too slowly: ``parts`` were dropped and a key frame follows."""

    camera: CameraId
    stream: StreamName
    parts: int


# --- hub -> watcher


@dataclass(frozen=True, slots=True)
class BeginWatcher:
    """The first message to a watcher."""


@dataclass(frozen=True, slots=True)
class WatchCamera:
    """Watch ``camera``, whose video comes under ``index``; replaces what was known of it."""

    index: int
    camera: Camera


@dataclass(frozen=True, slots=True)
class ForgetCamera:
    """Watch it no more."""

    camera: CameraId


@dataclass(frozen=True, slots=True)
class PictureWanted:
    """Send the newest picture of the camera."""

    camera: CameraId
    width: int | None


# --- watcher, detector -> hub


@dataclass(frozen=True, slots=True)
class PictureTaken:
    """The newest picture as JPEG; None when there is none."""

    camera: CameraId
    width: int | None
    jpeg: bytes | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A sighting of one camera."""

    camera: CameraId
    sighting: Sighting


@dataclass(frozen=True, slots=True)
class WatcherStatus:
    """Every five seconds: pictures decoded, broken access units, looks dropped; since the start."""

    decoded: int
    broken: int
    dropped_looks: int
