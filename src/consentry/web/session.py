"""Routes of signing in and out, and the health of the hub."""

import hmac
import logging

from fastapi import APIRouter, Request, Response
from pydantic import SecretStr
from starlette.requests import HTTPConnection

from consentry.model.account import Account
from consentry.model.errors import DeniedError
from consentry.model.secret import Secret
from consentry.model.time import SECOND, Micros
from consentry.seal import Pair
from consentry.store import accounts
from consentry.web.answers import failures
from consentry.web.context import Context, Ctx, Signed, Visitor, visitor_of
from consentry.web.errors import LimitedError, WrongCredentialsError, WrongTokenError
from consentry.web.limits import address_key
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
    cameras = HealthCameras(total=state.total, recording=state.recording)
    return HealthAnswer(status=state.status, cameras=cameras)


@router.get("/session", responses=failures())
async def session(context: Ctx, visitor: Visitor) -> SessionAnswer:
    """Tell how this browser stands: set up the house, sign in, or go ahead. Open to everybody."""
    if visitor is not None:
        return signed_in(context, visitor.name)
    if await context.hub.database.run(accounts.is_set_up):
        return SessionAnswer(state=SignState.SIGNED_OUT)
    return SessionAnswer(state=SignState.SETUP)


@router.post("/setup", responses=failures(400, 403, 409, 429))
async def setup(
    context: Ctx, request: Request, response: Response, body: SetupBody
) -> SessionAnswer:
    """Make the owner's account with the one-time token the hub printed, and sign in."""
    address = address_key(address_of(request))
    wait(context, address)
    token = context.hub.setup_token.reveal()
    given = body.token.get_secret_value()
    if not hmac.compare_digest(given.encode(), token.encode()):
        _log.warning("wrong setup token: address=%s", address)
        context.limiter.failed(address)
        raise WrongTokenError
    password = Secret(body.password.get_secret_value())
    account = await context.hub.locks.found(body.name, password, mode=body.unlock)
    return await _sign_in(context, request, response, account)


@router.post("/login", responses=failures(400, 401, 429))
async def login(
    context: Ctx, request: Request, response: Response, body: LoginBody
) -> SessionAnswer:
    """Sign in. Failures make the next attempt wait longer, by address and by name."""
    address, name = address_key(address_of(request)), f"name:{body.name.strip().casefold()[:200]}"
    known = f"known:{address}:{name}"
    # Whoever signed in from here before is not slowed by a stranger who guesses the same name.
    keys = (address,) if context.limiter.trusts(known) else (address, name)
    wait(context, *keys)
    account = await context.hub.database.run(accounts.account_named, body.name.strip())
    pair = await opened(context, account, body.password)
    if account is None or pair is None:
        _log.warning("wrong name or password: address=%s", address)
        for key in keys:
            context.limiter.failed(key)
        raise WrongCredentialsError
    for key in keys:
        context.limiter.succeeded(key)
    context.limiter.trust(known)
    await context.hub.locks.open_with(account, pair)
    return await _sign_in(context, request, response, account)


@router.post("/logout", status_code=204, responses=failures(401))
async def logout(context: Ctx, caller: Signed, request: Request, response: Response) -> None:
    """End this session at once: its cookie opens nothing any more, its streams stop."""
    if caller.session is not None:
        await context.sessions.end(caller.session)
    clear_cookie(response, request)


@router.post("/password", responses=failures(400, 401, 403, 429))
async def change_password(
    context: Ctx, caller: Signed, request: Request, response: Response, body: PasswordBody
) -> SessionAnswer:
    """Change one's own password: every other browser is signed out."""
    address = address_key(address_of(request))
    wait(context, address)
    if caller.member is None:
        message = "This machine has no password: sign in to change yours."
        raise DeniedError(message)
    account = await context.hub.database.run(accounts.account_with_id, caller.member)
    pair = await opened(context, account, body.current)
    if pair is None:
        context.limiter.failed(address)
        raise WrongCredentialsError
    new = Secret(body.new.get_secret_value())
    keys = await context.hub.locks.relock(account, pair, new)
    await context.sessions.change_keys(account.id, keys)
    return await _sign_in(context, request, response, account)


async def opened(context: Context, account: Account | None, password: SecretStr) -> Pair | None:
    """Return the account's key pair, None for a wrong password; nobody's takes as long."""
    tried = account or await context.hub.database.run(accounts.first)
    if tried is None:
        return None
    secret = Secret(password.get_secret_value())
    pair = await context.hub.passwords.open(secret, tried)
    return pair if account is not None else None


def wait(context: Context, *keys: str) -> None:
    """Raise LimitedError while any of the keys has to wait, or too many are signing in at once."""
    longest = max(context.limiter.wait(key) for key in keys)
    if longest > 0:
        raise LimitedError(longest)
    if context.hub.passwords.crowded:
        raise LimitedError(Micros(2 * SECOND))


async def _sign_in(
    context: Context, request: Request, response: Response, account: Account
) -> SessionAnswer:
    before = await visitor_of(request)
    if before is not None and before.session is not None:
        await context.sessions.end(before.session)
    token = await context.sessions.begin(
        account, address=address_of(request), agent=request.headers.get("user-agent", "")
    )
    set_cookie(response, request, token)
    return signed_in(context, account.name)


def signed_in(context: Context, name: str) -> SessionAnswer:
    """Return what a browser is told that is signed in as ``name``."""
    settings = context.hub.settings
    return SessionAnswer(
        state=SignState.SIGNED_IN,
        name=name,
        language=settings.language.value,
        time_zone=settings.time_zone,
        locked=context.hub.keyring.locked,
    )


def address_of(connection: HTTPConnection) -> str:
    """Return where a request came from."""
    return connection.client.host if connection.client is not None else "this machine"
