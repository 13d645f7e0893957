"""What changes in the house: the messages of the live feed."""

from dataclasses import dataclass

from consentry.model.event import Event
from consentry.model.ids import CameraId
from consentry.model.status import CameraView, Problem


@dataclass(frozen=True, slots=True)
class EventChanged:
    """An event opened, went on, closed or was corrected."""

    event: Event


@dataclass(frozen=True, slots=True)
class AlertShown:
    """An event is worth telling."""

    event: Event


@dataclass(frozen=True, slots=True)
class CameraChanged:
    """A camera's settings or state changed."""

    view: CameraView


@dataclass(frozen=True, slots=True)
class CameraGone:
    """A camera was removed."""

    camera: CameraId


@dataclass(frozen=True, slots=True)
class ProblemChanged:
    """Something is wrong, or (``over``) no longer is."""

    problem: Problem
    over: bool = False


@dataclass(frozen=True, slots=True)
class MotionChanged:
    """Something began or ceased to move before a camera; at most once a second a camera."""

    camera: CameraId
    moving: bool


FeedMessage = (
    EventChanged | AlertShown | CameraChanged | CameraGone | MotionChanged | ProblemChanged
)
