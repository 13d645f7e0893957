"""Events: what happened before a camera, from when to when, and whether it was worth telling."""

from dataclasses import dataclass
from enum import StrEnum

from consentry.model.ids import CameraId, EventId
from consentry.model.time import Micros, Span
from consentry.model.vision import Box, Label


class Verdict(StrEnum):
    """The owner's correction of an event."""

    RIGHT = "right"
    NOTHING = "nothing"
    WRONG_KIND = "wrong_kind"


class AlertReason(StrEnum):
    """Why an event alerted, or why it did not."""

    ALERTED = "alerted"
    LOW_SCORE = "low_score"
    TOO_SMALL = "too_small"
    OUTSIDE_ZONES = "outside_zones"
    STOOD_STILL = "stood_still"
    SAME_INCIDENT = "same_incident"
    LABEL_OFF = "label_off"
    QUIET_HOURS = "quiet_hours"
    COOL_DOWN = "cool_down"
    SNOOZED = "snoozed"


@dataclass(frozen=True, slots=True)
class TimedBox:
    """Where the thing was at one moment."""

    time: Micros
    box: Box
    score: float


@dataclass(frozen=True, slots=True)
class Correction:
    """What the owner said of an event; ``label`` is the right kind for WRONG_KIND."""

    verdict: Verdict
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing's visit.

    ``end`` is None while it lasts. ``incident`` groups events that are one occurrence.
    """

    id: EventId
    camera: CameraId
    label: Label
    start: Micros
    end: Micros | None
    score: float
    alert: bool
    reason: AlertReason
    incident: EventId
    path: tuple[TimedBox, ...]
    best: TimedBox
    zones: tuple[str, ...] = ()
    correction: Correction | None = None

    def span(self, now: Micros) -> Span:
        """Return the time covered, up to ``now`` while it lasts."""
        return Span(self.start, self.end if self.end is not None else max(now, self.start))
