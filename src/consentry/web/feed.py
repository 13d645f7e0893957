"""The live feed over WebSocket: what changes in the house, one JSON message each."""

from collections.abc import AsyncIterator, Iterator
from functools import partial

from fastapi import APIRouter, WebSocket

from consentry.model.camera import Place
from consentry.model.feed import FeedMessage, WatchingChanged, page_concerns
from consentry.model.ids import CameraId
from consentry.model.rights import Caller, Right
from consentry.web.context import Context, caller_of, context_of
from consentry.web.schema import feed as schema
from consentry.web.stream import send_until_over

router = APIRouter()


@router.websocket("/api/feed")
async def feed(websocket: WebSocket) -> None:
    """Send every change the caller may see, until the browser leaves.

    When rights change (given or taken back, hours that begin or end) the socket closes: the page
    connects anew and asks the routes again.
    """
    caller = await caller_of(websocket)
    context = context_of(websocket)
    begun = _sight(context, caller)

    def same_sight(now: Caller) -> bool:
        return all(begun.get(camera, r) == r for camera, r in _sight(context, now).items())

    await websocket.accept()
    async with context.hub.feed.subscribe() as messages:
        await send_until_over(
            websocket,
            _send(websocket, messages, context, caller),
            context.sessions.over(caller, same_sight),
        )


async def _send(
    websocket: WebSocket, messages: AsyncIterator[FeedMessage], context: Context, caller: Caller
) -> None:
    for watched in _watched(context):
        await _say(websocket, watched, context, caller)
    async for message in messages:
        await _say(websocket, message, context, caller)


async def _say(
    websocket: WebSocket, message: FeedMessage, context: Context, caller: Caller
) -> None:
    now = context.sessions.current(caller)
    if now is not None and context.allow(now, *page_concerns(message)):
        said = schema.message(message, partial(context.rights_of, now))
        await websocket.send_text(said.model_dump_json(by_alias=True))


def _watched(context: Context) -> Iterator[WatchingChanged]:
    """Tell who watches already: whoever comes later must not believe that nobody does."""
    for view in context.hub.cameras.views():
        people = context.hub.diary.watchers(view.camera.id)
        if people and view.camera.place is Place.INDOOR:
            yield WatchingChanged(view.camera.id, view.camera.name, people)


def _sight(context: Context, caller: Caller) -> dict[CameraId, frozenset[Right]]:
    cameras = (view.camera.id for view in context.hub.cameras.views())
    return {camera: context.rights_of(caller, camera) for camera in cameras}
