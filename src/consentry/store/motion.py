"""Motion spans: when something moved before a camera, joined where they nearly touch."""

from typing import Any

import apsw

from consentry.model.ids import CameraId
from consentry.model.time import SECOND, Micros, Span

JOIN = Micros(2 * SECOND)
"""Two movements this close are one: people pause, and the row count stays in the hundreds a day."""


def add(connection: apsw.Connection, camera: CameraId, span: Span) -> None:
    """Keep a span; rows it touches or nearly touches become one with it."""
    rows: list[tuple[Any, ...]] = connection.execute(
        "SELECT key, start, end FROM motion WHERE camera = ? AND start <= ? AND end >= ?",
        (camera, span.end + JOIN, span.start - JOIN),
    ).fetchall()
    start = min([span.start, *(row[1] for row in rows)])
    end = max([span.end, *(row[2] for row in rows)])
    if not rows:
        connection.execute(
            "INSERT INTO motion (camera, start, end) VALUES (?, ?, ?)", (camera, start, end)
        )
        return
    for row in rows[1:]:
        connection.execute("DELETE FROM motion WHERE key = ?", (row[0],))
    connection.execute(
        "UPDATE motion SET start = ?, end = ? WHERE key = ?", (start, end, rows[0][0])
    )


def erase(connection: apsw.Connection, camera: CameraId, span: Span) -> None:
    """Forget movement within the span; what reaches out of it is cut at its border."""
    cut = within(connection, camera, span)
    connection.execute(
        "DELETE FROM motion WHERE camera = ? AND start < ? AND end > ?",
        (camera, span.end, span.start),
    )
    for old in cut:
        for start, end in ((old.start, span.start), (span.end, old.end)):
            if start < end:
                connection.execute(
                    "INSERT INTO motion (camera, start, end) VALUES (?, ?, ?)",
                    (camera, start, end),
                )


def within(connection: apsw.Connection, camera: CameraId, span: Span) -> tuple[Span, ...]:
    """Return the spans that touch ``span``, in time order."""
    rows = connection.execute(
        "SELECT start, end FROM motion WHERE camera = ? AND start < ? AND end > ? ORDER BY start",
        (camera, span.end, span.start),
    )
    return tuple(Span(Micros(start), Micros(end)) for start, end in rows)
