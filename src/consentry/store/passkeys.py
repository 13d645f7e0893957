"""Passkeys (WebAuthn credentials): public keys that devices of a member sign in with."""

from dataclasses import dataclass
from typing import Any

import apsw

from consentry.model.errors import NotFoundError
from consentry.model.ids import MemberId
from consentry.model.time import Micros

_FIELDS = "id, account, name, host, public_key, sign_count, created, used"


@dataclass(frozen=True, slots=True)
class Passkey:
    """One of them: ``id`` is the authenticator's, ``host`` the hub's name it was made for.

    ``sign_count`` is the authenticator's counter when it was last used: a copy would fall behind.
    """

    id: bytes
    account: MemberId
    name: str
    host: str
    public_key: bytes
    sign_count: int
    created: Micros
    used: Micros | None = None


def add(connection: apsw.Connection, passkey: Passkey) -> None:
    """Keep a new passkey."""
    connection.execute(
        f"INSERT INTO passkeys ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant
        (
            passkey.id,
            passkey.account,
            passkey.name,
            passkey.host,
            passkey.public_key,
            passkey.sign_count,
            passkey.created,
            passkey.used,
        ),
    )


def of_member(connection: apsw.Connection, member: MemberId) -> tuple[Passkey, ...]:
    """Return a member's passkeys, oldest first."""
    rows = connection.execute(
        f"SELECT {_FIELDS} FROM passkeys WHERE account = ? ORDER BY created, id",  # noqa: S608 - constant
        (member,),
    )
    return tuple(_passkey(row) for row in rows)


def with_id(connection: apsw.Connection, passkey: bytes) -> Passkey | None:
    """Return the passkey that an authenticator named, None for an unknown one."""
    row = connection.execute(
        f"SELECT {_FIELDS} FROM passkeys WHERE id = ?",  # noqa: S608 - constant
        (passkey,),
    ).fetchone()
    return _passkey(row) if row else None


def use(connection: apsw.Connection, passkey: bytes, *, sign_count: int, now: Micros) -> None:
    """Note that it was used."""
    connection.execute(
        "UPDATE passkeys SET sign_count = ?, used = ? WHERE id = ?", (sign_count, now, passkey)
    )


def remove(connection: apsw.Connection, member: MemberId, passkey: bytes) -> None:
    """Forget a member's passkey; NotFoundError for none, or somebody else's."""
    connection.execute("DELETE FROM passkeys WHERE id = ? AND account = ?", (passkey, member))
    if connection.changes() == 0:
        message = "There is no such passkey."
        raise NotFoundError(message)


def _passkey(row: tuple[Any, ...]) -> Passkey:
    id_, account, name, host, public_key, sign_count, created, used = row
    return Passkey(
        id=id_,
        account=MemberId(account),
        name=name,
        host=host,
        public_key=public_key,
        sign_count=sign_count,
        created=Micros(created),
        used=None if used is None else Micros(used),
    )
