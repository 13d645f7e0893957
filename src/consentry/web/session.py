"""Routes of signing in and out, and the health of the hub."""

import hmac
import logging
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from consentry.model.account import Account
from consentry.model.diary import Act, Via, Viewer
from consentry.model.rights import Caller
from consentry.model.secret import Secret
from consentry.store import accounts
from consentry.web.answers import failures
from consentry.web.context import Context, Ctx, Person, Signed, Visitor, visitor_of
from consentry.web.credentials import address_of, attempt, confirmed, demand_patience, proven
from consentry.web.device import device
from consentry.web.errors import WrongCodeError, WrongCredentialsError, WrongTokenError
from consentry.web.limits import address_key
from consentry.web.looks import viewer_of
from consentry.web.schema.session import (
    HealthAnswer,
    HealthCameras,
    LoginBody,
    PasswordBody,
    SessionAnswer,
    SetupBody,
    SignState,
)
from consentry.web.sessions import clear_cookie, set_cookie

_log = logging.getLogger(__name__)

router = APIRouter(prefix="/api", tags=["session"])


@router.get("/health", responses=failures())
async def health(context: Ctx) -> HealthAnswer:
    """Tell that the hub is up, and how many cameras record. Open to everybody."""
    state = context.hub.health()
    cameras = HealthCameras(total=state.total, recording=state.recording, off=state.off)
    return HealthAnswer(status=state.status, cameras=cameras)


@router.get("/session", responses=failures())
async def session(context: Ctx, visitor: Visitor) -> SessionAnswer:
    """Tell how this browser stands: set up the house, sign in, or go ahead. Open to everybody."""
    if visitor is not None:
        return signed_in(context, visitor)
    if await context.hub.database.run(accounts.is_set_up):
        return SessionAnswer(state=SignState.SIGNED_OUT)
    return SessionAnswer(state=SignState.SETUP)


@router.post("/setup", responses=failures(400, 401, 403, 409, 429))
async def setup(
    context: Ctx, request: Request, response: Response, body: SetupBody
) -> SessionAnswer:
    """Make the owner's account with the one-time token the hub printed, and sign in."""
    address = address_key(address_of(request))
    demand_patience(context, address)
    token = context.hub.setup_token.reveal()
    given = body.token.get_secret_value()
    if not hmac.compare_digest(given.encode(), token.encode()):
        _log.warning("wrong setup token: address=%s", address)
        context.failed(address)
        raise WrongTokenError
    password = Secret(body.password.get_secret_value())
    account = await context.hub.locks.found(body.name, password, mode=body.unlock)
    return await sign_in(context, request, response, account)


@router.post("/login", responses=failures(400, 401, 429))
async def login(
    context: Ctx, request: Request, response: Response, body: LoginBody
) -> SessionAnswer:
    """Sign in. Failures make the next attempt wait longer, by address and by name.

    401 ``second_factor``: the password is right, and a code is asked for too; ``wrong_code``: it
    is right, and the code is not.
    """
    address, name = address_key(address_of(request)), _name_key(body.name)
    demand_patience(
        context, address
    )  # before anything is looked up: a flood is refused from memory
    found = await context.hub.database.run(accounts.account_named, body.name.strip())
    # Whoever signed in from here before is not slowed by strangers who guess the same name.
    stranger = not await _is_known(context, found, address)
    keys = (address, name) if stranger else (address,)
    try:
        with attempt(context, *keys, stranger=stranger):
            account, pair = await proven(
                context, found, body.password, body.code, stranger=stranger
            )
    except (WrongCredentialsError, WrongCodeError):
        _log.warning("wrong name, password or code: address=%s", address)
        raise
    for key in keys:
        context.limiter.succeeded(key)
    if await context.hub.locks.open_with(account, pair):
        by = Viewer(account.name, Via.BROWSER, account.role.value, account.id, address_of(request))
        await context.hub.diary.act(Act.UNLOCK, by)
    return await sign_in(context, request, response, account)


@router.post("/logout", status_code=204, responses=failures(401))
async def logout(context: Ctx, caller: Signed, request: Request, response: Response) -> None:
    """End this session at once: its cookie opens nothing any more, its streams stop."""
    if caller.session is not None and caller.scope is None:
        await context.sessions.end(caller.session)
    clear_cookie(response, request)


@router.post("/password", responses=failures(400, 401, 403, 429))
async def change_password(
    context: Ctx, caller: Person, request: Request, response: Response, body: PasswordBody
) -> SessionAnswer:
    """Change one's own password: every other browser is signed out."""
    account, pair = await confirmed(context, caller, request, body.current)
    new = Secret(body.new.get_secret_value())
    keys = await context.hub.locks.relock(account, pair, new)
    await context.sessions.change_lock(account.id, keys)
    await context.hub.diary.act(Act.PASSWORD_CHANGED, viewer_of(caller, request))
    return await sign_in(context, request, response, replace(account, keys=keys))


async def sign_in(
    context: Context, request: Request, response: Response, account: Account
) -> SessionAnswer:
    """Begin a session in the browser that asks; whatever was there before ends."""
    before = await visitor_of(request)
    if before is not None and before.session is not None:
        await context.sessions.end(before.session)
    address, agent = address_of(request), request.headers.get("user-agent", "")
    token = await context.sessions.begin(account, address=address, agent=agent)
    set_cookie(response, request, token)
    context.limiter.trust(_known_key(address_key(address), _name_key(account.name)))
    context.hub.signed_in(account, address=address, device=device(agent))
    return signed_in(context, Caller(account.name, account.role, account.id))


def signed_in(context: Context, caller: Caller) -> SessionAnswer:
    """Return what a browser is told in which ``caller`` is signed in."""
    settings = context.hub.settings
    return SessionAnswer(
        state=SignState.SIGNED_IN,
        name=caller.name,
        member=caller.member,
        role=caller.role,
        language=settings.language.value,
        time_zone=settings.time_zone,
        locked=context.hub.keyring.locked,
    )


async def _is_known(context: Context, account: Account | None, address: str) -> bool:
    """Tell whether the account signed in from that address: since the start, or still is."""
    if account is None:
        return False
    if context.limiter.trusts(_known_key(address, _name_key(account.name))):
        return True
    now = context.hub.forward.wall()
    sessions = await context.hub.database.run(accounts.sessions_of, account.id, now=now)
    return any(address_key(session.address) == address for session in sessions)


def _name_key(name: str) -> str:
    return f"name:{name.strip().casefold()[:200]}"


def _known_key(address: str, name_key: str) -> str:
    return f"known:{address}:{name_key}"
