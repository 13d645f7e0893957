"""Media on its way from a camera to a file and a screen. Names are FFmpeg's and ISO BMFF's.

A *run* is a stretch of one stream without discontinuity, with one ``Init``. Within it a ``Part``
is one access unit of one track as a complete fragment (moof + mdat). A *unit* is up to a second
of parts, sealed as one message. A *segment* is a file of units of one run, about a minute long.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from consentry.model.ids import CameraId, RunId, SegmentId
from consentry.model.time import SECOND, Micros, Span


class StreamName(StrEnum):
    """Which of a camera's streams."""

    MAIN = "main"
    SUB = "sub"


class TrackKind(StrEnum):
    """Which track of a stream. Track ids in our fMP4 are 1 (video) and 2 (audio)."""

    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """Parameters of a video track.

    ``codec`` is FFmpeg's name (h264, hevc); ``codec_string`` is RFC 6381 as MediaSource wants it;
    ``extradata`` is the avcC or hvcC record; ``sample_aspect`` is (num, den) of one pixel.
    """

    codec: str
    codec_string: str
    timescale: int
    extradata: bytes
    width: int
    height: int
    sample_aspect: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """Parameters of an AAC or Opus track.

    ``extradata`` is the AudioSpecificConfig or the dOps body.
    """

    codec: str
    codec_string: str
    timescale: int
    extradata: bytes
    sample_rate: int
    channels: int


@dataclass(frozen=True, slots=True)
class Init:
    """What a decoder must know before the first part of a run.

    Audio is absent until it was heard.
    """

    video: VideoTrack
    audio: AudioTrack | None = None

    def timescale(self, kind: TrackKind) -> int:
        """Return ticks per second of the track."""
        if kind is TrackKind.VIDEO or self.audio is None:
            return self.video.timescale
        return self.audio.timescale


RUN_REASONS = ("start", "parameters", "discontinuity", "clock", "audio")


@dataclass(frozen=True, slots=True)
class Run:
    """The beginning of a run: where its media time zero lies on the hub's clock."""

    id: RunId
    start: Micros
    init: Init
    reason: str
    """Why a new run began: one of RUN_REASONS."""


@dataclass(frozen=True, slots=True)
class Part:
    """One access unit of one track as one fMP4 fragment.

    ``dts`` and ``duration`` are in the track's timescale from the run's start; ``data`` is moof +
    mdat and ``sample_offset`` tells where in it the sample (length-prefixed NAL units, or one
    audio frame) begins. ``arrival`` is the hub's clock when the access unit was complete.
    """

    kind: TrackKind
    key: bool
    dts: int
    cts_offset: int
    duration: int
    data: bytes
    sample_offset: int
    arrival: Micros

    @property
    def sample(self) -> memoryview:
        """The access unit itself, without a copy."""
        return memoryview(self.data)[self.sample_offset :]

    def media_time(self, timescale: int) -> Micros:
        """Decode time from the run's start in microseconds."""
        return Micros(self.dts * SECOND // timescale)


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """Where a picture can be entered.

    ``time`` is media time from the segment's start, ``offset`` that of its unit in the file.
    """

    time: Micros
    offset: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One row of the index.

    ``start`` is the wall time of the segment's first part and ``media_start`` its media time from
    the run's start, so wall = start + (media - media_start). ``sequence`` orders segments of one
    stream; time never does. ``duration`` is None while the segment is being written.
    """

    id: SegmentId
    camera: CameraId
    stream: StreamName
    sequence: int
    run: RunId
    init: Init
    start: Micros
    media_start: Micros
    duration: Micros | None
    size: int
    key_frames: tuple[KeyFrame, ...]

    @property
    def span(self) -> Span:
        """Wall time covered so far."""
        return Span(self.start, Micros(self.start + (self.duration or 0)))


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without recording, and why. A gap is a fact with a reason, never silent."""

    camera: CameraId
    stream: StreamName
    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded picture: ``rgb`` is uint8 [height, width, 3] with square pixels.

    ``time`` is wall time, or time from the first frame for a file.
    """

    time: Micros
    rgb: NDArray[np.uint8]
