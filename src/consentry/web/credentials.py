"""Proving who one is: passwords, codes of an authenticator app, recovery codes."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pyotp
from fastapi import Request
from pydantic import SecretStr
from starlette.requests import HTTPConnection

from consentry.model.account import Account
from consentry.model.ids import MemberId
from consentry.model.rights import Caller
from consentry.model.secret import Secret
from consentry.model.time import SECOND, Micros
from consentry.seal import Pair
from consentry.store import accounts, second_factors
from consentry.web.context import Context, member_of
from consentry.web.errors import (
    LimitedError,
    SecondFactorError,
    WrongCodeError,
    WrongCredentialsError,
)
from consentry.web.limits import address_key

STEP_S = 30
"""What a code of an authenticator app is good for (RFC 6238)."""


async def confirmed(
    context: Context, caller: Caller, request: Request, password: SecretStr
) -> tuple[Account, Pair]:
    """Return the account of a caller who typed their password once more.

    Raises WrongCredentialsError, also when it was changed or the account removed meanwhile, and
    LimitedError after too many.
    """
    database = context.hub.database
    account = await database.run(accounts.account_with_id, member_of(caller))
    with attempt(context, address_key(address_of(request))):
        pair = await opened(context, account, password)
        if pair is None:
            raise WrongCredentialsError
    if not await database.run(accounts.is_in_force, account.id, account.keys.lock):
        raise WrongCredentialsError
    return account, pair


async def opened(
    context: Context, account: Account | None, password: SecretStr, *, stranger: bool = False
) -> Pair | None:
    """Return the account's key pair, None for a wrong password; nobody's takes as long."""
    tried = account or await context.hub.database.run(accounts.first)
    if tried is None:
        return None
    secret = Secret(password.get_secret_value())
    pair = await context.hub.passwords.open(secret, tried, stranger=stranger)
    return pair if account is not None else None


def demand_patience(context: Context, *keys: str, stranger: bool = False) -> None:
    """Raise LimitedError while any of the keys has to wait, or too many are signing in at once."""
    longest = max(context.limiter.wait(key) for key in keys)
    if longest > 0:
        raise LimitedError(longest)
    if context.hub.passwords.window(stranger=stranger).crowded:
        raise LimitedError(Micros(2 * SECOND))


@contextmanager
def attempt(context: Context, address: str, *names: str, stranger: bool = False) -> Iterator[None]:
    """Let a password be tried inside, once address and names need not wait; a wrong one counts.

    Raises LimitedError.
    """
    demand_patience(context, address, *names, stranger=stranger)
    with context.limiter.trying(address, *names):
        try:
            yield
        except (WrongCredentialsError, WrongCodeError):
            context.failed(address, *names)
            raise


async def proven(
    context: Context,
    account: Account | None,
    password: SecretStr,
    code: str | None,
    *,
    stranger: bool,
) -> tuple[Account, Pair]:
    """Return the account and its key pair once password and, if asked for, code are right.

    Raises WrongCredentialsError, SecondFactorError, WrongCodeError.
    """
    pair = await opened(context, account, password, stranger=stranger)
    if account is None or pair is None:
        raise WrongCredentialsError
    await _demand_code(context, account, code)
    return account, pair


async def _demand_code(context: Context, account: Account, code: str | None) -> None:
    """Return if the account asks for no code or ``code`` is right; a code is right once.

    Raises SecondFactorError when one is missing, WrongCodeError for a wrong one.
    """
    factor = await context.hub.database.run(second_factors.of_member, account.id)
    if factor is None or not factor.confirmed:
        return
    if code is None:
        raise SecondFactorError
    if await totp_matches(context, account.id, factor.secret, code):
        return
    known = await context.hub.database.run(second_factors.use_code, account.id, code_hash(code))
    if not known:
        raise WrongCodeError


async def totp_matches(context: Context, member: MemberId, secret: Secret, code: str) -> bool:
    """Tell whether it is the code of now or half a minute aside, and was not used yet."""
    totp, now = pyotp.TOTP(secret.reveal()), context.hub.clock.wall() // SECOND // STEP_S
    typed = code.replace(" ", "")
    for step in (now - 1, now, now + 1):
        if secrets.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            return await context.hub.database.run(second_factors.use_step, member, step)
    return False


def code_hash(code: str) -> bytes:
    """Return what is kept of a recovery code, however it is typed: SHA-256, 32 bytes."""
    plain = "".join(each for each in code.lower() if each.isalnum())
    return hashlib.sha256(plain.encode()).digest()


def address_of(connection: HTTPConnection) -> str:
    """Return where a request came from."""
    return connection.client.host if connection.client is not None else "this machine"
