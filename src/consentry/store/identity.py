"""Which household a database belongs to, and where the private half of its key is.

A wrong key file is noticed before it seals anything.
"""

from dataclasses import dataclass

import apsw

from consentry.model.errors import StorageError
from consentry.model.keys import UnlockMode
from consentry.model.time import Micros
from consentry.seal import HouseholdPublic


@dataclass(frozen=True, slots=True)
class Identity:
    """The household's public key and where its private half is."""

    public: HouseholdPublic
    mode: UnlockMode


@dataclass(frozen=True, slots=True)
class Recovery:
    """What the recovery words open: ``share`` is the household's private key, sealed to them."""

    public: bytes
    share: bytes
    made: Micros


def load(connection: apsw.Connection) -> Identity | None:
    """Return whose database this is; None at the first start."""
    row = connection.execute("SELECT household, unlock FROM facts").fetchone()
    if row is None or row[0] is None:
        return None
    return Identity(HouseholdPublic(row[0]), UnlockMode(row[1]))


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


def recovery(connection: apsw.Connection) -> Recovery | None:
    """Return what the recovery words open; None while there are none."""
    row = connection.execute(
        "SELECT recovery, recovery_share, recovery_made FROM facts WHERE recovery IS NOT NULL"
    ).fetchone()
    return None if row is None else Recovery(row[0], row[1], Micros(row[2]))


def keep_recovery(connection: apsw.Connection, recovery: Recovery | None) -> None:
    """Put new words in the place of the old, which open nothing any more."""
    values = (recovery.public, recovery.share, recovery.made) if recovery else (None, None, None)
    connection.execute(
        "UPDATE facts SET recovery = ?, recovery_share = ?, recovery_made = ?", values
    )
