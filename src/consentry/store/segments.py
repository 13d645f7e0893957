"""The index: one row per segment file, from the promise of a key to the closed file.

``reserve`` -> ``opened`` -> ``closed`` follow the recorder's messages. Reading asks by time
(``find``, ``covering``), order is always (sequence, media_start), never time: clocks go back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any

import apsw

from consentry.model.errors import NotFoundError
from consentry.model.ids import CameraId, RunId, SegmentId
from consentry.model.media import Gap, Init, KeyFrame, Run, Segment, StreamName
from consentry.model.time import HOUR, Micros, Span
from consentry.store import codec, document, gaps, volumes
from consentry.store.messages import KeyWanted, SegmentClosed, SegmentOpened
from consentry.store.volume import Volume

LONGEST = Micros(HOUR)
"""No segment is longer: a search by time looks back this far. Writers close after five minutes."""


class State(IntEnum):
    """How far a segment has come; see schema.sql."""

    RESERVED = 0
    OPEN = 1
    CLOSED = 2
    WAITING = 3


@dataclass(frozen=True, slots=True)
class Row:
    """An open or closed segment with what is needed to open its file."""

    segment: Segment
    sealed_key: bytes
    state: State
    volume: int


_COLUMNS = (
    "s.id, s.camera, s.stream, s.sequence, s.volume, s.state, s.sealed_key, s.run, s.start, "
    "s.media_start, s.end, s.size, s.key_frames, r.init"
)
_NEXT = (
    "1 + (SELECT max(o.sequence) FROM segments o "
    "WHERE o.camera = segments.camera AND o.stream = segments.stream)"
)
_SELECT = f"SELECT {_COLUMNS} FROM segments s JOIN runs r ON r.id = s.run"  # noqa: S608 - constant


def reserve(connection: apsw.Connection, volume: Volume, wanted: KeyWanted) -> None:
    """Make the sealed key of a coming segment durable; when this has committed, grant it."""
    connection.execute(
        "INSERT INTO segments (id, camera, stream, volume, state, sealed_key) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            wanted.segment,
            wanted.camera,
            wanted.stream.value,
            volumes.key(connection, volume),
            State.RESERVED,
            wanted.sealed_key,
        ),
    )


def opened(connection: apsw.Connection, message: SegmentOpened) -> None:
    """Complete the row of a segment whose file was begun, and explain the hole before it.

    A message about a row that is gone (its camera was removed meanwhile) changes nothing.
    """
    begin(
        connection,
        message.segment,
        run=message.run,
        start=message.start,
        media_start=message.media_start,
    )
    if connection.changes() == 0:
        return
    previous = connection.execute(
        "SELECT until FROM recorded WHERE camera = ? AND stream = ?",
        (message.camera, message.stream.value),
    ).fetchone()
    if previous is not None and message.start - previous[0] > gaps.SHORTEST:
        hole = Span(Micros(previous[0]), message.start)
        gaps.explain(connection, Gap(message.camera, message.stream, hole, message.after))


def begin(
    connection: apsw.Connection,
    segment: SegmentId,
    *,
    run: Run,
    start: Micros,
    media_start: Micros,
) -> None:
    """Turn a reserved row into an open one, the next in its stream's order."""
    keep_run(connection, run)
    connection.execute(
        "UPDATE segments SET state = ?, run = ?, start = ?, media_start = ?, "  # noqa: S608
        f"sequence = {_NEXT} WHERE id = ? AND state = ?",
        (State.OPEN, run.id, start, media_start, segment, State.RESERVED),
    )


def keep_run(connection: apsw.Connection, run: Run) -> None:
    """Keep the run's facts once for all its segments."""
    connection.execute(
        "INSERT OR IGNORE INTO runs (id, start, reason, init) VALUES (?, ?, ?, ?)",
        (run.id, run.start, run.reason, document.dump(run.init)),
    )


def closed(connection: apsw.Connection, message: SegmentClosed) -> None:
    """Complete the row of a finished file, and remember until when its stream was recorded.

    A file without a picture (the disk was full at its first unit) goes at once, with its key.
    """
    if not message.duration:
        destroy(connection, (message.segment,))
        return
    complete(connection, message)
    _remember(connection, message.segment)


def _remember(connection: apsw.Connection, segment: SegmentId) -> None:
    """Remember until when the segment's stream was recorded."""
    connection.execute(
        "INSERT INTO recorded (camera, stream, until) SELECT camera, stream, end FROM segments "
        "WHERE id = ? AND end IS NOT NULL "
        "ON CONFLICT (camera, stream) DO UPDATE SET until = excluded.until",
        (segment,),
    )


