"""Mending after a crash or a power cut: the same path at every start, and after a recorder died.

Only files that were not closed are scanned. A torn tail is cut off at the last whole unit, the row
is completed from the file itself, an unused key is forgotten. A closed segment whose file is
missing is left alone: its row holds the only key, and the file may come back (``check`` names it).

While the keys are locked a file is only looked at from outside: how far its whole units reach. Its
row waits, with its place in the order, and is completed when somebody has unlocked them, the same
way and with recording going on beside it.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import apsw

from consentry.model.errors import CameraState, IntegrityError, LockedError, NotFoundError
from consentry.model.ids import CameraId, SegmentId
from consentry.model.media import Gap, KeyFrame, StreamName
from consentry.model.time import Micros, Span
from consentry.seal import DataKey, Opener
from consentry.store import gaps, removals, segments, volumes
from consentry.store.database import Database
from consentry.store.messages import SegmentClosed, SegmentOpened
from consentry.store.segment_file import (
    HEADER_SIZE,
    Description,
    Place,
    UnitFlag,
    UnitHeader,
    video_end,
)
from consentry.store.segment_reader import SegmentReader, key_frames_of
from consentry.store.segments import State
from consentry.store.volume import Volume, cannot_write


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was found: segments completed, rows forgotten because they hold nothing, bytes cut.

    ``closed_to_us`` are left as they are: their keys do not open with this household's key.
    ``waiting`` are those that nobody has unlocked yet.
    """

    completed: int
    forgotten: int
    closed_to_us: int
    cut_bytes: int
    removed_files: int
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class _Unfinished:
    place: Place
    state: State
    sealed_key: bytes


@dataclass(frozen=True, slots=True)
class _Contents:
    """What the whole units of a file hold."""

    description: Description
    size: int
    end: Micros
    key_frames: tuple[KeyFrame, ...]


def recover(
    database: Database,
    volume: Volume,
    household: Opener,
    *,
    now: Micros,
    cameras: frozenset[CameraId] | None = None,
) -> Recovered:
    """Complete what was left open, of ``cameras`` whose recorder died or of all at a start.

    Nobody may be writing these cameras. Raises StorageError when the disk is not there; then
    nothing was changed.
    """
    volume.verify()
    removed = removals.carry_out(database, volume)
    found = database.call(_unfinished, volume)
    mine = [row for row in found if cameras is None or row.place.camera in cameras]
    recovered = _mend_all(database, volume, household, mine)
    removed += removals.carry_out(database, volume)
    if cameras is None:
        database.call(_explain_absence, now)
    else:
        crashed = CameraState.CRASHED.value
        database.call(gaps.explain_until, now, crashed, cameras=cameras)
    return replace(recovered, removed_files=removed)


def recover_waiting(database: Database, volume: Volume, household: Opener) -> Recovered:
    """Complete what waited for the keys; recorders may be writing other segments meanwhile.

    Raises StorageError when the disk is not there; then nothing was changed.
    """
    volume.verify()
    rows = database.call(_unfinished, volume)
    waiting = [row for row in rows if row.state is State.WAITING]
    recovered = _mend_all(database, volume, household, waiting)
    return replace(recovered, removed_files=removals.carry_out(database, volume))


def _mend_all(
    database: Database, volume: Volume, household: Opener, rows: Iterable[_Unfinished]
) -> Recovered:
    closed_to_us, waiting, results = 0, 0, list[int | None]()
    for row in rows:
        try:
            key = household.open_key(row.sealed_key, row.place.context)
        except IntegrityError:
            closed_to_us += 1
        except LockedError:
            waiting += _set_aside(database, volume, row)
        else:
            results.append(_mend(database, volume, row, key))
    completed = [cut for cut in results if cut is not None]
    return Recovered(
        completed=len(completed),
        forgotten=len(results) - len(completed),
        closed_to_us=closed_to_us,
        cut_bytes=sum(completed),
        removed_files=0,
        waiting=waiting,
    )


def _set_aside(database: Database, volume: Volume, row: _Unfinished) -> bool:
    """Let a row wait for its keys; False when there is no file to wait for: it is forgotten."""
    if row.state is State.WAITING:
        return True
    path = volume.segment_path(row.place.camera, row.place.stream, row.place.segment)
    headers: list[UnitHeader] = []
    try:
        with SegmentReader(path, row.place) as reader, suppress(IntegrityError):
            for header in reader.headers():
                headers.append(header)  # noqa: PERF402 - extend would lose what came before damage
    except (IntegrityError, NotFoundError):
        database.call(segments.destroy, (row.place.segment,))
        return False
    last = headers[-1] if headers else None
    database.call(
        segments.set_aside,
        row.place.segment,
        reached=last.media_time if last else Micros(0),
        size=last.end if last else HEADER_SIZE,
        key_frames=key_frames_of(iter(headers)),
    )
    return True


