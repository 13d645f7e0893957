"""Clips kept for ever: spans that retention leaves alone. A clip is a span, not a file."""

from dataclasses import dataclass
from typing import Any, NewType

import apsw

from consentry.model.errors import InputError, NotFoundError, Reason
from consentry.model.ids import CameraId, random_id
from consentry.model.time import DAY, Micros, Span

ClipId = NewType("ClipId", str)
LONGEST = Micros(DAY)
_FIELDS = "id, camera, start, end, note, made"


@dataclass(frozen=True, slots=True)
class KeptClip:
    """One clip; ``made`` is when the owner kept it."""

    id: ClipId
    camera: CameraId
    span: Span
    note: str
    made: Micros


def add(
    connection: apsw.Connection, camera: CameraId, span: Span, *, note: str, now: Micros
) -> KeptClip:
    """Keep a clip; InputError when it is empty, over a day long, or holds no footage."""
    if not 0 < span.duration <= LONGEST:
        message = "A clip to keep lasts more than nothing and at most a day."
        raise InputError(message, reason=Reason.TOO_LONG)
    found = connection.execute(
        "SELECT 1 FROM segments WHERE camera = ? AND stream = 'main' AND start < ? "
        "AND (end > ? OR end IS NULL) LIMIT 1",
        (camera, span.end, span.start),
    ).fetchone()
    if found is None:
        message = "Nothing was recorded there, so there is nothing to keep."
        raise NotFoundError(message)
    clip = KeptClip(ClipId(random_id()), camera, span, note, now)
    put(connection, clip)
    return clip


def put(connection: apsw.Connection, clip: KeptClip) -> None:
    """Store a clip as it is: a new one, or one out of a backup."""
    connection.execute(
        "INSERT INTO kept (id, camera, start, end, note, made) VALUES (?, ?, ?, ?, ?, ?)",
        (clip.id, clip.camera, clip.span.start, clip.span.end, clip.note, clip.made),
    )


def get(connection: apsw.Connection, clip: ClipId) -> KeptClip:
    """Return one kept clip; NotFoundError."""
    row = connection.execute(f"SELECT {_FIELDS} FROM kept WHERE id = ?", (clip,)).fetchone()  # noqa: S608 - constant text
    if row is None:
        raise missing(clip)
    return _clip(row)


def rename(connection: apsw.Connection, clip: ClipId, note: str) -> KeptClip:
    """Give a clip another note; NotFoundError."""
    connection.execute("UPDATE kept SET note = ? WHERE id = ?", (note, clip))
    return get(connection, clip)


def all(connection: apsw.Connection) -> tuple[KeptClip, ...]:  # noqa: A001 - reads as kept.all
    """Return every kept clip, newest footage first."""
    rows = connection.execute(f"SELECT {_FIELDS} FROM kept ORDER BY start DESC, id")  # noqa: S608 - constant text
    return tuple(_clip(row) for row in rows)


def within(connection: apsw.Connection, camera: CameraId, span: Span) -> tuple[Span, ...]:
    """Return the spans of kept clips that touch ``span``, in time order."""
    rows = connection.execute(
        "SELECT start, end FROM kept WHERE camera = ? AND start < ? AND end > ? ORDER BY start",
        (camera, span.end, span.start),
    )
    return tuple(Span(Micros(start), Micros(end)) for start, end in rows)


def erase(connection: apsw.Connection, camera: CameraId, span: Span) -> None:
    """Forget clips within an erased span; those that reach out of it keep the larger rest."""
    rows: list[tuple[Any, ...]] = connection.execute(
        "SELECT id, start, end FROM kept WHERE camera = ? AND start < ? AND end > ?",
        (camera, span.end, span.start),
    ).fetchall()
    for id_, start, end in rows:
        before, after = span.start - start, end - span.end
        if max(before, after) <= 0:
            connection.execute("DELETE FROM kept WHERE id = ?", (id_,))
        elif before >= after:
            connection.execute("UPDATE kept SET end = ? WHERE id = ?", (span.start, id_))
        else:
            connection.execute("UPDATE kept SET start = ? WHERE id = ?", (span.end, id_))


def remove(connection: apsw.Connection, clip: ClipId) -> None:
    """Let the clip's footage follow retention again; NotFoundError."""
    connection.execute("DELETE FROM kept WHERE id = ?", (clip,))
    if connection.changes() == 0:
        raise missing(clip)


def _clip(row: tuple[Any, ...]) -> KeptClip:
    id_, camera, start, end, note, made = row
    span = Span(Micros(start), Micros(end))
    return KeptClip(ClipId(id_), CameraId(camera), span, note, Micros(made))


def missing(clip: ClipId) -> NotFoundError:
    """Return what is said of a clip that is not there."""
    message = f"There is no kept clip {clip}."
    return NotFoundError(message)
