"""Verifies the numbered invariants of docs/design/invariants.md against the real files.

Every row and every file name is compared; of the files' contents a random sample is opened and
decrypted, with the newest of each stream. Works beside a running hub: what is still being written
is judged by its whole units only.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import apsw

from consentry.model.errors import IntegrityError, LockedError, NotFoundError
from consentry.model.ids import CameraId, EventId, SegmentId
from consentry.model.media import Gap, Run, StreamName
from consentry.model.time import Micros, Span, to_iso
from consentry.seal import Opener
from consentry.store import audit, diary, events, gaps, removals, segments, volumes
from consentry.store.audit_bundle import DatabaseDiary
from consentry.store.database import Database
from consentry.store.inspection import Breach, Inspected, inspect
from consentry.store.segments import Row, State
from consentry.store.volume import ID_FILE, Volume, relative_path


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at and what was found; nothing could be opened while ``locked``."""

    breaches: tuple[Breach, ...]
    segments: int
    opened_segments: int
    opened_units: int
    opened_pictures: int
    locked: bool


def check(
    database: Database,
    volume: Volume,
    household: Opener,
    *,
    samples: int = 64,
    seed: int | None = None,
) -> Report:
    """Check everything once, or what needs no key while the recordings are locked.

    StorageError when the disk is not there.
    """
    volume.verify()
    chooser = random.Random(seed)  # noqa: S311 - which files to look into is no secret
    rows = database.call(_rows, volume)
    breaches = [*_page_breaches(database), *database.call(_row_breaches)]
    breaches += _file_breaches(database, volume)
    breaches += database.call(_diary_breaches)
    inspected = [
        _inspect(database, volume, household, id_) for id_ in _sample(rows, samples, chooser)
    ]
    pictures = database.call(_with_pictures)
    looked = chooser.sample(pictures, min(samples, len(pictures)))
    breaches += (breach for file in inspected for breach in file.breaches)
    locked = any(file.locked for file in inspected)
    try:
        breaches += _picture_breaches(database, household, looked)
    except LockedError:
        locked = True
    return Report(
        breaches=tuple(breaches),
        segments=len(rows),
        opened_segments=sum(not file.locked for file in inspected),
        opened_units=sum(file.units for file in inspected),
        opened_pictures=0 if locked else len(looked),
        locked=locked,
    )


@dataclass(frozen=True, slots=True)
class _Row:
    id: SegmentId
    path: str
    state: State
    size: int
    stream: tuple[str, str]
    sequence: int


def _rows(connection: apsw.Connection, volume: Volume) -> tuple[_Row, ...]:
    rows: Iterable[tuple[Any, ...]] = connection.execute(
        "SELECT id, camera, stream, state, size, sequence FROM segments WHERE volume = ? "
        "ORDER BY key",
        (volumes.key(connection, volume),),
    )
    return tuple(
        _Row(
            SegmentId(id_),
            relative_path(camera, StreamName(stream), SegmentId(id_)),
            State(state),
            size,
            (camera, stream),
            sequence,
        )
        for id_, camera, stream, state, size, sequence in rows
    )


def _page_breaches(database: Database) -> Iterator[Breach]:
    """I11: each page of the database is there twice, as it was written."""
    for number in database.spoilt():
        yield Breach(
            "I11", f"page {number} of the database", "It or its twin in the mirror is spoilt."
        )


def _row_breaches(connection: apsw.Connection) -> tuple[Breach, ...]:
    return (*_database_breaches(connection), *_order_breaches(connection))


def _database_breaches(connection: apsw.Connection) -> Iterator[Breach]:
    """I1: SQLite finds its pages and references whole."""
    for (line,) in connection.execute("PRAGMA quick_check(10)").fetchall():
        if line != "ok":
            yield Breach("I1", "database", f"SQLite says: {line}.")
    for table, *_ in connection.execute("PRAGMA foreign_key_check").fetchall():
        yield Breach("I1", f"table {table}", "A row names another that does not exist.")


def _diary_breaches(connection: apsw.Connection) -> tuple[Breach, ...]:
    """I10: the diary is what its checkpoint signed, and its entries what was written."""
    if not diary.is_begun(connection):
        return ()
    report = audit.verify(DatabaseDiary(connection))
    return tuple(Breach("I10", "diary", problem) for problem in report.problems)


def _file_breaches(database: Database, volume: Volume) -> Iterator[Breach]:
    """I2: a closed row has its file, of its size. I3: a file has a row, or is about to go."""
    first = set(_compare(database, volume))
    if first:  # a running hub opens and deletes files: what is wrong stays wrong
        yield from (breach for breach in _compare(database, volume) if breach in first)


