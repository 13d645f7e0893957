"""The live feed over WebSocket: what changes in the house, one JSON message each."""

from collections.abc import AsyncIterator

from fastapi import APIRouter, WebSocket

from consentry.model.feed import (
    AlertShown,
    CameraChanged,
    CameraGone,
    EventChanged,
    FeedMessage,
    MotionChanged,
    ProblemChanged,
)
from consentry.model.ids import CameraId
from consentry.web.context import caller_of, context_of
from consentry.web.rights import Action, Caller, allow
from consentry.web.schema import feed as schema
from consentry.web.stream import send_until_over

router = APIRouter()


@router.websocket("/api/feed")
async def feed(websocket: WebSocket) -> None:
    """Send every change the caller may see, until the browser leaves."""
    caller = await caller_of(websocket)
    context = context_of(websocket)
    await websocket.accept()
    async with context.hub.feed.subscribe() as messages:
        await send_until_over(
            websocket,
            _send(websocket, messages, caller),
            over=context.sessions.over(caller),
        )


async def _send(websocket: WebSocket, messages: AsyncIterator[FeedMessage], caller: Caller) -> None:
    async for message in messages:
        if _may_see(caller, message):
            await websocket.send_text(schema.message(message).model_dump_json())


def _may_see(caller: Caller, message: FeedMessage) -> bool:
    camera: CameraId | None
    match message:
        case EventChanged(event) | AlertShown(event):
            camera, action = event.camera, Action.EVENTS
        case CameraChanged(view):
            camera, action = view.camera.id, Action.LIVE
        case CameraGone(camera) | MotionChanged(camera):
            action = Action.LIVE
        case ProblemChanged(problem):
            camera, action = problem.camera, Action.LIVE
    return allow(caller, action, camera)
