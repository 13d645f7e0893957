"""Restoring a backup into a new data folder: all of it, sealed to a household key of its own.

Footage is written as new segments under new keys. Accounts come last: a restore that was cut off
has no owner, and is done again in another folder.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apsw

from consentry.model.account import Account
from consentry.model.errors import IntegrityError
from consentry.model.ids import SegmentId, random_id
from consentry.model.media import Part
from consentry.seal import HouseholdPublic
from consentry.store import (
    accounts,
    cameras,
    document,
    identity,
    kept,
    members,
    second_factors,
    survivors,
)
from consentry.store import settings as settings_store
from consentry.store.backup import House, Piece
from consentry.store.backup_file import Kind
from consentry.store.database import Database
from consentry.store.identity import Recovery
from consentry.store.segment_file import Place, unpack_parts
from consentry.store.survivors import Survivor, write_piece
from consentry.store.volume import Volume


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup held."""

    cameras: int
    members: int
    clips: int


def read_house(records: Iterator[tuple[Kind, bytes]]) -> House:
    """Read what a backup begins with. Raises IntegrityError when it does not open."""
    kind, content = next(records, (Kind.END, b""))
    if kind is not Kind.HOUSE:
        message = "The backup does not begin as backups do."
        raise IntegrityError(message)
    return document.load(House, content.decode())


def furnish(
    database: Database,
    volume: Volume,
    public: HouseholdPublic,
    house: House,
    records: Iterator[tuple[Kind, bytes]],
) -> None:
    """Write cameras, settings, kept clips and their footage, sealed to ``public``.

    Raises IntegrityError when the rest of the backup is damaged or missing, StorageError.
    """
    database.call(_furnish, house)
    for piece, units in _pieces(records):
        place = Place(piece.camera, piece.stream, SegmentId(random_id()))
        written = write_piece(volume, public, place, piece.description, iter(units))
        if written.closed.duration:
            database.call(_keep, volume, written)


def settle(
    connection: apsw.Connection, house: House, everybody: Iterable[Account], words: Recovery
) -> Restored:
    """Let everybody in, and put the words in force that the backup was made for."""
    for account in everybody:
        accounts.add(connection, account)
    for asked in house.codes:  # or a password alone would let in whom it did not before
        second_factors.propose(connection, asked.member, asked.totp)
        second_factors.confirm(connection, asked.member, ())
    for given in house.given:
        members.give(connection, given.member, given.grants)
    identity.keep_recovery(connection, words)
    connection.execute("UPDATE facts SET unlock = ?", (house.mode.value,))
    return Restored(len(house.cameras), len(house.accounts), len(house.kept))


def _furnish(connection: apsw.Connection, house: House) -> None:
    settings_store.save(connection, house.settings)
    for camera in house.cameras:
        cameras.add(connection, camera)
    for clip in house.kept:
        kept.put(connection, clip)


def _pieces(
    records: Iterator[tuple[Kind, bytes]],
) -> Iterator[tuple[Piece, list[tuple[bool, tuple[Part, ...]]]]]:
    """Yield each piece with its units: at most five minutes of footage are in memory."""
    piece: Piece | None = None
    units: list[tuple[bool, tuple[Part, ...]]] = []
    for kind, content in records:
        match kind:
            case Kind.PIECE:
                if piece is not None:
                    yield piece, units
                piece, units = document.load(Piece, content.decode()), []
            case Kind.UNIT:
                units.append((bool(content[0]), unpack_parts(content[1:])))
            case _:
                message = "The backup holds something unknown to this version."
                raise IntegrityError(message)
    if piece is not None:
        yield piece, units


def _keep(connection: apsw.Connection, volume: Volume, written: Survivor) -> None:
    """Index a piece; a number is left out before it, for what lay between was not in the backup."""
    survivors.index(connection, volume, written)
    connection.execute(
        "UPDATE segments SET sequence = sequence + 1, judged = 1 WHERE id = ?",
        (written.place.segment,),
    )
