"""Recordings as JSON: the day at a glance, segments to play, what an export will be, kept clips."""

from typing import Annotated

from pydantic import Field

from consentry.model.event import Event as ModelEvent
from consentry.model.media import Gap as ModelGap
from consentry.model.media import Segment as ModelSegment
from consentry.model.media import StreamName, TrackKind
from consentry.model.time import SECOND, Span, to_iso
from consentry.model.vision import Label
from consentry.store.export import Export
from consentry.store.kept import KeptClip
from consentry.store.timeline import Timeline as ModelTimeline
from consentry.web.schema.base import Answer, Body, Iso, MicrosUtc, Query, Text, Width

SpanJson = tuple[int, int]
"""From, to: microseconds UTC, half-open."""


class Gap(Answer):
    """A stretch without recording, and why."""

    from_us: int
    to_us: int
    reason: str


class EventSummary(Answer):
    """An event as the timeline draws it."""

    id: str
    label: Label
    start_us: int
    end_us: int | None
    score: float
    alert: bool


class Timeline(Answer):
    """What a stretch of time holds."""

    recorded: list[SpanJson]
    gaps: list[Gap]
    motion: list[SpanJson]
    events: list[EventSummary]
    kept: list[SpanJson]


class SegmentVideo(Answer):
    """The picture track; ``codec`` is what MediaSource wants (RFC 6381)."""

    codec: str
    width: int
    height: int


class SegmentAudio(Answer):
    """The sound track."""

    codec: str


class Segment(Answer):
    """A minute or so of one run; segments of one run share their init."""

    id: str
    stream: StreamName
    run: str
    start_us: int
    end_us: int
    media_start_us: int
    video: SegmentVideo
    audio: SegmentAudio | None
    key_frames_us: list[int]


class ExportPlan(Answer):
    """What an export will be; ``lead_seconds``: footage before the cut that the file carries."""

    seconds: float
    lead_seconds: float
    bytes: int
    codec: str


class ForgetBody(Body):
    """How many minutes before now to delete, of every camera."""

    minutes: Annotated[int, Field(ge=1, le=1440)]


class Forgotten(Answer):
    """The cameras of which it was deleted."""

    cameras: list[str]


class KeptBody(Body):
    """A clip to keep for ever."""

    camera: Annotated[str, Field(max_length=64)]
    start: Annotated[Iso, Field(alias="from")]
    end: Annotated[Iso, Field(alias="to")]
    note: Text = ""


class KeptChange(Body):
    """What can be changed of a kept clip."""

    note: Text


class Kept(Answer):
    """A clip kept for ever."""

    id: str
    camera: str
    start: Annotated[str, Field(serialization_alias="from")]
    end: Annotated[str, Field(serialization_alias="to")]
    from_us: int
    to_us: int
    note: str
    made: str


class TrackQuery(Query):
    """Which track of a segment."""

    track: TrackKind = TrackKind.VIDEO


class MediaQuery(TrackQuery):
    """Which part of it: wall-clock microseconds; without an end, all there is."""

    from_us: MicrosUtc = 0
    to_us: MicrosUtc | None = None
    key_frames: bool = False


class PreviewQuery(Query):
    """A moment, and how wide the picture should be."""

    at_us: MicrosUtc
    width: Width = 320


class SnapshotQuery(Query):
    """How wide the picture should be."""

    width: Width | None = None


class SpanQuery(Query):
    """A stretch of time."""

    start: Annotated[Iso, Field(alias="from")]
    end: Annotated[Iso, Field(alias="to")]


class StreamSpanQuery(SpanQuery):
    """A stretch of one stream."""

    stream: StreamName = StreamName.MAIN


class ClipQuery(Query):
    """Which stream the clip is cut from: not every browser plays every main stream."""

    stream: StreamName = StreamName.MAIN


class PictureQuery(Query):
    """The whole picture, or what is around the thing."""

    crop: bool = False
    width: Width | None = None


def timeline(model: ModelTimeline, events: tuple[ModelEvent, ...]) -> Timeline:
    """Return a stretch of time at a glance."""
    return Timeline(
        recorded=_spans(model.recorded),
        gaps=[_gap(gap) for gap in model.gaps],
        motion=_spans(model.motion),
        events=[
            EventSummary(
                id=event.id,
                label=event.label,
                start_us=event.start,
                end_us=event.end,
                score=round(event.score, 3),
                alert=event.alert,
            )
            for event in events
        ],
        kept=_spans(model.kept),
    )


def _spans(spans: tuple[Span, ...]) -> list[SpanJson]:
    return [(span.start, span.end) for span in spans]


def _gap(gap: ModelGap) -> Gap:
    return Gap(from_us=gap.span.start, to_us=gap.span.end, reason=gap.reason)


def segment(model: ModelSegment) -> Segment:
    """Return a segment as the player needs it."""
    video, audio = model.init.video, model.init.audio
    return Segment(
        id=model.id,
        stream=model.stream,
        run=model.run,
        start_us=model.span.start,
        end_us=model.span.end,
        media_start_us=model.media_start,
        video=SegmentVideo(codec=video.codec_string, width=video.width, height=video.height),
        audio=SegmentAudio(codec=audio.codec_string) if audio is not None else None,
        key_frames_us=[model.start + key.time for key in model.key_frames],
    )


def export_plan(export: Export) -> ExportPlan:
    """Return what an export will be."""
    return ExportPlan(
        seconds=export.duration / SECOND,
        lead_seconds=export.lead / SECOND,
        bytes=export.size,
        codec=export.codec,
    )


def kept(model: KeptClip) -> Kept:
    """Return a kept clip."""
    return Kept(
        id=model.id,
        camera=model.camera,
        start=to_iso(model.span.start),
        end=to_iso(model.span.end),
        from_us=model.span.start,
        to_us=model.span.end,
        note=model.note,
        made=to_iso(model.made),
    )
