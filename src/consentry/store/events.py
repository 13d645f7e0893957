"""Events and the owner's corrections of them. Pictures and embeddings come and stay sealed."""

from collections.abc import Collection, Iterable
from typing import Any

import apsw
import numpy as np
from numpy.typing import NDArray

from consentry.model.errors import InputError, IntegrityError, NotFoundError
from consentry.model.event import AlertReason, Correction, Event, TimedBox, Verdict
from consentry.model.ids import CameraId, EventId
from consentry.model.time import Micros, Span
from consentry.model.vision import Label
from consentry.seal import HouseholdPublic, Opener
from consentry.store import codec, document

_FIELDS = (
    "id, camera, label, start, end, score, alert, reason, incident, zones, best, "
    "verdict, right_label"
)


def put(
    connection: apsw.Connection,
    event: Event,
    *,
    picture: bytes | None = None,
    embedding: bytes | None = None,
) -> None:
    """Keep a new event or the newer state of a known one.

    ``picture`` and ``embedding`` are sealed (``seal_picture``, ``seal_embedding``); None keeps what
    is there. The owner's correction is never touched: it belongs to ``correct``.
    """
    connection.execute(
        "INSERT INTO events (id, camera, label, start, end, score, alert, reason, incident, zones, "
        "path, best, picture, embedding) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET label = excluded.label, start = excluded.start, "
        "end = excluded.end, score = excluded.score, alert = excluded.alert, "
        "reason = excluded.reason, incident = excluded.incident, zones = excluded.zones, "
        "path = excluded.path, best = excluded.best, "
        "picture = coalesce(excluded.picture, picture), "
        "embedding = coalesce(excluded.embedding, embedding)",
        (
            event.id,
            event.camera,
            event.label.value,
            event.start,
            event.end,
            event.score,
            event.alert,
            event.reason.value,
            event.incident,
            document.dump(event.zones),
            codec.pack_path(event.path),
            codec.pack_path((event.best,)),
            picture,
            embedding,
        ),
    )


def get(connection: apsw.Connection, event: EventId) -> Event:
    """Return one event with its path; NotFoundError."""
    row = connection.execute(
        f"SELECT {_FIELDS}, path FROM events WHERE id = ?",  # noqa: S608 - constant text
        (event,),
    ).fetchone()
    if row is None:
        raise missing(event)
    return _event(row)


def find(  # noqa: PLR0913 - the filters of a list
    connection: apsw.Connection,
    *,
    cameras: Collection[CameraId] | None = None,
    label: Label | None = None,
    alert: bool | None = None,
    since: Micros | None = None,
    until: Micros | None = None,
    before: EventId | None = None,
    limit: int = 50,
    boxes: bool = False,
) -> tuple[Event, ...]:
    """Return events newest first, of these cameras (None: all); no paths unless ``boxes``.

    ``since`` and ``until`` bound the start. ``before`` continues after the last event of the page
    before; NotFoundError when that one was deleted meanwhile.
    """
    wheres, values = ["1"], list[str | int]()

    def also(where: str, *arguments: str | int) -> None:
        wheres.append(where)
        values.extend(arguments)

    if cameras is not None:
        # With + the order comes from the index of times: sorting 100 000 events takes longer than
        # passing over those of other cameras.
        column = "camera" if len(cameras) == 1 else "+camera"
        also(f"{column} IN ({', '.join('?' * len(cameras))})", *cameras)
    if label is not None:
        also("label = ?", label.value)
    if alert is not None:
        also("alert = ?", int(alert))
    if since is not None:
        also("start >= ?", since)
    if until is not None:
        also("start < ?", until)
    if before is not None:
        also("(start, key) < (?, ?)", *_place(connection, before))
    path = "path" if boxes else "x''"
    rows = connection.execute(
        f"SELECT {_FIELDS}, {path} FROM events "  # noqa: S608 - constant text
        f"WHERE {' AND '.join(wheres)} ORDER BY start DESC, key DESC LIMIT ?",
        (*values, limit),
    )
    return tuple(_event(row) for row in rows)


def touching(connection: apsw.Connection, camera: CameraId, span: Span) -> tuple[Event, ...]:
    """Return the events of a camera that overlap the span, oldest first, without paths."""
    rows = connection.execute(
        f"SELECT {_FIELDS}, x'' FROM events "  # noqa: S608 - constant text
        "WHERE camera = ? AND start < ? AND (end IS NULL OR end > ?) ORDER BY start, key",
        (camera, span.end, span.start),
    )
    return tuple(_event(row) for row in rows)


