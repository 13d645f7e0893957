"""What changes in the house: the messages of the live feed."""

from dataclasses import dataclass

from consentry.model.camera import Camera
from consentry.model.event import Event
from consentry.model.ids import CameraId, MemberId
from consentry.model.rights import Action
from consentry.model.status import CameraView, Problem
from consentry.model.time import Micros


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
class SignedIn:
    """Somebody signed in: from where, with what ("Firefox on Android"), when."""

    member: MemberId
    name: str
    address: str
    device: str
    at: Micros


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


@dataclass(frozen=True, slots=True)
class WatchingChanged:
    """Somebody began or ceased to watch an indoor camera; ``people`` are all who watch now.

    The camera's ``name`` goes along: whoever lives here is told, of rooms too they may not see.
    """

    camera: CameraId
    name: str
    people: tuple[str, ...]


FeedMessage = (
    EventChanged
    | AlertShown
    | CameraChanged
    | CameraGone
    | MotionChanged
    | ProblemChanged
    | WatchingChanged
    | SignedIn
)


def concerns(message: FeedMessage) -> tuple[Action, CameraId | None]:
    """Return what somebody must be allowed to hear of this."""
    match message:
        case EventChanged(event) | AlertShown(event):
            return Action.EVENTS, event.camera
        case CameraChanged(CameraView(Camera(camera))) | CameraGone(camera):
            return Action.SEE, camera
        case MotionChanged(camera):
            return Action.LIVE, camera
        case ProblemChanged(Problem(camera=None)) | SignedIn():
            return Action.OVERVIEW, None
        case ProblemChanged(problem):
            return Action.SEE, problem.camera
        case WatchingChanged():
            return Action.DIARY, None


def page_concerns(message: FeedMessage) -> tuple[Action, CameraId | None]:
    """Return what somebody must be allowed to have this on the page they are signed in to.

    As ``concerns``, but for who watches a room: that is the business of whoever lives in it. A
    channel of theirs is told no more than before, it goes on when nobody is at home.
    """
    match message:
        case WatchingChanged():
            return Action.WATCHERS, None
        case _:
            return concerns(message)
