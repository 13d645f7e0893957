"""Messages of the live feed as JSON, and the problems it tells of."""

from collections.abc import Callable
from typing import Literal, assert_never

from consentry.model.feed import (
    AlertShown,
    CameraChanged,
    CameraGone,
    EventChanged,
    FeedMessage,
    MotionChanged,
    ProblemChanged,
    SignedIn,
    WatchingChanged,
)
from consentry.model.ids import CameraId
from consentry.model.rights import Right
from consentry.model.status import Problem as ModelProblem
from consentry.model.status import ProblemCode
from consentry.model.time import to_iso
from consentry.web.schema import cameras, events
from consentry.web.schema.base import Answer


class Problem(Answer):
    """One thing that is wrong now."""

    id: str
    code: ProblemCode
    camera: str | None
    since: str
    message: str


class EventMessage(Answer):
    """An event opened, went on, closed or was corrected; or it is worth telling (alert)."""

    type: Literal["event", "alert"]
    event: events.Event


class CameraMessage(Answer):
    """A camera's settings or state changed."""

    type: Literal["camera"] = "camera"
    camera: cameras.Camera


class CameraGoneMessage(Answer):
    """A camera was removed."""

    type: Literal["camera_gone"] = "camera_gone"
    id: str


class MotionMessage(Answer):
    """Something began or ceased to move."""

    type: Literal["motion"] = "motion"
    camera: str
    moving: bool


class ProblemMessage(Answer):
    """Something is wrong."""

    type: Literal["problem"] = "problem"
    problem: Problem


class ProblemOverMessage(Answer):
    """Something is no longer wrong."""

    type: Literal["problem_over"] = "problem_over"
    id: str


class WatchingMessage(Answer):
    """Who watches an indoor camera live right now; nobody when empty."""

    type: Literal["watching"] = "watching"
    camera: str
    name: str
    people: tuple[str, ...]


class SignInMessage(Answer):
    """Somebody signed in; told to adults."""

    type: Literal["sign_in"] = "sign_in"
    member: str
    name: str
    address: str
    device: str
    at: str


Message = (
    EventMessage
    | CameraMessage
    | CameraGoneMessage
    | MotionMessage
    | ProblemMessage
    | ProblemOverMessage
    | WatchingMessage
    | SignInMessage
)


def problem(model: ModelProblem) -> Problem:
    """Return a problem as the API tells it."""
    return Problem(
        id=model.id,
        code=model.code,
        camera=model.camera,
        since=to_iso(model.since),
        message=model.message,
    )


def message(  # noqa: PLR0911 - one return a message
    model: FeedMessage, rights: Callable[[CameraId], frozenset[Right]]
) -> Message:
    """Return a feed message as the API tells it to somebody with these rights."""
    match model:
        case EventChanged(event):
            return EventMessage(type="event", event=events.event(event, boxes=False))
        case AlertShown(event):
            return EventMessage(type="alert", event=events.event(event, boxes=False))
        case CameraChanged(view):
            return CameraMessage(camera=cameras.camera(view, rights(view.camera.id)))
        case CameraGone(camera):
            return CameraGoneMessage(id=camera)
        case MotionChanged(camera, moving):
            return MotionMessage(camera=camera, moving=moving)
        case SignedIn(member, name, address, device, at):
            return SignInMessage(
                member=member, name=name, address=address, device=device, at=to_iso(at)
            )
        case ProblemChanged(problem=wrong, over=True):
            return ProblemOverMessage(id=wrong.id)
        case ProblemChanged(problem=wrong):
            return ProblemMessage(problem=problem(wrong))
        case WatchingChanged(camera, name, people):
            return WatchingMessage(camera=camera, name=name, people=people)
        case _:
            assert_never(model)
