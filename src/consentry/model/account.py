"""Who lives here and is signed in: accounts and their sessions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from consentry.model.ids import CameraId, InvitationId, MemberId, TokenId
from consentry.model.keys import MemberKeys
from consentry.model.rights import Grant, Role, Scope
from consentry.model.time import Micros


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the house and what they were given; nothing here opens anything."""

    id: MemberId
    name: str
    role: Role
    created: Micros
    grants: Mapping[CameraId, Grant] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in. A password is right when it opens the lock in ``keys``."""

    id: MemberId
    name: str
    role: Role
    created: Micros
    keys: MemberKeys


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser.

    ``token_hash`` is SHA-256 (32 bytes) of the token that only its cookie holds: whoever reads the
    database cannot sign in with it. ``used`` is when it was last seen, a minute exact.
    """

    token_hash: bytes
    account: MemberId
    created: Micros
    used: Micros
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What a member gave a program: a part of their rights, until ``expires``.

    ``token_hash`` is SHA-256 (32 bytes) of the secret that only the program holds; ``used`` is None
    until it was, then a minute exact.
    """

    id: TokenId
    token_hash: bytes
    account: MemberId
    name: str
    scope: Scope
    created: Micros
    expires: Micros
    used: Micros | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A place in the house for whoever shows its one-time token, until ``expires``.

    ``name`` is what its maker calls the invited, who chooses their own.
    """

    id: InvitationId
    role: Role
    name: str
    grants: tuple[Grant, ...]
    maker: MemberId | None
    made: Micros
    expires: Micros
