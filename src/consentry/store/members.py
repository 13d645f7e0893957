"""Who lives here and what they were given. What opens their accounts is in ``accounts``."""

from collections.abc import Iterable

import apsw

from consentry.model.account import Member
from consentry.model.errors import ConflictError, NotFoundError, Reason
from consentry.model.hours import Hours
from consentry.model.ids import CameraId, MemberId
from consentry.model.keys import MemberKeys
from consentry.model.rights import Grant, Right, Role
from consentry.model.time import Micros
from consentry.store import document


def all(connection: apsw.Connection) -> tuple[Member, ...]:  # noqa: A001 - reads as members.all
    """Return everybody, the first one first, each with what was given."""
    given: dict[str, dict[CameraId, Grant]] = {}
    for account, camera, rights, hours, until in connection.execute(
        "SELECT account, camera, rights, hours, until FROM grants"
    ):
        given.setdefault(account, {})[CameraId(camera)] = Grant(
            CameraId(camera),
            document.load(frozenset[Right], rights),
            document.load(tuple[Hours, ...], hours),
            None if until is None else Micros(until),
        )
    return tuple(
        Member(MemberId(id_), name, Role(role), Micros(created), given.get(id_, {}))
        for id_, name, role, created in connection.execute(
            "SELECT id, name, role, created FROM accounts ORDER BY created, id"
        )
    )


def change(
    connection: apsw.Connection,
    member: MemberId,
    *,
    role: tuple[Role, MemberKeys] | None = None,
    grants: Iterable[Grant] | None = None,
) -> None:
    """Make the member something else, with keys as they are to be then; or replace all grants.

    Raises ConflictError when the house would be without an owner, NotFoundError for a camera that
    does not exist.
    """
    if role is not None:
        become, keys = role
        _require_other_owner(connection, member, unless=become is Role.OWNER)
        connection.execute(
            "UPDATE accounts SET role = ?, household = ? WHERE id = ?",
            (become.value, keys.household, member),
        )
    if grants is not None:
        give(connection, member, grants)


def give(connection: apsw.Connection, member: MemberId, grants: Iterable[Grant]) -> None:
    """Replace all that the member was given; NotFoundError for a camera that does not exist."""
    connection.execute("DELETE FROM grants WHERE account = ?", (member,))
    for grant in grants:
        try:
            connection.execute(
                "INSERT INTO grants (account, camera, rights, hours, until) VALUES (?, ?, ?, ?, ?)",
                (
                    member,
                    grant.camera,
                    document.dump(grant.rights),
                    document.dump(grant.hours),
                    grant.until,
                ),
            )
        except apsw.ConstraintError as error:
            message = "There is no such camera."
            raise NotFoundError(message) from error


def remove(connection: apsw.Connection, member: MemberId) -> None:
    """Forget the member with whatever let them in; ConflictError for the last owner."""
    _require_other_owner(connection, member)
    connection.execute("DELETE FROM accounts WHERE id = ?", (member,))


def _require_other_owner(
    connection: apsw.Connection, member: MemberId, *, unless: bool = False
) -> None:
    row = connection.execute("SELECT role FROM accounts WHERE id = ?", (member,)).fetchone()
    if row is None:
        message = "There is no such member."
        raise NotFoundError(message)
    others = connection.execute(
        "SELECT 1 FROM accounts WHERE role = 'owner' AND id <> ? LIMIT 1", (member,)
    ).fetchone()
    if row[0] == Role.OWNER and others is None and not unless:
        message = "This is the only owner: make somebody else an owner first."
        raise ConflictError(message, reason=Reason.ONLY_OWNER)
