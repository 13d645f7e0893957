"""How one signs in, as JSON: codes, recovery codes, passkeys."""

from typing import Annotated

from pydantic import Field
from webauthn.helpers import bytes_to_base64url

from consentry.model.time import to_iso
from consentry.store.passkeys import Passkey as StoredPasskey
from consentry.web.schema.base import Answer, Body, Name, iso
from consentry.web.schema.session import Password


class Passkey(Answer):
    """A device that signs in without a password; ``host`` is the hub's name it was made for."""

    id: str
    name: str
    host: str
    created: str
    used: str | None


class SignIn(Answer):
    """How one signs in; ``passkeys_work`` is false where the browser has none for this address."""

    totp: bool
    recovery_codes: int
    passkeys: list[Passkey]
    passkeys_work: bool


class ConfirmBody(Body):
    """One's password once more, before something that would outlast a stolen browser."""

    password: Password


class Totp(Answer):
    """A new secret for an authenticator app: as text, as a link, and as a drawn QR code (SVG)."""

    secret: str
    uri: str
    qr: str


class CodeBody(Body):
    """A code of the app."""

    code: Annotated[str, Field(max_length=64)]


class RecoveryCodes(Answer):
    """Codes that are each good once, for when the app is lost. They are told this once."""

    recovery_codes: list[str]


class PasskeyBody(Body):
    """What the browser's ``navigator.credentials.create`` answered, as JSON, and a name for it."""

    name: Name
    credential: dict[str, object]


class PasskeyLoginBody(Body):
    """What the browser's ``navigator.credentials.get`` answered, as JSON."""

    credential: dict[str, object]


def passkey(model: StoredPasskey) -> Passkey:
    """Return a passkey without its public key."""
    return Passkey(
        id=bytes_to_base64url(model.id),
        name=model.name,
        host=model.host,
        created=to_iso(model.created),
        used=iso(model.used),
    )