def unfinished(connection: apsw.Connection) -> tuple[Event, ...]:
    """Return events that never ended: those a stopped hub left open."""
    rows = connection.execute(
        f"SELECT {_FIELDS}, path FROM events WHERE end IS NULL"  # noqa: S608 - constant text
    )
    return tuple(_event(row) for row in rows)


def correct(connection: apsw.Connection, event: EventId, correction: Correction | None) -> Event:
    """Keep what the owner said, or forget it (None: undo); return the event as it is now."""
    if correction is not None and (correction.label is None) is (
        correction.verdict is Verdict.WRONG_KIND
    ):
        message = "Say which kind it is when the kind is wrong, and only then."
        raise InputError(message)
    label = correction.label if correction else None
    connection.execute(
        "UPDATE events SET verdict = ?, right_label = ? WHERE id = ?",
        (
            correction.verdict.value if correction else None,
            label.value if label else None,
            event,
        ),
    )
    return get(connection, event)


def delete(connection: apsw.Connection, doomed: Iterable[EventId]) -> None:
    """Delete events with their pictures and embeddings."""
    connection.executemany("DELETE FROM events WHERE id = ?", ((event,) for event in doomed))


def picture(connection: apsw.Connection, event: EventId) -> bytes:
    """Return the sealed best picture; NotFoundError when the event has none (yet)."""
    return _blob(connection, event, "picture")


def embedding(connection: apsw.Connection, event: EventId) -> bytes:
    """Return the sealed embedding; NotFoundError when the event has none."""
    return _blob(connection, event, "embedding")


def seal_picture(public: HouseholdPublic, event: EventId, jpeg: bytes) -> bytes:
    """Seal an event's picture to the household, for this event only."""
    return public.seal_blob(jpeg, f"event-picture/{event}")


def open_picture(household: Opener, event: EventId, sealed: bytes) -> bytes:
    """Open an event's picture (JPEG)."""
    return household.open_blob(sealed, f"event-picture/{event}")


def seal_embedding(public: HouseholdPublic, event: EventId, vector: NDArray[np.float32]) -> bytes:
    """Seal an event's embedding, float32 [n], for this event only."""
    return public.seal_blob(vector.astype("<f4").tobytes(), f"event-embedding/{event}")


def open_embedding(household: Opener, event: EventId, sealed: bytes) -> NDArray[np.float32]:
    """Open an event's embedding, float32 [n]."""
    plain = household.open_blob(sealed, f"event-embedding/{event}")
    return np.frombuffer(plain, dtype="<f4").astype(np.float32)


def _blob(connection: apsw.Connection, event: EventId, column: str) -> bytes:
    row = connection.execute(
        f"SELECT {column} FROM events WHERE id = ?",  # noqa: S608 - one of our two columns
        (event,),
    ).fetchone()
    if row is None:
        raise missing(event)
    if row[0] is None:
        message = f"The event has no {column}."
        raise NotFoundError(message)
    return bytes(row[0])


def _place(connection: apsw.Connection, event: EventId) -> tuple[int, int]:
    row = connection.execute("SELECT start, key FROM events WHERE id = ?", (event,)).fetchone()
    if row is None:
        raise missing(event)
    return row[0], row[1]


def missing(event: EventId) -> NotFoundError:
    """Return what is said of an event that is not there."""
    return NotFoundError(f"There is no event {event}.")


def _event(row: tuple[Any, ...]) -> Event:
    (id_, camera, label, start, end, score, alert, reason, incident, zones, *rest) = row
    best, verdict, right_label, path = rest
    return Event(
        id=EventId(id_),
        camera=CameraId(camera),
        label=Label(label),
        start=Micros(start),
        end=None if end is None else Micros(end),
        score=score,
        alert=bool(alert),
        reason=AlertReason(reason),
        incident=EventId(incident),
        path=codec.unpack_path(path),
        best=_only(codec.unpack_path(best), id_),
        zones=document.load(tuple[str, ...], zones),
        correction=None
        if verdict is None
        else Correction(Verdict(verdict), None if right_label is None else Label(right_label)),
    )


def _only(path: tuple[TimedBox, ...], event: str) -> TimedBox:
    if len(path) != 1:
        message = f"The best box of event {event} cannot be read."
        raise IntegrityError(message)
    return path[0]
