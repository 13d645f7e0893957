"""Changing the household's key: every envelope sealed to the old one is sealed to the new one.

Only the wrapped key in front of each envelope changes; pictures and footage stay as they are. A few
rows at a time, each written only over what was read, so that recording, erasing and a crash at any
moment do no harm: what is done is done, what is left is found by the key's id in the envelope.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apsw

from consentry.seal import Household, HouseholdPublic


@dataclass(frozen=True, slots=True)
class Column:
    """A column of envelopes to the household; ``context`` is SQL, as it was when they were made."""

    table: str
    column: str
    purpose: str
    context: str


COLUMNS = (
    Column("segments", "sealed_key", "key", "'segment/' || camera || '/' || stream || '/' || id"),
    Column("events", "picture", "blob", "'event-picture/' || id"),
    Column("events", "embedding", "blob", "'event-embedding/' || id"),
    Column("shares", "sealed_key", "blob", "'share-key/' || id"),
    Column("shares", "sealed_link", "blob", "'share-link/' || id"),
)
"""Everything in the database that is sealed to the household; members' shares are not among it."""


@dataclass(frozen=True, slots=True)
class Stale:
    """One envelope to a key that is no longer the household's."""

    column: Column
    row: int
    sealed: bytes
    context: str


def left(connection: apsw.Connection, old: HouseholdPublic) -> int:
    """Count the envelopes that are still sealed to the key before."""
    return sum(
        int(
            connection.execute(
                f"SELECT count(*) FROM {each.table} "  # noqa: S608 - our own names
                f"WHERE substr({each.column}, 2, 4) = ?",
                (old.id,),
            ).get
        )
        for each in COLUMNS
    )


def stale(
    connection: apsw.Connection, column: Column, old: HouseholdPublic, *, after: int, limit: int
) -> tuple[Stale, ...]:
    """Return some envelopes of a column that are sealed to the key before, by row from ``after``.

    ``substr`` keeps what is long, a picture, out of memory but for its wrapped key.
    """
    rows: Iterator[tuple[Any, ...]] = connection.execute(
        f"SELECT rowid, substr({column.column}, 1, 85), {column.context} "  # noqa: S608 - our own
        f"FROM {column.table} WHERE rowid > ? AND substr({column.column}, 2, 4) = ? "
        "ORDER BY rowid LIMIT ?",
        (after, old.id, limit),
    )
    return tuple(Stale(column, row, sealed, context) for row, sealed, context in rows)


def rewrapped(household: Household, found: Stale) -> bytes:
    """Return the wrapped key sealed to the new key. IntegrityError when it does not open."""
    return household.rewrap(found.sealed, found.column.purpose, found.context)


def put(connection: apsw.Connection, done: tuple[tuple[Stale, bytes], ...]) -> None:
    """Write wrapped keys in the place of those that were read; what changed meanwhile stays."""
    for found, sealed in done:
        name = found.column.column
        connection.execute(
            f"UPDATE {found.column.table} "  # noqa: S608 - our own names
            f"SET {name} = CAST(? || substr({name}, 86) AS BLOB) "
            f"WHERE rowid = ? AND substr({name}, 1, 85) = ?",
            (sealed, found.row, found.sealed),
        )
