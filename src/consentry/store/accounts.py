"""Accounts and their sessions in the database.

Tokens arrive hashed, keys locked or sealed; time is given. Each function runs in the one
transaction that ``Database.run`` makes around it.
"""

from dataclasses import replace

from apsw import Connection

from consentry.model.account import Account, Session
from consentry.model.errors import ConflictError, NotFoundError, Reason
from consentry.model.ids import MemberId
from consentry.model.keys import MemberKeys, UnlockMode
from consentry.model.rights import Role
from consentry.model.time import DAY, Micros

IDLE_LIMIT = Micros(14 * DAY)
"""A session nobody used for so long is over."""

AGE_LIMIT = Micros(90 * DAY)
"""A session this old is over, however often it is used."""

_ACCOUNT = "id, name, role, created, public, lock, household"
_SESSION = "token_hash, account, created, used, address, agent"


def is_set_up(connection: Connection) -> bool:
    """Tell whether somebody owns this house already."""
    return connection.execute("SELECT 1 FROM accounts LIMIT 1").fetchone() is not None


def demand_nobody(connection: Connection) -> None:
    """Raise ConflictError when somebody owns this house already."""
    if is_set_up(connection):
        message = "This hub has an owner already: sign in instead."
        raise ConflictError(message, reason=Reason.OWNER_EXISTS)


def create_owner(connection: Connection, account: Account, mode: UnlockMode) -> None:
    """Make the first account, and from now on keep the household's key as ``mode`` says.

    Raises ConflictError when there is an account already: two browsers may ask at once.
    """
    demand_nobody(connection)
    add(connection, account)
    connection.execute("UPDATE facts SET unlock = ?", (mode.value,))


def add(connection: Connection, account: Account) -> None:
    """Store a new account; ConflictError when somebody has that name already."""
    keys = account.keys
    if account_named(connection, account.name) is not None:
        message = f"Somebody here is called {account.name!r} already: choose another name."
        raise ConflictError(message, reason=Reason.MEMBER_NAME_TAKEN, name=account.name)
    connection.execute(
        f"INSERT INTO accounts ({_ACCOUNT}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant
        (
            account.id,
            account.name,
            account.role.value,
            account.created,
            keys.public,
            keys.lock,
            keys.household,
        ),
    )


def account_named(connection: Connection, name: str) -> Account | None:
    """Find an account by name, letter case aside."""
    return _account(connection, "name = ?", name)


def account_with_id(connection: Connection, member: MemberId) -> Account:
    """Return one account; raises NotFoundError."""
    account = _account(connection, "id = ?", member)
    if account is None:
        message = "This account does not exist any more."
        raise NotFoundError(message)
    return account


def all(connection: Connection) -> tuple[Account, ...]:  # noqa: A001 - reads as accounts.all
    """Return every account, the first one first, with its lock and without its share.

    For a backup, in which no key of this household may be.
    """
    rows = connection.execute("SELECT id FROM accounts ORDER BY created, id").fetchall()
    found = (account_with_id(connection, MemberId(str(row[0]))) for row in rows)
    return tuple(replace(each, keys=replace(each.keys, household=None)) for each in found)


def first(connection: Connection) -> Account | None:
    """Return the oldest account, None before there is one."""
    return _account(connection, "1 = ?", 1)


def owner(connection: Connection, name: str | None) -> Account:
    """Return the owner called ``name``, or the first one; NotFoundError."""
    found = account_named(connection, name) if name else _account(connection, "role = ?", "owner")
    if found is None or found.role is not Role.OWNER:
        message = "There is no such owner of this house."
        raise NotFoundError(message)
    return found


def without_share(connection: Connection) -> tuple[Account, ...]:
    """Return the accounts, guests aside, that cannot open recordings."""
    rows = connection.execute(
        "SELECT id FROM accounts WHERE household IS NULL AND role <> 'guest'"
    ).fetchall()
    return tuple(account_with_id(connection, MemberId(str(row[0]))) for row in rows)


def with_share(connection: Connection) -> tuple[Account, ...]:
    """Return the accounts that can open recordings."""
    rows = connection.execute("SELECT id FROM accounts WHERE household IS NOT NULL").fetchall()
    return tuple(account_with_id(connection, MemberId(str(row[0]))) for row in rows)


def give_share(connection: Connection, member: MemberId, keys: MemberKeys) -> None:
    """Let the member open recordings, unless their key pair was changed meanwhile."""
    connection.execute(
        "UPDATE accounts SET household = ? WHERE id = ? AND public = ?",
        (keys.household, member, keys.public),
    )


