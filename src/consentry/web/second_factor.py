"""Routes of one's own second factor: codes of an authenticator app, and recovery codes."""

import io
import secrets

import pyotp
import segno
from fastapi import APIRouter, Request

from consentry.model.errors import ConflictError
from consentry.model.secret import Secret
from consentry.store import passkeys, second_factors
from consentry.web.answers import failures
from consentry.web.context import Ctx, Person, member_of
from consentry.web.credentials import code_hash, confirmed, totp_matches
from consentry.web.errors import WrongCodeError
from consentry.web.passkeys import passkeys_work
from consentry.web.schema import second_factor as schema

router = APIRouter(prefix="/api/sign-in", tags=["session"])

CODES = 10
"""Recovery codes given at once: 78 random bits each, so that a plain hash of one is enough."""

_ALPHABET = "abcdefghjkmnpqrstvwxyz23456789"  # nothing that looks like something else


@router.get("", responses=failures(401, 403))
async def get_sign_in(context: Ctx, caller: Person, request: Request) -> schema.SignIn:
    """Tell how one signs in: codes, recovery codes left, passkeys, and whether those work here."""
    member, database = member_of(caller), context.hub.database
    factor = await database.run(second_factors.of_member, member)
    return schema.SignIn(
        totp=factor is not None and factor.confirmed,
        recovery_codes=await database.run(second_factors.codes_left, member),
        passkeys=[schema.passkey(each) for each in await database.run(passkeys.of_member, member)],
        passkeys_work=passkeys_work(request),
    )


@router.post("/totp", responses=failures(400, 401, 403, 409, 429))
async def propose_totp(
    context: Ctx, caller: Person, request: Request, body: schema.ConfirmBody
) -> schema.Totp:
    """Make a secret for an authenticator app; nothing asks for codes until one was typed (PUT)."""
    account, _ = await confirmed(context, caller, request, body.password)
    factor = await context.hub.database.run(second_factors.of_member, account.id)
    if factor is not None and factor.confirmed:
        message = "Codes are asked for already: switch that off first."
        raise ConflictError(message)
    secret = pyotp.random_base32()
    await context.hub.database.run(second_factors.propose, account.id, Secret(secret))
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.name, issuer_name="Consentry")
    return schema.Totp(secret=secret, uri=uri, qr=_drawn(uri))


@router.put("/totp", responses=failures(400, 401, 403, 409))
async def confirm_totp(context: Ctx, caller: Person, body: schema.CodeBody) -> schema.RecoveryCodes:
    """Show that the app works with one of its codes: from now on they are asked for."""
    member = member_of(caller)
    factor = await context.hub.database.run(second_factors.of_member, member)
    if factor is None or factor.confirmed:
        message = "There is nothing to confirm: begin with a new secret."
        raise ConflictError(message)
    if not await totp_matches(context, member, factor.secret, body.code):
        raise WrongCodeError
    codes, hashes = _new_codes()
    await context.hub.database.run(second_factors.confirm, member, hashes)
    return codes


@router.post("/totp/off", status_code=204, responses=failures(400, 401, 403, 429))
async def switch_totp_off(
    context: Ctx, caller: Person, request: Request, body: schema.ConfirmBody
) -> None:
    """Ask for no codes any more; the recovery codes go too."""
    account, _ = await confirmed(context, caller, request, body.password)
    await context.hub.database.run(second_factors.remove, account.id)


@router.post("/recovery-codes", responses=failures(400, 401, 403, 409, 429))
async def renew_recovery_codes(
    context: Ctx, caller: Person, request: Request, body: schema.ConfirmBody
) -> schema.RecoveryCodes:
    """Make new recovery codes, shown this once; the old ones open nothing any more."""
    account, _ = await confirmed(context, caller, request, body.password)
    factor = await context.hub.database.run(second_factors.of_member, account.id)
    if factor is None or not factor.confirmed:
        message = "No codes are asked for, so there is nothing to recover from."
        raise ConflictError(message)
    codes, hashes = _new_codes()
    await context.hub.database.run(second_factors.replace_codes, account.id, hashes)
    return codes


def _drawn(text: str) -> str:
    """Return a QR code as a whole SVG document: a page may show it as an image."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", xmldecl=False, omitsize=True, border=2)
    return out.getvalue().decode()


def _new_codes() -> tuple[schema.RecoveryCodes, list[bytes]]:
    codes = [_new_code() for _ in range(CODES)]
    return schema.RecoveryCodes(recovery_codes=codes), [code_hash(code) for code in codes]


def _new_code() -> str:
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(drawn[at : at + 4] for at in range(0, 16, 4))