def complete(connection: apsw.Connection, message: SegmentClosed) -> None:
    """Turn an open row into a closed one."""
    connection.execute(
        "UPDATE segments SET state = ?, end = start + ?, size = ?, key_frames = ? "
        "WHERE id = ? AND state = ?",
        (
            State.CLOSED,
            message.duration,
            message.size,
            codec.pack_key_frames(message.key_frames),
            message.segment,
            State.OPEN,
        ),
    )


def set_aside(
    connection: apsw.Connection,
    segment: SegmentId,
    *,
    reached: Micros,
    size: int,
    key_frames: Iterable[KeyFrame],
) -> None:
    """Let a row that a crash left wait until its keys are unlocked, as its file looks from outside.

    ``reached`` is media time from the segment's start, at most a second too little.
    """
    connection.execute(
        "UPDATE segments SET state = ?, end = start + ?, size = ?, key_frames = ?, "  # noqa: S608
        f"sequence = CASE WHEN run IS NULL THEN {_NEXT} ELSE sequence END WHERE id = ?",
        (State.WAITING, reached, size, codec.pack_key_frames(tuple(key_frames)), segment),
    )
    _remember(connection, segment)


def complete_waiting(
    connection: apsw.Connection, description: SegmentOpened, message: SegmentClosed
) -> None:
    """Complete a row that waited by what its opened file holds; its order stays."""
    keep_run(connection, description.run)
    connection.execute(
        "UPDATE segments SET state = ?, run = ?, start = ?, media_start = ?, end = NULL "
        "WHERE id = ? AND state = ?",
        (
            State.OPEN,
            description.run.id,
            description.start,
            description.media_start,
            message.segment,
            State.WAITING,
        ),
    )
    complete(connection, message)
    span = Span(description.start, Micros(description.start + message.duration))
    gaps.retract(connection, message.camera, message.stream, span)
    _explain_around(connection, description, span)
    connection.execute(
        "UPDATE recorded SET until = max(until, ?) WHERE camera = ? AND stream = ?",
        (span.end, message.camera, message.stream.value),
    )


def _explain_around(connection: apsw.Connection, found: SegmentOpened, span: Span) -> None:
    """Name the holes on both sides of a segment whose time nobody knew while it waited."""
    place = "FROM segments o JOIN segments s ON s.camera = o.camera AND s.stream = o.stream"
    before = connection.execute(
        f"SELECT o.end {place} WHERE s.id = ? AND o.sequence < s.sequence "
        "ORDER BY o.sequence DESC, o.media_start DESC LIMIT 1",
        (found.segment,),
    ).fetchone()
    after = connection.execute(
        f"SELECT o.start {place} WHERE s.id = ? AND o.sequence > s.sequence "
        "ORDER BY o.sequence, o.media_start LIMIT 1",
        (found.segment,),
    ).fetchone()
    if before is not None and before[0] is not None and before[0] < span.start:
        hole = Span(Micros(before[0]), span.start)
        gaps.explain(connection, Gap(found.camera, found.stream, hole, found.after))
    if after is not None and after[0] is not None and span.end < after[0]:
        hole = Span(span.end, Micros(after[0]))
        gaps.explain(connection, Gap(found.camera, found.stream, hole, gaps.HUB_OFF))


def inherit(connection: apsw.Connection, segment: SegmentId, *, heir_of: SegmentId) -> None:
    """Give a surviving piece the order and the verdict of the segment it was cut from."""
    connection.execute(
        "UPDATE segments SET (sequence, judged) = "
        "(SELECT sequence, judged FROM segments WHERE id = ?) WHERE id = ?",
        (heir_of, segment),
    )


def run_of(connection: apsw.Connection, segment: SegmentId) -> Run:
    """Return the run of an open or closed segment; NotFoundError."""
    row = connection.execute(
        "SELECT r.id, r.start, r.init, r.reason FROM segments s JOIN runs r ON r.id = s.run "
        "WHERE s.id = ?",
        (segment,),
    ).fetchone()
    if row is None:
        raise gone()
    return Run(RunId(row[0]), Micros(row[1]), _init(row[2]), row[3])


def get(connection: apsw.Connection, segment: SegmentId) -> Row:
    """Return an open or closed segment; NotFoundError when it is gone or has no byte yet."""
    row = connection.execute(f"{_SELECT} WHERE s.id = ?", (segment,)).fetchone()
    if row is None:
        raise gone()
    return _row(row)


def find(
    connection: apsw.Connection, camera: CameraId, span: Span, stream: StreamName
) -> tuple[Row, ...]:
    """Return the segments that touch the span, in recorded order; open ones by their start."""
    rows = connection.execute(
        f"{_SELECT} WHERE s.camera = ? AND s.stream = ? AND s.start < ? AND s.start > ? "
        "AND (s.end > ? OR s.end IS NULL) ORDER BY s.sequence, s.media_start",
        (camera, stream.value, span.end, span.start - LONGEST, span.start),
    )
    return tuple(_row(row) for row in rows)


