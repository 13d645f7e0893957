"""Routes of the household's key: unlocking and locking the recordings, changing the key."""

from dataclasses import replace

from fastapi import APIRouter, Depends, Request

from consentry.model.account import Account
from consentry.model.diary import Act
from consentry.model.rights import Action, Caller
from consentry.store import accounts
from consentry.web.answers import failures
from consentry.web.context import Context, Ctx, Signed, caller_of
from consentry.web.credentials import address_of, attempt, opened
from consentry.web.errors import WrongCredentialsError
from consentry.web.limits import address_key
from consentry.web.looks import viewer_of
from consentry.web.schema import keys as schema
from consentry.web.schema.recovery import Words
from consentry.web.schema.session import SessionAnswer, UnlockBody
from consentry.web.session import signed_in

router = APIRouter(prefix="/api", tags=["keys"], dependencies=[Depends(caller_of)])


@router.post("/unlock", responses=failures(400, 401, 429))
async def unlock(context: Ctx, caller: Signed, request: Request, body: UnlockBody) -> SessionAnswer:
    """Unlock the recordings with one's password, after a start that nobody attended."""
    address = address_key(address_of(request))
    account = await _account(context, caller, body.name)
    with attempt(context, address):
        pair = await opened(context, account, body.password)
        if account is None or pair is None:
            raise WrongCredentialsError
    context.limiter.succeeded(address)
    if await context.hub.locks.open_with(account, pair):
        by = replace(viewer_of(caller, request), name=account.name)
        await context.hub.diary.act(Act.UNLOCK, by)
    return signed_in(context, caller)


@router.post("/lock", responses=failures(401, 403))
async def lock(context: Ctx, caller: Signed, request: Request) -> SessionAnswer:
    """Lock the recordings: nobody watches them until a password is typed. Not with a key file."""
    context.demand(caller, Action.OVERVIEW)
    await context.hub.diary.act(Act.LOCK, viewer_of(caller, request))
    context.hub.lock_keys()
    return signed_in(context, caller)


@router.get("/keys", responses=failures(401, 403))
async def get_keys(context: Ctx, caller: Signed) -> schema.Keys:
    """Tell how the recordings' key is kept, and how far a change of it is."""
    context.demand(caller, Action.OVERVIEW)
    return _keys(context)


@router.post("/keys/rotate", responses=failures(401, 403, 409, 423))
async def rotate(context: Ctx, caller: Signed, request: Request) -> schema.Rotated:
    """Put another household key in force, at once; all recordings are sealed to it in background.

    Old copies of the disk then open nothing new. New recovery words come with it: they count when
    confirmed (POST /api/recovery/confirm), the old ones hold until then.
    """
    context.demand(caller, Action.HOUSE)
    await context.hub.locks.rotate()
    await context.hub.diary.act(Act.ROTATE, viewer_of(caller, request))
    offer = context.hub.words.offer()
    words = Words(words=list(offer.words), ask=list(offer.asked))
    return schema.Rotated(keys=_keys(context), words=words)


def _keys(context: Context) -> schema.Keys:
    keyring, progress = context.hub.keyring, context.hub.rotation.progress
    changing = schema.Changing(done=progress.done, total=progress.total) if progress else None
    return schema.Keys(unlock=keyring.mode, locked=keyring.locked, changing=changing)


async def _account(context: Context, caller: Caller, name: str | None) -> Account | None:
    """Return whose password this is: the caller's, or of whom this machine's owner named."""
    database = context.hub.database
    if caller.member is not None:
        return await database.run(accounts.account_with_id, caller.member)
    if name is not None:
        return await database.run(accounts.account_named, name.strip())
    return await database.run(accounts.first)
