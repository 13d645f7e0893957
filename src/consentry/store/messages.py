"""What recorder and hub tell each other about segments: frozen, picklable, small.

The order for one segment is KeyWanted -> KeyGranted -> SegmentOpened -> SegmentClosed. The first
unit is written only after KeyGranted, when the row with the sealed key is durable.
"""

from dataclasses import dataclass

from consentry.model.ids import CameraId, SegmentId
from consentry.model.media import Gap, KeyFrame, Run, StreamName
from consentry.model.time import Micros


@dataclass(frozen=True, slots=True)
class KeyWanted:
    """A recorder made a data key for a coming segment: make its row durable, then grant it."""

    camera: CameraId
    stream: StreamName
    segment: SegmentId
    sealed_key: bytes


@dataclass(frozen=True, slots=True)
class KeyGranted:
    """The row is durable; the recorder may write under the key."""

    camera: CameraId
    stream: StreamName
    segment: SegmentId


@dataclass(frozen=True, slots=True)
class SegmentOpened:
    """The segment's file was begun. ``after`` says why footage may be missing before it."""

    camera: CameraId
    stream: StreamName
    segment: SegmentId
    run: Run
    start: Micros
    """Wall time of the first picture."""
    media_start: Micros
    """Its presentation time from the run's start."""
    after: str


@dataclass(frozen=True, slots=True)
class SegmentClosed:
    """The segment's file is complete and synced."""

    camera: CameraId
    stream: StreamName
    segment: SegmentId
    duration: Micros
    size: int
    key_frames: tuple[KeyFrame, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class GapSeen:
    """Footage that arrived and could not be written, and why."""

    gap: Gap


@dataclass(frozen=True, slots=True)
class StorageTrouble:
    """The writer cannot write; ``sentence`` is None when it can again."""

    camera: CameraId
    stream: StreamName
    sentence: str | None


WriterMessage = KeyWanted | SegmentOpened | SegmentClosed | GapSeen | StorageTrouble
"""What a SegmentWriter emits."""
