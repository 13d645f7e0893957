"""Routes that tell what was recorded, and delete or keep it. The bytes themselves: footage.py."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from consentry.home.cameras import is_recorded
from consentry.model.diary import Act
from consentry.model.errors import DeniedError, InputError, Reason
from consentry.model.event import Event
from consentry.model.ids import CameraId
from consentry.model.rights import Action
from consentry.model.time import DAY, HOUR, MINUTE, Micros, Span
from consentry.store import events, export, gaps, kept, segments, timeline
from consentry.web.answers import SIGNED, failures
from consentry.web.cameras import CameraPath
from consentry.web.context import Context, Ctx, Signed, caller_of
from consentry.web.looks import note_deletion
from consentry.web.schema import footage as schema

router = APIRouter(prefix="/api", tags=["recordings"], dependencies=[Depends(caller_of)])

Stretch = Annotated[schema.SpanQuery, Query()]
StreamStretch = Annotated[schema.StreamSpanQuery, Query()]

ClipPath = Annotated[kept.ClipId, Path(max_length=64)]

LONGEST_LOOK = Micros(32 * DAY)
"""A month and a bit: what a page may ask to see at once."""

LONGEST_PLAY = Micros(25 * HOUR)
"""The longest day: 1500 segments with 45 000 key frames are over 1 MB of JSON."""


@router.get("/cameras/{camera}/timeline", responses=failures(*SIGNED))
async def get_timeline(
    context: Ctx, caller: Signed, camera: CameraPath, query: Stretch
) -> schema.Timeline:
    """Tell what a stretch of time holds: recorded, gaps, motion, events, kept."""
    view = context.hub.cameras.view(camera)
    context.demand(caller, Action.RECORDINGS, camera)
    span = _look(context, query)
    database = context.hub.database
    now = context.hub.clock.wall()
    missing = view.main.state.value if is_recorded(view.camera) else gaps.OFF
    drawn = await database.run(timeline.timeline, camera, span, now=now, missing=missing)
    found = tuple[Event, ...]()
    if context.allow(caller, Action.EVENTS, camera):
        found = await database.run(events.touching, camera, span)
    return schema.timeline(drawn, found)


@router.get("/cameras/{camera}/segments", responses=failures(*SIGNED, 423))
async def list_segments(
    context: Ctx, caller: Signed, camera: CameraPath, query: StreamStretch
) -> list[schema.Segment]:
    """List the segments that touch a stretch of time, the one being written included."""
    context.hub.cameras.view(camera)
    context.demand(caller, Action.RECORDINGS, camera)
    span = _look(context, query, longest=LONGEST_PLAY)
    rows = await context.hub.database.run(segments.find, camera, span, query.stream)
    footage = context.hub.footage
    if any(row.state is not segments.State.CLOSED for row in rows):
        found = await context.readers.run(footage.listed, rows, span)
    else:  # nothing is read from the disk: a thread would cost more than it does
        found = footage.listed(rows, span)
    return [schema.segment(segment) for segment in found]


@router.get("/cameras/{camera}/export", responses=failures(*SIGNED, 423))
async def plan_export(
    context: Ctx, caller: Signed, camera: CameraPath, query: StreamStretch
) -> schema.ExportPlan:
    """Tell what an export will be, without its bytes."""
    context.hub.cameras.view(camera)
    context.demand(caller, Action.EXPORT, camera)
    span = context.span(query.start, query.end)
    plan = await context.readers.run(export.plan, context.hub.footage, camera, span, query.stream)
    return schema.export_plan(plan)


@router.delete("/cameras/{camera}/footage", status_code=204, responses=failures(*SIGNED, 423))
async def delete_footage(
    context: Ctx, caller: Signed, request: Request, camera: CameraPath, query: Stretch
) -> None:
    """Delete what was recorded in a stretch of time, for good: keys first, then bytes."""
    view = context.hub.cameras.view(camera)
    context.demand(caller, Action.DELETE, camera)
    span = context.span(query.start, query.end)
    await note_deletion(context, caller, request, view.camera, span)
    await context.hub.erase(camera, span)


@router.post("/forget", responses=failures(400, 401, 403, 423))
async def forget(
    context: Ctx, caller: Signed, request: Request, body: schema.ForgetBody
) -> schema.Forgotten:
    """Delete the last minutes of every camera whose footage the caller may delete, for good."""
    now = context.hub.clock.wall()
    span = Span(Micros(now - body.minutes * MINUTE), now)
    cameras = [view.camera for view in context.hub.cameras.views()]
    theirs = [each for each in cameras if context.allow(caller, Action.DELETE, each.id)]
    if not theirs:
        message = "There is no camera whose footage you may delete."
        raise DeniedError(message)
    for camera in theirs:
        await note_deletion(context, caller, request, camera, span)
        await context.hub.erase(camera.id, span)
    return schema.Forgotten(cameras=[camera.id for camera in theirs])


@router.get("/kept", responses=failures(401))
async def list_kept(context: Ctx, caller: Signed) -> list[schema.Kept]:
    """List the clips kept for ever."""
    clips = await context.hub.database.run(kept.all)
    return [
        schema.kept(clip) for clip in clips if context.allow(caller, Action.RECORDINGS, clip.camera)
    ]


@router.post("/kept", status_code=201, responses=failures(*SIGNED))
async def keep(context: Ctx, caller: Signed, body: schema.KeptBody) -> schema.Kept:
    """Keep a clip for ever: retention leaves it alone."""
    camera = CameraId(body.camera)
    context.hub.cameras.view(camera)
    context.demand(caller, Action.KEEP, camera)
    span = context.span(body.start, body.end)
    clip = await context.hub.database.run(
        kept.add, camera, span, note=body.note, now=context.hub.clock.wall()
    )
    return schema.kept(clip)


@router.patch("/kept/{clip}", responses=failures(*SIGNED))
async def rename_kept(
    context: Ctx, caller: Signed, clip: ClipPath, body: schema.KeptChange
) -> schema.Kept:
    """Give a kept clip another note."""
    known = await context.hub.database.run(kept.get, clip)
    context.demand(caller, Action.KEEP, known.camera, missing=kept.missing(clip))
    return schema.kept(await context.hub.database.run(kept.rename, clip, body.note))


@router.delete("/kept/{clip}", status_code=204, responses=failures(*SIGNED))
async def release(context: Ctx, caller: Signed, request: Request, clip: ClipPath) -> None:
    """Keep a clip no longer: its footage follows retention again."""
    known = await context.hub.database.run(kept.get, clip)
    context.demand(caller, Action.KEEP, known.camera, missing=kept.missing(clip))
    camera = context.hub.cameras.view(known.camera).camera
    await note_deletion(context, caller, request, camera, known.span, act=Act.CLIP_RELEASED)
    await context.hub.database.run(kept.remove, clip)


def _look(context: Context, query: schema.SpanQuery, *, longest: Micros = LONGEST_LOOK) -> Span:
    span = context.span(query.start, query.end)
    if span.duration > longest:
        message = f"Ask for at most {longest // HOUR} hours at once."
        raise InputError(message, reason=Reason.TOO_LONG)
    return span