def _mend(database: Database, volume: Volume, row: _Unfinished, key: DataKey) -> int | None:
    """Complete one segment and return the bytes cut off it, or forget it and return None."""
    place = row.place
    path = volume.segment_path(place.camera, place.stream, place.segment)
    try:
        contents = _scan(path, place, key)
    except (IntegrityError, NotFoundError):
        database.call(_forget, place)
        return None
    cut = _cut(path, contents.size)
    database.call(_complete, row, contents)
    return cut


def _scan(path: Path, place: Place, key: DataKey) -> _Contents:
    """Open every unit up to the first that is torn or damaged.

    IntegrityError when not even one unit with footage is whole, NotFoundError without a file.
    """
    with SegmentReader(path, place) as reader:
        description = reader.description(key)
        good: list[UnitHeader] = []
        end = Micros(0)
        try:
            for header in reader.headers():
                reached = video_end(reader.parts(header, key), description.run.init)
                good.append(header)
                end = max(end, reached)
        except IntegrityError:
            pass  # after a power cut the unsynced tail may be zeros or anything: cut there
    if end <= description.media_start:
        message = f"The file of segment {place.segment} holds no picture."
        raise IntegrityError(message)
    key_frames = tuple(
        KeyFrame(header.media_time, header.offset)
        for header in good
        if header.flags is UnitFlag.KEY_FRAME
    )
    return _Contents(description, good[-1].end, end, key_frames)


def _cut(path: Path, size: int) -> int:
    try:
        with path.open("r+b") as file:
            torn = os.fstat(file.fileno()).st_size - size
            if torn:
                file.truncate(size)
            os.fsync(file.fileno())
    except OSError as error:
        raise cannot_write(path, error) from error
    return torn


def _complete(connection: apsw.Connection, row: _Unfinished, contents: _Contents) -> None:
    place, description = row.place, contents.description
    opened = SegmentOpened(
        place.camera,
        place.stream,
        place.segment,
        run=description.run,
        start=description.start,
        media_start=description.media_start,
        after=description.run.reason,
    )
    closed = SegmentClosed(
        place.camera,
        place.stream,
        place.segment,
        duration=Micros(contents.end - description.media_start),
        size=contents.size,
        key_frames=contents.key_frames,
        reason="recovered",
    )
    match row.state:
        case State.WAITING:
            segments.complete_waiting(connection, opened, closed)
            return
        case State.RESERVED:  # the hub died before it heard that the file was begun
            segments.opened(connection, opened)
        case _:
            pass
    segments.closed(connection, closed)


def _forget(connection: apsw.Connection, place: Place) -> None:
    """Destroy a row that holds nothing; what it claimed while it waited was lost in the crash."""
    claimed = connection.execute(
        "SELECT start, end FROM segments WHERE id = ? AND state = ? AND end > start",
        (place.segment, State.WAITING),
    ).fetchone()
    segments.destroy(connection, (place.segment,))
    if claimed is not None:
        span = Span(Micros(claimed[0]), Micros(claimed[1]))
        lost = Gap(place.camera, place.stream, span, CameraState.CRASHED.value)
        gaps.explain(connection, lost)


def _unfinished(connection: apsw.Connection, volume: Volume) -> tuple[_Unfinished, ...]:
    rows: Iterable[tuple[Any, ...]] = connection.execute(
        "SELECT camera, stream, id, state, sealed_key FROM segments "
        "WHERE state <> 2 AND volume = ? ORDER BY key",
        (volumes.key(connection, volume),),
    )
    return tuple(
        _Unfinished(
            Place(CameraId(camera), StreamName(stream), SegmentId(id_)), State(state), sealed_key
        )
        for camera, stream, id_, state, sealed_key in rows
    )


def _explain_absence(connection: apsw.Connection, now: Micros) -> None:
    """Name the time since the hub was last known to run as such."""
    row = connection.execute("SELECT clock_wall FROM facts").fetchone()
    alive = None if row is None or row[0] is None else Micros(int(row[0]))
    gaps.explain_until(connection, now, gaps.HUB_OFF, since=alive)