def ids(connection: apsw.Connection, camera: CameraId, stream: StreamName) -> tuple[SegmentId, ...]:
    """Return every open or closed segment of a stream in recorded order."""
    rows = connection.execute(
        "SELECT id FROM segments WHERE camera = ? AND stream = ? AND run IS NOT NULL "
        "ORDER BY sequence, media_start",
        (camera, stream.value),
    )
    return tuple(SegmentId(row[0]) for row in rows)


def covering(
    connection: apsw.Connection, camera: CameraId, at: Micros, stream: StreamName
) -> Row | None:
    """Return the segment recorded at a moment: the latest recorded where clocks went back."""
    row = connection.execute(
        f"{_SELECT} WHERE s.camera = ? AND s.stream = ? AND s.start <= ? AND s.start > ? "
        "AND (s.end > ? OR s.end IS NULL) ORDER BY s.sequence DESC, s.media_start DESC LIMIT 1",
        (camera, stream.value, at, at - LONGEST, at),
    ).fetchone()
    return None if row is None else _row(row)


def spans(
    connection: apsw.Connection, camera: CameraId, span: Span, stream: StreamName, *, now: Micros
) -> tuple[Span, ...]:
    """Return when the stream was recorded, joined where segments follow each other."""
    rows = connection.execute(
        "SELECT start, coalesce(end, max(start, ?)) AS until FROM segments "
        "WHERE camera = ? AND stream = ? AND start < ? AND start > ? AND (end > ? OR end IS NULL) "
        "ORDER BY start",
        (now, camera, stream.value, span.end, span.start - LONGEST, span.start),
    )
    joined: list[Span] = []
    for start, end in rows:
        if joined and start - joined[-1].end <= gaps.SHORTEST:
            joined[-1] = Span(joined[-1].start, Micros(max(end, joined[-1].end)))
        else:
            joined.append(Span(Micros(start), Micros(end)))
    return tuple(joined)


def delete(connection: apsw.Connection, ids: Iterable[SegmentId]) -> None:
    """Destroy the keys of segments: with secure_delete the rows are overwritten."""
    connection.executemany("DELETE FROM segments WHERE id = ?", ((id_,) for id_ in ids))
    connection.execute(
        "DELETE FROM runs WHERE NOT EXISTS (SELECT 1 FROM segments s WHERE s.run = runs.id)"
    )


def destroy(connection: apsw.Connection, ids: Iterable[SegmentId]) -> None:
    """Destroy the keys of segments and doom their files (``removals``)."""
    ids = tuple(ids)
    connection.executemany(
        "INSERT OR IGNORE INTO removals (path, volume) "
        "SELECT camera || '/' || stream || '/' || id || '.seg', volume FROM segments WHERE id = ?",
        ((id_,) for id_ in ids),
    )
    if ids:
        delete(connection, ids)


def sizes(connection: apsw.Connection, volume: int) -> dict[CameraId, int]:
    """Return the bytes of each camera on the volume with that row key."""
    rows = connection.execute(
        "SELECT camera, sum(size) FROM segments WHERE volume = ? GROUP BY camera", (volume,)
    )
    return {CameraId(camera): size for camera, size in rows}


def unfinished(connection: apsw.Connection) -> tuple[tuple[SegmentId, CameraId, StreamName], ...]:
    """Return the open segments of all cameras."""
    rows = connection.execute(
        "SELECT id, camera, stream FROM segments WHERE state = 1 ORDER BY key"
    )
    return tuple((SegmentId(i), CameraId(c), StreamName(s)) for i, c, s in rows)


@lru_cache(maxsize=256)
def _init(text: str) -> Init:
    """Read an init; the segments of a run share one (80 us saved a row)."""
    return document.load(Init, text)


def gone() -> NotFoundError:
    """Return what is said of a segment that is not there."""
    return NotFoundError("That recording is not there any more.")


def _row(row: tuple[Any, ...]) -> Row:
    (id_, camera, stream, sequence, volume, state, sealed_key, *rest) = row
    run, start, media_start, end, size, key_frames, init = rest
    segment = Segment(
        id=SegmentId(id_),
        camera=CameraId(camera),
        stream=StreamName(stream),
        sequence=sequence,
        run=RunId(run),
        init=_init(init),
        start=Micros(start),
        media_start=Micros(media_start),
        duration=None if end is None else Micros(end - start),
        size=size,
        key_frames=codec.unpack_key_frames(key_frames),
    )
    return Row(segment, sealed_key, State(state), volume)