def change_lock(connection: Connection, member: MemberId, keys: MemberKeys) -> None:
    """Put another password in the place of the old; end every session of the account."""
    connection.execute(
        "UPDATE accounts SET lock = ? WHERE id = ? AND public = ?",
        (keys.lock, member, keys.public),
    )
    connection.execute("DELETE FROM sessions WHERE account = ?", (member,))


def change_keys(connection: Connection, member: MemberId, keys: MemberKeys) -> None:
    """Put another pair, with its lock and share, in the place of the old; end every session."""
    connection.execute(
        "UPDATE accounts SET public = ?, lock = ?, household = ? WHERE id = ?",
        (keys.public, keys.lock, keys.household, member),
    )
    connection.execute("DELETE FROM sessions WHERE account = ?", (member,))


def start_over(connection: Connection, member: MemberId, keys: MemberKeys) -> None:
    """Put another pair in force and forget whatever else let somebody in as this member.

    Passkeys, codes and tokens may be in the hands of whoever the owner wants out.
    """
    change_keys(connection, member, keys)
    for table in ("second_factors", "recovery_codes", "passkeys", "tokens"):
        connection.execute(f"DELETE FROM {table} WHERE account = ?", (member,))  # noqa: S608 - ours


def is_in_force(connection: Connection, member: MemberId, lock: bytes) -> bool:
    """Tell whether the account is there, and its password still the one that opens ``lock``."""
    found = connection.execute("SELECT lock FROM accounts WHERE id = ?", (member,)).get
    return bool(found == lock)


def begin_session(connection: Connection, session: Session, *, lock: bytes) -> bool:
    """Store a new session, and forget those that are over; False when ``lock`` is not in force.

    The password may have been changed, or the account removed, while it was proven who signs in.
    """
    forget_over(connection, session.created)
    if not is_in_force(connection, session.account, lock):
        return False
    connection.execute(
        f"INSERT INTO sessions ({_SESSION}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant
        (
            session.token_hash,
            session.account,
            session.created,
            session.used,
            session.address,
            session.agent,
        ),
    )
    return True


def forget_over(connection: Connection, now: Micros) -> None:
    """Forget the sessions that are over by then."""
    connection.execute(
        "DELETE FROM sessions WHERE used < ? OR created < ?", (now - IDLE_LIMIT, now - AGE_LIMIT)
    )


def session_of(connection: Connection, token_hash: bytes) -> Session | None:
    """Return the session, over or not; the caller knows what time it is."""
    row = connection.execute(
        f"SELECT {_SESSION} FROM sessions WHERE token_hash = ?",  # noqa: S608 - constant
        (token_hash,),
    ).fetchone()
    return Session(*row) if row else None


def sessions_of(connection: Connection, member: MemberId, *, now: Micros) -> tuple[Session, ...]:
    """Return the sessions of an account that are not over, last used first."""
    rows = connection.execute(
        f"SELECT {_SESSION} FROM sessions "  # noqa: S608 - constant
        "WHERE account = ? AND used >= ? AND created >= ? ORDER BY used DESC, created DESC",
        (member, now - IDLE_LIMIT, now - AGE_LIMIT),
    )
    return tuple(Session(*row) for row in rows)


def touch_session(connection: Connection, token_hash: bytes, now: Micros) -> None:
    """Note that the session was used."""
    connection.execute("UPDATE sessions SET used = ? WHERE token_hash = ?", (now, token_hash))


def end_session(connection: Connection, token_hash: bytes) -> None:
    """Forget the session: its cookie opens nothing any more."""
    connection.execute("DELETE FROM sessions WHERE token_hash = ?", (token_hash,))


def last_seen(connection: Connection) -> dict[MemberId, Micros]:
    """Return when each account that has a session was last seen."""
    rows = connection.execute("SELECT account, max(used) FROM sessions GROUP BY account")
    return {MemberId(account): Micros(used) for account, used in rows}


def _account(connection: Connection, where: str, value: str | int) -> Account | None:
    row = connection.execute(
        f"SELECT {_ACCOUNT} FROM accounts WHERE {where} ORDER BY created LIMIT 1",  # noqa: S608
        (value,),
    ).fetchone()
    if row is None:
        return None
    member, name, role, created, public, lock, household = row
    keys = MemberKeys(public, lock, household)
    return Account(MemberId(member), name, Role(role), Micros(created), keys)
