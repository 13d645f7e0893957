"""Invitations: one-time tokens, kept as hashes, for somebody who is to live here or to visit."""

from typing import Any

import apsw

from consentry.model.account import Account, Invitation
from consentry.model.errors import NotFoundError
from consentry.model.ids import InvitationId, MemberId
from consentry.model.rights import Grant, Role
from consentry.model.time import HOUR, Micros
from consentry.store import accounts, cameras, document, members

VALID = Micros(48 * HOUR)
"""How long an invitation waits for its answer."""

_FIELDS = "id, role, name, grants, maker, made, expires"


def make(connection: apsw.Connection, invitation: Invitation, token_hash: bytes) -> None:
    """Keep a new invitation, and forget those that are over."""
    connection.execute("DELETE FROM invitations WHERE expires <= ?", (invitation.made,))
    connection.execute(
        f"INSERT INTO invitations ({_FIELDS}, token_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant
        (
            invitation.id,
            invitation.role.value,
            invitation.name,
            document.dump(invitation.grants),
            invitation.maker,
            invitation.made,
            invitation.expires,
            token_hash,
        ),
    )


def open_ones(connection: apsw.Connection, now: Micros) -> tuple[Invitation, ...]:
    """Return the invitations that wait, oldest first."""
    rows = connection.execute(
        f"SELECT {_FIELDS} FROM invitations WHERE expires > ? ORDER BY made, id",  # noqa: S608 - constant
        (now,),
    )
    return tuple(_invitation(row) for row in rows)


def look(connection: apsw.Connection, token_hash: bytes, now: Micros) -> Invitation:
    """Return the invitation of a token; NotFoundError when unknown, used, withdrawn or over."""
    row = connection.execute(
        f"SELECT {_FIELDS} FROM invitations WHERE token_hash = ? AND expires > ?",  # noqa: S608 - constant
        (token_hash, now),
    ).fetchone()
    if row is None:
        message = "This invitation was used, withdrawn or is too old: ask for a new one."
        raise NotFoundError(message)
    return _invitation(row)


def accept(
    connection: apsw.Connection, token_hash: bytes, account: Account, *, now: Micros
) -> None:
    """Use the invitation up for a new account; of two who try at once, one wins.

    Raises NotFoundError as ``look`` does, ConflictError for a name that is taken: then the
    invitation stays good.
    """
    invitation = look(connection, token_hash, now)
    withdraw(connection, invitation.id)
    accounts.add(connection, account)
    there = {camera.id for camera in cameras.all(connection)}  # one may have been removed since
    members.give(connection, account.id, (g for g in invitation.grants if g.camera in there))


def withdraw(connection: apsw.Connection, invitation: InvitationId) -> None:
    """Forget an invitation, because it was used or is not meant any more; NotFoundError."""
    connection.execute("DELETE FROM invitations WHERE id = ?", (invitation,))
    if connection.changes() == 0:
        message = "There is no such invitation."
        raise NotFoundError(message)


def _invitation(row: tuple[Any, ...]) -> Invitation:
    id_, role, name, grants, maker, made, expires = row
    return Invitation(
        id=InvitationId(id_),
        role=Role(role),
        name=name,
        grants=document.load(tuple[Grant, ...], grants),
        maker=None if maker is None else MemberId(maker),
        made=Micros(made),
        expires=Micros(expires),
    )
