"""Routes of passkeys (WebAuthn): making one, signing in with one.

A passkey proves the device and, by fingerprint or PIN, the person: no code is asked for beside it.
It cannot open the household's key, which waits for a password: whoever signs in so after a restart
sees live pictures, and recordings once a password was typed. Browsers offer passkeys over HTTPS (or
on this machine) and for names only, never for an IP address.
"""

import json
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

import webauthn
from fastapi import APIRouter, Request, Response
from starlette.requests import HTTPConnection
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from consentry.model.errors import InputError, Reason
from consentry.model.ids import MemberId
from consentry.store import accounts, passkeys
from consentry.web.answers import SIGNED, failures
from consentry.web.context import Context, Ctx, Person, member_of
from consentry.web.credentials import address_of, confirmed, demand_patience
from consentry.web.errors import WrongCredentialsError
from consentry.web.limits import address_key
from consentry.web.schema import second_factor as schema
from consentry.web.schema.session import SessionAnswer
from consentry.web.session import sign_in

router = APIRouter(prefix="/api", tags=["session"])


@router.post("/sign-in/passkeys/options", responses=failures(400, 401, 403, 429))
async def begin_passkey(
    context: Ctx, caller: Person, request: Request, body: schema.ConfirmBody
) -> dict[str, Any]:
    """Return what `navigator.credentials.create` takes, as JSON."""
    host = _host(request)
    account, _ = await confirmed(context, caller, request, body.password)
    known = await context.hub.database.run(passkeys.of_member, account.id)
    options = webauthn.generate_registration_options(
        rp_id=host,
        rp_name="Consentry",
        user_name=account.name,
        user_id=account.id.encode(),
        challenge=context.challenges.make(account.id),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=each.id) for each in known if each.host == host
        ],
    )
    return _plain(options)


@router.post("/sign-in/passkeys", status_code=201, responses=failures(400, 401, 403))
async def add_passkey(
    context: Ctx, caller: Person, request: Request, body: schema.PasskeyBody
) -> schema.Passkey:
    """Keep the passkey that the browser made."""
    member, host = member_of(caller), _host(request)
    challenge = _challenge(context, body.credential, member)
    try:
        made = webauthn.verify_registration_response(
            credential=dict(body.credential),
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=_origin(request),
            require_user_verification=True,
        )
    except (WebAuthnException, *_NONSENSE) as error:
        message = "This is not the passkey that was asked for: try again."
        raise InputError(message, reason=Reason.OTHER_PASSKEY) from error
    passkey = passkeys.Passkey(
        id=made.credential_id,
        account=member,
        name=body.name,
        host=host,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        created=context.hub.forward.wall(),
    )
    await context.hub.database.run(passkeys.add, passkey)
    return schema.passkey(passkey)


@router.delete("/sign-in/passkeys/{passkey}", status_code=204, responses=failures(*SIGNED))
async def remove_passkey(context: Ctx, caller: Person, passkey: str) -> None:
    """Forget a passkey: its device signs in no more."""
    await context.hub.database.run(passkeys.remove, member_of(caller), _bytes(passkey))


@router.post("/login/passkey/options", responses=failures(400, 429))
async def begin_passkey_login(context: Ctx, request: Request) -> dict[str, Any]:
    """Return what `navigator.credentials.get` takes, as JSON. Open to everybody."""
    host = _host(request)
    demand_patience(context, address_key(address_of(request)))
    options = webauthn.generate_authentication_options(
        rp_id=host,
        challenge=context.challenges.make(),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(options)


@router.post("/login/passkey", responses=failures(400, 401, 429))
async def passkey_login(
    context: Ctx, request: Request, response: Response, body: schema.PasskeyLoginBody
) -> SessionAnswer:
    """Sign in with a passkey; recordings may still wait for a password (`locked`)."""
    address = address_key(address_of(request))
    demand_patience(context, address)
    try:
        member = await _member(context, request, body.credential)
    except WrongCredentialsError:
        context.failed(address)
        raise
    account = await context.hub.database.run(accounts.account_with_id, member)
    return await sign_in(context, request, response, account)


async def _member(context: Context, request: Request, credential: Mapping[str, object]) -> MemberId:
    """Return whose passkey answered our challenge. Raises WrongCredentialsError."""
    challenge = _challenge(context, credential, None)
    known = await context.hub.database.run(passkeys.with_id, _bytes(credential.get("id")))
    if known is None:
        raise WrongCredentialsError
    try:
        shown = webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=known.host,
            expected_origin=_origin(request),
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, *_NONSENSE) as error:
        raise WrongCredentialsError from error
    await context.hub.database.run(
        passkeys.use, known.id, sign_count=shown.new_sign_count, now=context.hub.forward.wall()
    )
    return known.account


_NONSENSE = (KeyError, TypeError, ValueError, AttributeError)
"""What the library lets through for JSON that is no credential at all."""


def passkeys_work(connection: HTTPConnection) -> bool:
    """Tell whether browsers offer passkeys where the page was opened."""
    try:
        _host(connection)
    except InputError:
        return False
    return True


def _host(connection: HTTPConnection) -> str:
    """Return the name that passkeys are bound to. Raises InputError where there can be none."""
    host = connection.url.hostname or ""
    secure = connection.url.scheme == "https" or host == "localhost"
    try:
        ip_address(host)
    except ValueError:
        if secure:
            return host
    message = "Passkeys need the hub opened over HTTPS and by its name, not by its IP address."
    raise InputError(message, reason=Reason.PASSKEY_ADDRESS)


def _origin(connection: HTTPConnection) -> str:
    """Return the page's own origin; the guard let only our own names through."""
    return f"{connection.url.scheme}://{connection.url.netloc}"


def _challenge(
    context: Context, credential: Mapping[str, object], member: MemberId | None
) -> bytes:
    """Return the challenge that was answered, which must be ours. Raises WrongCredentialsError."""
    try:
        response = credential["response"]
        if not isinstance(response, Mapping):
            raise WrongCredentialsError
        client = json.loads(base64url_to_bytes(str(response["clientDataJSON"])))
        challenge = base64url_to_bytes(str(client["challenge"]))
    except _NONSENSE as error:
        raise WrongCredentialsError from error
    if not context.challenges.take(challenge, member):
        raise WrongCredentialsError
    return challenge


def _bytes(text: object) -> bytes:
    """Read what a credential is named by; anything else names none."""
    try:
        return base64url_to_bytes(str(text))
    except ValueError:
        return b""


def _plain(options: object) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(webauthn.options_to_json(options))  # type: ignore[arg-type]
    return plain
