"""Routes of the house as a whole: settings, storage, problems."""

from dataclasses import replace

from fastapi import APIRouter, Depends, Request

from consentry.model.feed import ProblemChanged, concerns
from consentry.model.rights import Action
from consentry.web.answers import failures
from consentry.web.context import Context, Ctx, Signed, caller_of
from consentry.web.looks import viewer_of
from consentry.web.schema import feed, house
from consentry.web.schema import settings as schema

router = APIRouter(prefix="/api", tags=["house"], dependencies=[Depends(caller_of)])


@router.get("/settings", responses=failures(401, 403))
async def get_settings(context: Ctx, caller: Signed) -> schema.Settings:
    """Return the settings of the house."""
    context.demand(caller, Action.HOUSE)
    return _settings(context)


@router.patch("/settings", responses=failures(400, 401, 403))
async def change_settings(
    context: Ctx, caller: Signed, body: schema.SettingsChange
) -> schema.Settings:
    """Change any of the settings; what is left out stays."""
    context.demand(caller, Action.HOUSE)
    await context.hub.change_settings(lambda settings: schema.changed(settings, body))
    return _settings(context)


@router.get("/storage", responses=failures(401, 403))
async def get_storage(context: Ctx, caller: Signed) -> house.Storage:
    """Tell what the recordings take and how many days they will reach."""
    context.demand(caller, Action.OVERVIEW)
    report = await context.hub.storage()
    seen = context.allowed(caller, Action.SEE)
    cameras = tuple(camera for camera in report.cameras if camera.camera in seen)
    return house.storage(replace(report, cameras=cameras))


@router.post("/check", responses=failures(400, 401, 403))
async def check_recordings(
    context: Ctx, caller: Signed, body: house.CheckBody
) -> house.CheckReport:
    """Verify that index and files agree, and open a sample of what was recorded."""
    context.demand(caller, Action.HOUSE)
    return house.check_report(await context.hub.check(samples=body.samples))


@router.post("/problems/clock/confirm", status_code=204, responses=failures(401, 403))
async def confirm_clock(context: Ctx, caller: Signed) -> None:
    """Confirm that the hub's clock is right: recordings expire by age again."""
    context.demand(caller, Action.HOUSE)
    await context.hub.confirm_clock()
    context.sessions.recall_all()


@router.post("/problems/diary/acknowledge", status_code=204, responses=failures(401, 403))
async def acknowledge_diary(context: Ctx, caller: Signed, request: Request) -> None:
    """Take note that the diary was found changed; who did is in the diary, for everybody."""
    context.demand(caller, Action.DIARY)
    await context.hub.acknowledge_diary(viewer_of(caller, request))


@router.get("/problems", responses=failures(401))
async def list_problems(context: Ctx, caller: Signed) -> list[feed.Problem]:
    """List what is wrong now."""
    return [
        feed.problem(problem)
        for problem in context.hub.problems()
        if context.allow(caller, *concerns(ProblemChanged(problem)))
    ]


def _settings(context: Context) -> schema.Settings:
    return schema.settings(context.hub.settings, reached=context.hub.outbox.reached())
