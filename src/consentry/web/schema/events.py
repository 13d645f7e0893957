"""Events as JSON: what happened, when, where in the picture, and what the owner says of it."""

from typing import Annotated

from pydantic import Field

from consentry.model.errors import InputError
from consentry.model.event import AlertReason, TimedBox, Verdict
from consentry.model.event import Correction as ModelCorrection
from consentry.model.event import Event as ModelEvent
from consentry.model.time import SECOND, Micros, Span, to_iso
from consentry.model.vision import Label
from consentry.web.schema.base import Answer, Body, iso

CLIP_LEAD = Micros(5 * SECOND)
"""Footage before an event that its clip shows."""

CLIP_SHORTEST = Micros(20 * SECOND)
CLIP_LONGEST = Micros(30 * SECOND)

BoxJson = tuple[float, float, float, float]
"""Left, top, right, bottom: shares of the picture."""


class SeenBox(Answer):
    """Where the thing was at one moment."""

    t_us: int
    box: BoxJson
    score: float


class Correction(Answer):
    """What the owner said of an event."""

    verdict: Verdict
    label: Label | None


class ClipSpan(Answer):
    """The 20-30 s worth watching, 5 s before the start included."""

    from_us: int
    to_us: int


class Event(Answer):
    """One thing's visit. ``boxes`` is null in lists; ask for the event itself."""

    id: str
    camera: str
    label: Label
    start: str
    end: str | None
    start_us: int
    end_us: int | None
    score: float
    alert: bool
    reason: AlertReason
    incident: str
    zones: list[str]
    boxes: list[SeenBox] | None
    best: SeenBox
    correction: Correction | None
    clip: ClipSpan


class Events(Answer):
    """Newest first; ``next`` is what ``before`` takes for the page after this one."""

    events: list[Event]
    next: str | None


class CorrectionBody(Body):
    """Right, nothing there, or the wrong kind (then ``label`` says the right one)."""

    verdict: Verdict
    label: Label | None = None


class EventQuery(Body):
    """Which events; all filters together."""

    camera: Annotated[str, Field(max_length=64)] | None = None
    label: Label | None = None
    alert: bool | None = None
    since: Annotated[str, Field(max_length=64)] | None = None
    until: Annotated[str, Field(max_length=64)] | None = None
    before: Annotated[str, Field(max_length=64)] | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50


def clip_span(event: ModelEvent) -> Span:
    """Return the clip of an event: 5 s before its start, 20 to 30 s long."""
    start = Micros(event.start - CLIP_LEAD)
    seen = (event.end if event.end is not None else event.start) + CLIP_LEAD - start
    return Span(start, Micros(start + min(max(seen, CLIP_SHORTEST), CLIP_LONGEST)))


def event(model: ModelEvent, *, boxes: bool) -> Event:
    """Return an event as the API tells it, with or without its boxes over time."""
    clip = clip_span(model)
    return Event(
        id=model.id,
        camera=model.camera,
        label=model.label,
        start=to_iso(model.start),
        end=iso(model.end),
        start_us=model.start,
        end_us=model.end,
        score=round(model.score, 3),
        alert=model.alert,
        reason=model.reason,
        incident=model.incident,
        zones=list(model.zones),
        boxes=[_box(seen) for seen in model.path] if boxes else None,
        best=_box(model.best),
        correction=_correction(model.correction),
        clip=ClipSpan(from_us=clip.start, to_us=clip.end),
    )


def _box(seen: TimedBox) -> SeenBox:
    box = seen.box
    corners = (round(box.left, 4), round(box.top, 4), round(box.right, 4), round(box.bottom, 4))
    return SeenBox(t_us=seen.time, box=corners, score=round(seen.score, 3))


def _correction(model: ModelCorrection | None) -> Correction | None:
    return Correction(verdict=model.verdict, label=model.label) if model is not None else None


def model_correction(body: CorrectionBody) -> ModelCorrection:
    """Read a correction. Raises InputError when verdict and label do not fit together."""
    if (body.verdict is Verdict.WRONG_KIND) != (body.label is not None):
        message = "A label goes with the verdict wrong_kind, and only with it."
        raise InputError(message)
    return ModelCorrection(body.verdict, body.label)
