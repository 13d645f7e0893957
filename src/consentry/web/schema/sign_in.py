"""One's own sessions and tokens as JSON."""

from typing import Annotated

from pydantic import Field

from consentry.model.account import ApiToken, Session
from consentry.model.ids import CameraId
from consentry.model.rights import Right, Scope
from consentry.model.time import to_iso
from consentry.web.device import device
from consentry.web.schema.base import Answer, Body, Name, iso
from consentry.web.schema.session import Password

Id = Annotated[str, Field(max_length=64)]


class OpenSession(Answer):
    """A browser that is signed in; ``current`` is the one that asks."""

    id: str
    current: bool
    address: str
    device: str
    agent: str
    created: str
    used: str


class Token(Answer):
    """What a program was given; ``cameras`` empty means all of its maker's."""

    id: str
    name: str
    rights: list[Right]
    cameras: list[str]
    created: str
    expires: str
    used: str | None


class TokenBody(Body):
    """A token to make: a part of one's own rights, for some days. The password proves who asks."""

    name: Name
    password: Password
    rights: Annotated[list[Right], Field(min_length=1, max_length=len(Right))]
    cameras: Annotated[list[Id], Field(max_length=256, default_factory=list)]
    days: Annotated[int, Field(ge=1, le=366)]


class NewToken(Answer):
    """A token with its secret, which is told this once."""

    token: Token
    secret: str


def open_session(model: Session, *, current: bytes | None) -> OpenSession:
    """Return a session; ``current`` is the hash of the token that asks."""
    return OpenSession(
        id=session_id(model),
        current=model.token_hash == current,
        address=model.address,
        device=device(model.agent),
        agent=model.agent,
        created=to_iso(model.created),
        used=to_iso(model.used),
    )


def session_id(model: Session) -> str:
    """Return by what a session is named: half of its hash, which opens nothing."""
    return model.token_hash.hex()[:32]


def token(model: ApiToken) -> Token:
    """Return a token without its secret."""
    return Token(
        id=model.id,
        name=model.name,
        rights=[right for right in Right if right in model.scope.rights],
        cameras=sorted(model.scope.cameras),
        created=to_iso(model.created),
        expires=to_iso(model.expires),
        used=iso(model.used),
    )


def scope(body: TokenBody) -> Scope:
    """Read what a token may at most."""
    return Scope(frozenset(body.rights), frozenset(CameraId(camera) for camera in body.cameras))
