"""API tokens: what members gave to programs. Secrets arrive hashed; time is given."""

from typing import Any

import apsw

from consentry.model.account import ApiToken
from consentry.model.errors import NotFoundError
from consentry.model.ids import MemberId, TokenId
from consentry.model.rights import Scope
from consentry.model.time import Micros
from consentry.store import document

_FIELDS = "id, token_hash, account, name, scope, created, expires, used"


def make(connection: apsw.Connection, token: ApiToken) -> None:
    """Keep a new token."""
    connection.execute(
        f"INSERT INTO tokens ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant
        (
            token.id,
            token.token_hash,
            token.account,
            token.name,
            document.dump(token.scope),
            token.created,
            token.expires,
            token.used,
        ),
    )


def of_member(connection: apsw.Connection, member: MemberId) -> tuple[ApiToken, ...]:
    """Return the tokens of a member, newest first, those that are over too."""
    rows = connection.execute(
        f"SELECT {_FIELDS} FROM tokens WHERE account = ? ORDER BY created DESC, id",  # noqa: S608 - constant
        (member,),
    )
    return tuple(_token(row) for row in rows)


def with_hash(connection: apsw.Connection, token_hash: bytes) -> ApiToken | None:
    """Return the token, over or not; the caller knows what time it is."""
    row = connection.execute(
        f"SELECT {_FIELDS} FROM tokens WHERE token_hash = ?",  # noqa: S608 - constant
        (token_hash,),
    ).fetchone()
    return _token(row) if row else None


def of_member_with_id(connection: apsw.Connection, member: MemberId, token: TokenId) -> ApiToken:
    """Return a token of the member; NotFoundError for none, or somebody else's."""
    for found in of_member(connection, member):
        if found.id == token:
            return found
    message = "There is no such token."
    raise NotFoundError(message)


def touch(connection: apsw.Connection, token_hash: bytes, now: Micros) -> None:
    """Note that the token was used."""
    connection.execute("UPDATE tokens SET used = ? WHERE token_hash = ?", (now, token_hash))


def end(connection: apsw.Connection, token_hash: bytes) -> None:
    """Forget the token: its secret opens nothing any more."""
    connection.execute("DELETE FROM tokens WHERE token_hash = ?", (token_hash,))


def _token(row: tuple[Any, ...]) -> ApiToken:
    id_, token_hash, account, name, scope, created, expires, used = row
    return ApiToken(
        id=TokenId(id_),
        token_hash=token_hash,
        account=MemberId(account),
        name=name,
        scope=document.load(Scope, scope),
        created=Micros(created),
        expires=Micros(expires),
        used=None if used is None else Micros(used),
    )
