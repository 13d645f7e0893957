"""Which household a database belongs to, and where the private half of its key is.

A wrong key file is noticed before it seals anything.
"""

from dataclasses import dataclass

import apsw

from consentry.model.errors import ConflictError, Reason, StorageError
from consentry.model.keys import UnlockMode
from consentry.model.time import Micros
from consentry.seal import HouseholdPublic
from consentry.seal.pair import HEAD_SIZE
from consentry.store import reseal


@dataclass(frozen=True, slots=True)
class Identity:
    """The household's public key and where its private half is.

    ``previous`` is there while the key is being changed: not everything is sealed to the new yet.
    """

    public: HouseholdPublic
    mode: UnlockMode
    previous: "Previous | None" = None


@dataclass(frozen=True, slots=True)
class Previous:
    """The key before: its public half, and its private half sealed to the key in force."""

    public: HouseholdPublic
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Recovery:
    """What the recovery words open: ``share`` is the household's private key, sealed to them."""

    public: bytes
    share: bytes
    made: Micros


def load(connection: apsw.Connection) -> Identity | None:
    """Return whose database this is; None at the first start."""
    row = connection.execute(
        "SELECT household, unlock, old_household, old_private FROM facts"
    ).fetchone()
    if row is None or row[0] is None:
        return None
    previous = None if row[2] is None else Previous(HouseholdPublic(row[2]), row[3])
    return Identity(HouseholdPublic(row[0]), UnlockMode(row[1]), previous)


def require(connection: apsw.Connection, household: HouseholdPublic) -> None:
    """Remember the household at the first start; StorageError when it is another one later.

    Recording on under another key would leave two halves of which no key opens both.
    """
    known = load(connection)
    if known is None:
        connection.execute("UPDATE facts SET household = ?", (household.raw,))
    elif known.public != household:
        message = (
            "keys/household.key is not the key that this data folder was recorded with: "
            "put the right one back from your copy."
        )
        raise StorageError(message)


def public(connection: apsw.Connection) -> HouseholdPublic:
    """Return the key to seal to, in the transaction that stores what was sealed."""
    known = load(connection)
    if known is None:
        message = "This database has no household yet."
        raise StorageError(message)
    return known.public


def accepts(connection: apsw.Connection, sealed: bytes) -> bool:
    """Tell whether an envelope is to a key that still opens; else it must be made again."""
    known = load(connection)
    return known is None or sealed[1:HEAD_SIZE] in {
        known.public.id,
        known.previous.public.id if known.previous else known.public.id,
    }


def change(connection: apsw.Connection, new: HouseholdPublic, old_private: bytes) -> None:
    """Put another household key in force; ``old_private`` is the one before, sealed to it.

    Raises ConflictError while the last change is not finished: there are two keys, never three.
    """
    connection.execute(
        "UPDATE facts SET old_household = household, old_private = ?, household = ? "
        "WHERE old_household IS NULL",
        (old_private, new.raw),
    )
    if connection.changes() == 0:
        message = "The key is being changed already: wait until everything is sealed to the new."
        raise ConflictError(message, reason=Reason.KEY_CHANGING)


def forget_old(connection: apsw.Connection, *, given_up: int = 0) -> bool:
    """Destroy the key before, if nothing is sealed to it any more; tell whether it is gone.

    ``given_up`` envelopes are damaged: no key opens them.
    """
    known = load(connection)
    if known is None or known.previous is None:
        return True
    if reseal.left(connection, known.previous.public) > given_up:
        return False
    connection.execute("UPDATE facts SET old_household = NULL, old_private = NULL")
    return True


def recovery(connection: apsw.Connection) -> Recovery | None:
    """Return what the recovery words open; None while there are none."""
    row = connection.execute(
        "SELECT recovery, recovery_share, recovery_made FROM facts WHERE recovery IS NOT NULL"
    ).fetchone()
    return None if row is None else Recovery(row[0], row[1], Micros(row[2]))


def last_backup(connection: apsw.Connection) -> Micros | None:
    """Return when the last backup was made whole, None when there was none."""
    row = connection.execute(
        "SELECT backup_made FROM facts WHERE backup_made IS NOT NULL"
    ).fetchone()
    return None if row is None else Micros(row[0])


def note_backup(connection: apsw.Connection, made: Micros) -> None:
    """Remember that a backup was made."""
    connection.execute("UPDATE facts SET backup_made = ?", (made,))


def keep_recovery(connection: apsw.Connection, recovery: Recovery | None) -> None:
    """Put new words in the place of the old, which open nothing any more."""
    values = (recovery.public, recovery.share, recovery.made) if recovery else (None, None, None)
    connection.execute(
        "UPDATE facts SET recovery = ?, recovery_share = ?, recovery_made = ?", values
    )
