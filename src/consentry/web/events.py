"""Routes of events: list, one, delete, correct. Their pictures and clips: footage.py."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from consentry.model.event import Correction, Event
from consentry.model.ids import EventId
from consentry.model.rights import Action, Caller
from consentry.store import events
from consentry.web.answers import SIGNED, failures
from consentry.web.context import Context, Ctx, Signed, caller_of
from consentry.web.looks import note_deletion
from consentry.web.schema import events as schema

router = APIRouter(prefix="/api/events", tags=["events"], dependencies=[Depends(caller_of)])

EventPath = Annotated[EventId, Path(max_length=64)]


@router.get("", responses=failures(400, 401, 404))
async def list_events(
    context: Ctx, caller: Signed, query: Annotated[schema.EventQuery, Query()]
) -> schema.Events:
    """List events, newest first, a page at a time."""
    cameras = context.allowed(caller, Action.EVENTS)
    if query.camera is not None:
        cameras = tuple(camera for camera in cameras if camera == query.camera)
    found = await context.hub.database.run(
        events.find,
        cameras=cameras,
        label=query.label,
        alert=query.alert,
        since=context.moment(query.since) if query.since is not None else None,
        until=context.moment(query.until) if query.until is not None else None,
        before=EventId(query.before) if query.before is not None else None,
        limit=query.limit,
    )
    return schema.Events(
        events=[schema.event(event, boxes=False) for event in found],
        next=found[-1].id if len(found) == query.limit else None,
    )


@router.get("/{event}", responses=failures(*SIGNED))
async def get_event(context: Ctx, caller: Signed, event: EventPath) -> schema.Event:
    """Return one event with its boxes over time."""
    found = await demanded(context, caller, Action.EVENTS, event)
    return schema.event(found, boxes=True)


@router.delete("/{event}", status_code=204, responses=failures(*SIGNED, 409, 423))
async def delete_event(context: Ctx, caller: Signed, request: Request, event: EventPath) -> None:
    """Delete an event with its picture and its footage, for good."""
    found = await demanded(context, caller, Action.DELETE, event)
    camera = context.hub.cameras.view(found.camera).camera
    await note_deletion(context, caller, request, camera, found.span(found.best.time))
    await context.hub.erase_event(event)


@router.put("/{event}/correction", responses=failures(*SIGNED))
async def correct_event(
    context: Ctx, caller: Signed, event: EventPath, body: schema.CorrectionBody
) -> schema.Event:
    """Say what the event really was."""
    return await _correct(context, caller, event, schema.model_correction(body))


@router.delete("/{event}/correction", responses=failures(*SIGNED))
async def undo_correction(context: Ctx, caller: Signed, event: EventPath) -> schema.Event:
    """Take the correction back."""
    return await _correct(context, caller, event, None)


async def _correct(
    context: Context, caller: Caller, event: EventId, correction: Correction | None
) -> schema.Event:
    await demanded(context, caller, Action.CORRECT, event)
    return schema.event(await context.hub.correct(event, correction), boxes=True)


async def demanded(context: Context, caller: Caller, action: Action, event: EventId) -> Event:
    """Return the event if the caller may; to others it does not exist, or DeniedError."""
    found = await context.hub.database.run(events.get, event)
    context.demand(caller, action, found.camera, missing=events.missing(event))
    return found
