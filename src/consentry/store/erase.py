"""Deleting for good: keys first, then bytes, in one crash-safe step.

Segments wholly within the span lose their row, and with it the only copy of their key. Of a segment
partly within, whole groups of pictures survive in new files under new keys (``survivors``): erasing
reaches out to whole groups, for a group without its beginning cannot be seen.

One transaction swaps the rows; the files of the losers, and until then those of the survivors, are
listed in ``removals``. So a crash at any moment leaves either everything or nothing erased, and
recovery unlinks what is left over.
"""

from dataclasses import dataclass

import apsw

from consentry.model.errors import ConflictError, Reason
from consentry.model.event import Event
from consentry.model.ids import CameraId, EventId
from consentry.model.media import Gap, StreamName
from consentry.model.time import Micros, Span
from consentry.seal import Opener
from consentry.store import (
    cameras,
    events,
    gaps,
    identity,
    kept,
    motion,
    removals,
    segments,
    survivors,
    volumes,
)
from consentry.store.database import Database
from consentry.store.segments import Row
from consentry.store.survivors import Survivor
from consentry.store.volume import Volume, relative_path


@dataclass(frozen=True, slots=True)
class Erased:
    """What was deleted."""

    segments: int
    bytes: int
    events: int


@dataclass(frozen=True, slots=True)
class _Swap:
    """One segment to erase and what survives of it."""

    row: Row
    survivors: tuple[Survivor, ...]

    @property
    def freed(self) -> int:
        return self.row.segment.size - sum(survivor.closed.size for survivor in self.survivors)


def erase_range(
    database: Database, volume: Volume, household: Opener, camera: CameraId, span: Span
) -> Erased:
    """Delete the footage of both streams in a span, with its events, pictures, motion and clips.

    Raises ConflictError while a segment within is still being written (cut it first), StorageError
    when the disk is not there or full; then nothing was deleted.
    """
    return _erase(database, volume, household, camera, span, event=None)


def erase_event(
    database: Database, volume: Volume, household: Opener, event: EventId, span: Span
) -> Erased:
    """Delete an event with the footage of ``span``; NotFoundError, or as ``erase_range``."""
    camera = database.call(events.get, event).camera
    return _erase(database, volume, household, camera, span, event=event)


def erase_camera(database: Database, volume: Volume, camera: CameraId) -> None:
    """Delete a camera with everything it ever recorded; ConflictError while it is recorded."""
    database.call(_erase_camera, camera)
    database.checkpoint()
    removals.carry_out(database, volume)


def _erase(  # noqa: PLR0913 - what to erase, and where
    database: Database,
    volume: Volume,
    household: Opener,
    camera: CameraId,
    span: Span,
    *,
    event: EventId | None,
) -> Erased:
    volume.verify()
    rows = database.call(_affected, camera, span)
    try:
        swaps = tuple(
            _Swap(row, survivors.rewrite(database, volume, household, row, span)) for row in rows
        )
        erased = database.call(_commit, volume, camera, span, swaps=swaps, event=event)
        database.checkpoint()
    finally:
        removals.carry_out(database, volume)
    return erased


def _affected(connection: apsw.Connection, camera: CameraId, span: Span) -> tuple[Row, ...]:
    _require_closed(connection, camera, until=span.end)
    return tuple(
        row for stream in StreamName for row in segments.find(connection, camera, span, stream)
    )


def _require_closed(connection: apsw.Connection, camera: CameraId, *, until: int) -> None:
    writing = connection.execute(
        "SELECT 1 FROM segments WHERE camera = ? AND state = 1 AND start < ? LIMIT 1",
        (camera, until),
    ).fetchone()
    if writing is not None:
        message = "That footage is still being written: its segment must be closed first."
        raise ConflictError(message, reason=Reason.STILL_WRITTEN)


def _commit(  # noqa: PLR0913 - what to erase, and where
    connection: apsw.Connection,
    volume: Volume,
    camera: CameraId,
    span: Span,
    *,
    swaps: tuple[_Swap, ...],
    event: EventId | None,
) -> Erased:
    """Swap the rows: from the moment this commits, the erased footage has no key."""
    rows = tuple(swap.row for swap in swaps)
    stale = any(
        not identity.accepts(connection, survivor.sealed_key)
        for swap in swaps
        for survivor in swap.survivors
    )
    if stale or [row.segment.id for row in _affected(connection, camera, span)] != [
        row.segment.id for row in rows
    ]:
        message = "Footage changed while it was being erased: erase it again."
        raise ConflictError(message, reason=Reason.CHANGED_MEANWHILE)
    for swap in swaps:
        _replace(connection, volume, swap)
    segments.delete(connection, (row.segment.id for row in rows))
    for stream in {row.segment.stream for row in rows}:
        gap = Gap(camera, stream, _reached(span, swaps, stream), gaps.DELETED)
        gaps.add(connection, gap)
    motion.erase(connection, camera, span)
    kept.erase(connection, camera, span)
    doomed = [found.id for found in events.touching(connection, camera, span) if _in(found, span)]
    if event is not None and event not in doomed:
        doomed.append(event)
    events.delete(connection, doomed)
    return Erased(len(rows), sum(swap.freed for swap in swaps), len(doomed))


def _replace(connection: apsw.Connection, volume: Volume, swap: _Swap) -> None:
    old = swap.row.segment
    for survivor in swap.survivors:
        place = survivor.place
        survivors.index(connection, volume, survivor)
        segments.inherit(connection, place.segment, heir_of=old.id)
        removals.spare(connection, relative_path(place.camera, place.stream, place.segment))
    path = relative_path(old.camera, old.stream, old.id)
    removals.add(connection, volumes.key(connection, volume), path)


def _reached(span: Span, swaps: tuple[_Swap, ...], stream: StreamName) -> Span:
    """Return the span as far as footage went: out to whole groups of pictures."""
    start, end = span.end, span.start
    for swap in swaps:
        segment = swap.row.segment
        if segment.stream is not stream:
            continue
        first, last = segment.span.start, segment.span.end
        for survivor in swap.survivors:
            survived = survivor.description.start
            if survived == segment.start and survived < span.start:
                first = Micros(survived + survivor.closed.duration)
            else:
                last = survived
        start, end = min(start, first), max(end, last)
    return Span(start, max(start, end))


def _in(event: Event, span: Span) -> bool:
    """Tell whether an event's beginning or picture lies in the span."""
    return span.start <= event.start < span.end or span.start <= event.best.time < span.end


def _erase_camera(connection: apsw.Connection, camera: CameraId) -> None:
    cameras.get(connection, camera)
    _require_closed(connection, camera, until=1 << 62)
    connection.execute(
        "INSERT OR IGNORE INTO removals (path, volume) "
        "SELECT camera || '/' || stream || '/' || id || '.seg', volume FROM segments "
        "WHERE camera = ?",
        (camera,),
    )
    connection.execute("DELETE FROM cameras WHERE id = ?", (camera,))
    segments.delete(connection, ())
