"""Switching cameras off and on: by the owner, or for a while by anybody grown up who lives there.

Whoever does it is in the diary before it happens.
"""

from consentry.model.camera import Camera, Place
from consentry.model.diary import Act, Viewer
from consentry.model.errors import DeniedError, Reason
from consentry.model.hours import Hours
from consentry.model.ids import CameraId
from consentry.model.off import OffReason, morning
from consentry.model.rights import Caller, Role
from consentry.model.status import CameraView
from consentry.model.time import MINUTE, Micros, to_iso
from consentry.web.context import Context
from consentry.web.schema.cameras import PauseBody


async def pause(context: Context, viewer: Viewer, camera: CameraId, body: PauseBody) -> CameraView:
    """Pause the camera, or end its pause."""
    view = context.hub.cameras.view(camera)
    duration = _duration(context, body)
    if duration > 0:
        until = to_iso(Micros(context.hub.clock.wall() + duration))
        await context.hub.diary.act(Act.PAUSED, viewer, camera=view.camera, detail=until)
        return await context.hub.cameras.pause(camera, duration)
    if view.off is not None and view.off.reason is OffReason.PAUSE:
        await context.hub.diary.act(Act.RESUMED, viewer, camera=view.camera)
        return await context.hub.cameras.resume(camera)
    return view


async def note_switching(context: Context, viewer: Viewer, before: Camera, after: Camera) -> None:
    """Write down who switches a camera off or on, or changes the hours in which it is off."""
    if before.enabled is not after.enabled:
        act = Act.SWITCHED_ON if after.enabled else Act.SWITCHED_OFF
        await context.hub.diary.act(act, viewer, camera=after)
    if before.off_hours != after.off_hours:
        detail = "; ".join(_text(hours) for hours in after.off_hours)
        await context.hub.diary.act(Act.OFF_HOURS_CHANGED, viewer, camera=after, detail=detail)


def demand_indoors(caller: Caller, camera: Camera) -> None:
    """Raise DeniedError unless everybody grown up may pause it: outdoors it guards the house."""
    if camera.place is Place.OUTDOOR and caller.role is not Role.OWNER:
        message = f"{camera.name} looks outdoors: only the owner can pause it."
        raise DeniedError(message, reason=Reason.OUTDOORS, camera=camera.name)


def _duration(context: Context, body: PauseBody) -> Micros:
    if body.minutes is not None:
        return Micros(body.minutes * MINUTE)
    now = context.hub.clock.wall()
    return Micros(morning(now, context.hub.settings.zone) - now)


def _text(hours: Hours) -> str:
    """Return hours as numbers, which every language reads: days 0 (Monday) to 6, from, to."""
    days = "".join(str(day) for day in sorted(hours.days))
    return f"{days} {hours.start:%H:%M}-{hours.end:%H:%M}"
