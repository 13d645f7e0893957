"""Routes of cameras: list, add, change, remove, look for, snooze, pause."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from consentry.model.diary import Act
from consentry.model.ids import CameraId
from consentry.model.rights import Action, Caller
from consentry.model.secret import Secret
from consentry.model.status import CameraView
from consentry.web.answers import SIGNED, failures
from consentry.web.context import Context, Ctx, Signed, caller_of
from consentry.web.looks import viewer_of
from consentry.web.schema import camera_keys as keys
from consentry.web.schema import cameras as schema
from consentry.web.schema import search
from consentry.web.switching import demand_indoors, note_switching, pause

router = APIRouter(prefix="/api/cameras", tags=["cameras"], dependencies=[Depends(caller_of)])

CameraPath = Annotated[CameraId, Path(max_length=64)]


@router.get("", responses=failures(401))
async def list_cameras(context: Ctx, caller: Signed) -> list[schema.Camera]:
    """List the cameras the caller may see, in the owner's order."""
    return [
        told(context, caller, view)
        for view in context.hub.cameras.views()
        if context.allow(caller, Action.SEE, view.camera.id)
    ]


@router.post("", status_code=201, responses=failures(400, 401, 403, 409, 424))
async def add_camera(context: Ctx, caller: Signed, body: schema.NewCameraBody) -> schema.Camera:
    """Add a camera; its streams are opened first (``check``), and nothing is added if they fail."""
    context.demand(caller, Action.HOUSE)
    new = schema.new_camera(body)
    return told(context, caller, await context.hub.cameras.add(new, check=body.check))


@router.post("/probe", responses=failures(400, 401, 403, 424))
async def probe_camera(context: Ctx, caller: Signed, body: search.ProbeBody) -> search.Report:
    """Look at an address and report its streams; failures say `state` and one sentence."""
    context.demand(caller, Action.HOUSE)
    found = await context.hub.cameras.probe(
        body.url, body.user, Secret(body.password), sub_url=body.sub_url
    )
    return search.report(found)


@router.post("/discover", responses=failures(401, 403))
async def discover_cameras(context: Ctx, caller: Signed) -> search.Devices:
    """Ask the network for ONVIF cameras; takes about three seconds."""
    context.demand(caller, Action.HOUSE)
    found = await context.hub.cameras.discover()
    return search.Devices(devices=[search.device(device) for device in found])


@router.get("/{camera}", responses=failures(*SIGNED))
async def get_camera(context: Ctx, caller: Signed, camera: CameraPath) -> schema.Camera:
    """Return one camera."""
    view = context.hub.cameras.view(camera)
    context.demand(caller, Action.SEE, camera)
    return told(context, caller, view)


@router.patch("/{camera}", responses=failures(*SIGNED, 409))
async def change_camera(
    context: Ctx, caller: Signed, request: Request, camera: CameraPath, body: schema.CameraChange
) -> schema.Camera:
    """Change any of a camera's settings; what is left out stays as it is."""
    cameras = context.hub.cameras
    before = cameras.view(camera).camera
    context.demand(caller, Action.SETTINGS, camera)
    changed = schema.changed(before, body)
    await note_switching(context, viewer_of(caller, request), before, changed)
    view = await cameras.change(schema.changed(cameras.view(camera).camera, body))
    return told(context, caller, view)


@router.delete("/{camera}", status_code=204, responses=failures(*SIGNED))
async def remove_camera(context: Ctx, caller: Signed, request: Request, camera: CameraPath) -> None:
    """Remove a camera with its recordings and events, for good."""
    view = context.hub.cameras.view(camera)
    context.demand(caller, Action.REMOVE, camera)
    by = viewer_of(caller, request)
    await context.hub.diary.act(Act.CAMERA_REMOVED, by, camera=view.camera)
    await context.hub.remove_camera(camera)


@router.post("/{camera}/snooze", responses=failures(*SIGNED))
async def snooze_camera(
    context: Ctx, caller: Signed, camera: CameraPath, body: schema.SnoozeBody
) -> schema.Camera:
    """Raise no alert of this camera for so many minutes; 0 ends it."""
    context.hub.cameras.view(camera)
    context.demand(caller, Action.SNOOZE, camera)
    return told(context, caller, await context.hub.cameras.snooze(camera, body.minutes))


@router.post("/{camera}/pause", responses=failures(*SIGNED))
async def pause_camera(
    context: Ctx, caller: Signed, request: Request, camera: CameraPath, body: schema.PauseBody
) -> schema.Camera:
    """Be unseen for a while; it goes on by itself. Every adult may, indoors; 0 minutes end it."""
    view = context.hub.cameras.view(camera)
    context.demand(caller, Action.PAUSE, camera)
    demand_indoors(caller, view.camera)
    view = await pause(context, viewer_of(caller, request), camera, body)
    return told(context, caller, view)


@router.get("/{camera}/openness", responses=failures(*SIGNED))
async def camera_openness(context: Ctx, caller: Signed, camera: CameraPath) -> keys.Openness:
    """Ask the camera without a password: does it show its pictures or accounts to anybody?"""
    context.hub.cameras.view(camera)
    context.demand(caller, Action.SETTINGS, camera)
    return keys.openness(await context.hub.camera_keys.openness(camera))


@router.post("/{camera}/password", responses=failures(*SIGNED, 409, 424))
async def change_camera_password(
    context: Ctx, caller: Signed, request: Request, camera: CameraPath
) -> keys.NewPassword:
    """Give an ONVIF camera a random password, told this once; tries that the old one is refused."""
    view = context.hub.cameras.view(camera)
    context.demand(caller, Action.SETTINGS, camera)
    by = viewer_of(caller, request)
    await context.hub.diary.act(Act.CAMERA_PASSWORD, by, camera=view.camera)
    return keys.new_password(await context.hub.camera_keys.change(camera))


def told(context: Context, caller: Caller, view: CameraView) -> schema.Camera:
    """Return a camera as the caller may see it."""
    return schema.camera(view, context.rights_of(caller, view.camera.id))
