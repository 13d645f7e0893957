"""Routes for the day a password is lost: recovery words, and resetting an owner from a shell."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from consentry.model.diary import Act, Via, Viewer
from consentry.model.errors import DeniedError, InputError
from consentry.model.rights import Action
from consentry.model.secret import Secret
from consentry.store.identity import Recovery
from consentry.web.answers import failures
from consentry.web.context import Context, Ctx, Signed
from consentry.web.credentials import address_of, demand_patience
from consentry.web.limits import address_key
from consentry.web.looks import viewer_of
from consentry.web.rights import THIS_MACHINE
from consentry.web.schema import recovery as schema
from consentry.web.schema.base import iso
from consentry.web.schema.session import SessionAnswer
from consentry.web.session import sign_in
from consentry.web.stream import Cut

router = APIRouter(prefix="/api", tags=["recovery"])


@router.get("/recovery", responses=failures(401, 403))
async def get_recovery(context: Ctx, caller: Signed) -> schema.Recovery:
    """Tell since when there are recovery words, and when the last backup was made."""
    context.demand(caller, Action.HOUSE)
    kept = context.hub.words.kept
    return await _recovery(context, kept)


@router.post("/recovery/words", responses=failures(401, 403, 423))
async def make_words(context: Ctx, caller: Signed) -> schema.Words:
    """Make new recovery words and show them, this once. The old ones hold until ``confirm``."""
    context.demand(caller, Action.HOUSE)
    offer = context.hub.words.offer()
    return schema.Words(words=list(offer.words), ask=list(offer.asked))


@router.post("/recovery/confirm", responses=failures(400, 401, 403, 409, 423))
async def confirm_words(
    context: Ctx, caller: Signed, request: Request, body: schema.Confirmation
) -> schema.Recovery:
    """Put the words shown last in force, by typing the three that were asked for."""
    context.demand(caller, Action.HOUSE)
    async with context.hub.locks.steady():
        kept = await context.hub.words.confirm(body.answers)
    await context.hub.diary.act(Act.WORDS_MADE, viewer_of(caller, request))
    return await _recovery(context, kept)


@router.post("/recovery/restore", responses=failures(400, 401, 404, 429))
async def restore(
    context: Ctx, request: Request, response: Response, body: schema.Restoration
) -> SessionAnswer:
    """Give an owner a new password, by the recovery words alone, unlock and sign in."""
    address = address_key(address_of(request))
    demand_patience(context, address)
    words = body.words.get_secret_value().split()
    password = Secret(body.password.get_secret_value())
    try:
        await context.hub.locks.open_by_words(words)
    except InputError:
        context.failed(address)
        raise
    async with context.hub.locks.steady():
        account = await context.hub.locks.reset(password, body.name)
        by = Viewer("whoever has the recovery words", Via.BROWSER, address=address_of(request))
        await context.hub.diary.act(Act.RECOVERED, by, detail=account.name)
        await context.sessions.start_over(account.id, account.keys)
    return await sign_in(context, request, response, account)


@router.post("/backup", response_class=StreamingResponse, responses=failures(401, 403, 409, 423))
async def make_backup(context: Ctx, caller: Signed, request: Request) -> StreamingResponse:
    """Settings, members and kept clips as one file that only the recovery words open."""
    context.demand(caller, Action.HOUSE)
    _ = context.hub.keyring.household  # locked: say so before the first byte
    stream = await context.readers.stream(context.hub.words.backup())
    await context.hub.diary.act(Act.BACKUP, viewer_of(caller, request))
    headers = {"Content-Disposition": "attachment; filename=consentry.backup"}
    until_locked = context.hub.keyring.until_locked
    return Cut(stream, until_locked, media_type="application/octet-stream", headers=headers)


@router.post("/reset-owner", responses=failures(400, 401, 403, 404))
async def reset_owner(
    context: Ctx, caller: Signed, request: Request, body: schema.Reset
) -> schema.ResetAnswer:
    """Give an owner a new password from this machine's own shell (control socket)."""
    if caller is not THIS_MACHINE:
        message = "Only from a shell of the hub's own machine: consentry reset-owner."
        raise DeniedError(message)
    password = Secret(body.password.get_secret_value())
    async with context.hub.locks.steady():
        account = await context.hub.locks.reset(password, body.name)
        by = viewer_of(caller, request)
        await context.hub.diary.act(Act.RESET_OWNER, by, detail=account.name)
        await context.sessions.start_over(account.id, account.keys)
    keyring = context.hub.keyring
    return schema.ResetAnswer(name=account.name, locked_out=keyring.locked)


async def _recovery(context: Context, kept: Recovery | None) -> schema.Recovery:
    made = kept.made if kept is not None else None
    return schema.Recovery(made=iso(made), backup=iso(await context.hub.words.last_backup()))