def _compare(database: Database, volume: Volume) -> Iterator[Breach]:
    sizes = dict(_files(volume.path))
    known = set(database.call(removals.pending, volume))
    for row in database.call(_rows, volume):
        known.add(row.path)
        size = sizes.get(row.path)
        if size is None and row.state is not State.RESERVED:
            yield Breach("I2", row.path, "The file of a recorded segment is missing.")
        elif size is not None and row.state is State.CLOSED and size != row.size:
            sentence = f"The file has {size} bytes, its row says {row.size}."
            yield Breach("I2", row.path, sentence)
    for path in sorted(sizes.keys() - known):
        yield Breach("I3", path, "No row knows this file: it can never be opened.")


def _files(folder: Path) -> Iterator[tuple[str, int]]:
    for path in folder.rglob("*"):
        if path.name == ID_FILE and path.parent == folder:
            continue
        try:
            if path.is_file():
                yield str(path.relative_to(folder)), path.stat().st_size
        except FileNotFoundError:  # deleted while we look: a hub is running
            continue


def _order_breaches(connection: apsw.Connection) -> Iterator[Breach]:
    """I7: one order, one writer. I8: no hole without a reason."""
    rows: list[tuple[Any, ...]] = connection.execute(
        "SELECT camera, stream, count(*) FROM segments WHERE state = 1 "
        "GROUP BY camera, stream HAVING count(*) > 1"
    ).fetchall()
    for camera, stream, count in rows:
        yield Breach("I7", f"{camera}/{stream}", f"{count} segments are open at once.")
    streams = connection.execute("SELECT DISTINCT camera, stream FROM segments").fetchall()
    for camera, stream in streams:
        ordered: list[tuple[Any, ...]] = connection.execute(
            "SELECT id, sequence, run, media_start, start, end FROM segments "
            "WHERE camera = ? AND stream = ? AND state = 2 ORDER BY sequence, media_start",
            (camera, stream),
        ).fetchall()
        for before, after in pairwise(ordered):
            yield from _neighbours(connection, (str(camera), str(stream)), before, after)


def _neighbours(
    connection: apsw.Connection,
    stream: tuple[str, str],
    before: tuple[Any, ...],
    after: tuple[Any, ...],
) -> Iterator[Breach]:
    where = f"{stream[0]}/{stream[1]}/{after[0]}"
    (_, order, run, media, _, end), (_, next_order, next_run, next_media, start, _) = before, after
    if order == next_order and (run != next_run or media == next_media):
        yield Breach("I7", where, "Two segments claim the same place in the order.")
    if next_order - order > 1 or start - end <= gaps.SHORTEST:
        return  # what lay between has expired, or there is no hole
    camera, name = CameraId(stream[0]), StreamName(stream[1])
    span = Span(Micros(end), Micros(start))
    for piece in gaps.unexplained(connection, Gap(camera, name, span, "")):
        sentence = f"Nothing says why {to_iso(piece.start)} to {to_iso(piece.end)} is missing."
        yield Breach("I8", where, sentence)


def _sample(rows: tuple[_Row, ...], samples: int, chooser: random.Random) -> list[SegmentId]:
    recorded = [row for row in rows if row.state is not State.RESERVED]
    newest = {row.stream: row.id for row in recorded}
    chosen = chooser.sample(recorded, min(samples, len(recorded)))
    return list(dict.fromkeys([*newest.values(), *(row.id for row in chosen)]))


def _inspect(
    database: Database, volume: Volume, household: Opener, segment: SegmentId
) -> Inspected:
    try:
        row, run = database.call(_row_and_run, segment)
    except NotFoundError:
        return Inspected((), 0)  # deleted while we look: a hub is running
    return inspect(volume, household, row, run)


def _row_and_run(connection: apsw.Connection, segment: SegmentId) -> tuple[Row, Run]:
    return segments.get(connection, segment), segments.run_of(connection, segment)


def _with_pictures(connection: apsw.Connection) -> list[EventId]:
    rows = connection.execute("SELECT id FROM events WHERE picture IS NOT NULL ORDER BY key")
    return [EventId(row[0]) for row in rows]


def _picture_breaches(
    database: Database, household: Opener, looked: Iterable[EventId]
) -> Iterator[Breach]:
    """I9: the picture of an event opens, for that event."""
    for event in looked:
        try:
            sealed = database.call(events.picture, event)
            events.open_picture(household, event, sealed)
        except NotFoundError:
            continue  # deleted while we look
        except IntegrityError as error:
            yield Breach("I9", f"event {event}", str(error))
