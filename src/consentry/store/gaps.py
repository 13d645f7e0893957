"""Gaps: stretches without footage, each with its reason. A gap is a fact, never silent.

Whoever knows a reason adds the gap (camera down, disk full, hub off). What is left unexplained
between two segments is added when the later one opens (``segments.opened``), so that no hole is
without a row. Reasons are codes that the page translates: a ``CameraState``, a ``Run.reason``, or
one of those below.
"""

from typing import Any

import apsw

from consentry.model.ids import CameraId
from consentry.model.media import Gap, StreamName
from consentry.model.time import SECOND, Micros, Span

HUB_OFF = "hub_off"
STORAGE = "storage"
NO_KEY = "no_key"
DELETED = "deleted"
OFF = "off"
REASONS = frozenset({HUB_OFF, STORAGE, NO_KEY, DELETED, OFF})

SHORTEST = Micros(SECOND)
"""Holes up to here are the jitter of a reconnect, not worth a mark on a day's timeline."""


def add(connection: apsw.Connection, gap: Gap) -> None:
    """Keep a gap; one that continues the stream's last gap for the same reason prolongs it."""
    last = connection.execute(
        "SELECT key, end FROM gaps WHERE camera = ? AND stream = ? AND reason = ? AND start <= ? "
        "ORDER BY start DESC LIMIT 1",
        (gap.camera, gap.stream.value, gap.reason, gap.span.start),
    ).fetchone()
    if last is not None and last[1] >= gap.span.start - SHORTEST:
        connection.execute(
            "UPDATE gaps SET end = max(end, ?) WHERE key = ?", (gap.span.end, last[0])
        )
        return
    connection.execute(
        "INSERT INTO gaps (camera, stream, start, end, reason) VALUES (?, ?, ?, ?, ?)",
        (gap.camera, gap.stream.value, gap.span.start, gap.span.end, gap.reason),
    )


def within(connection: apsw.Connection, camera: CameraId, span: Span) -> tuple[Gap, ...]:
    """Return the gaps of both streams that touch the span, in time order."""
    rows = connection.execute(
        "SELECT stream, start, end, reason FROM gaps "
        "WHERE camera = ? AND start < ? AND end > ? ORDER BY start",
        (camera, span.end, span.start),
    )
    return tuple(
        Gap(camera, StreamName(stream), Span(Micros(start), Micros(end)), reason)
        for stream, start, end, reason in rows
    )


def unexplained(connection: apsw.Connection, gap: Gap) -> tuple[Span, ...]:
    """Return the stretches of a gap that no row of its stream explains yet."""
    left: list[Span] = []
    position = gap.span.start
    for known in within(connection, gap.camera, gap.span):
        if known.stream is not gap.stream:
            continue
        if known.span.start - position > SHORTEST:
            left.append(Span(position, known.span.start))
        position = max(position, known.span.end)
    if gap.span.end - position > SHORTEST:
        left.append(Span(position, gap.span.end))
    return tuple(left)


def explain_until(
    connection: apsw.Connection,
    now: Micros,
    reason: str,
    *,
    cameras: frozenset[CameraId] | None = None,
    since: Micros | None = None,
) -> None:
    """Give ``reason`` to the time between the last footage of each stream and ``now``.

    ``cameras`` None means all. ``since`` is when the reason began, if that was later. A stream with
    an open segment is passed over: it is not known yet until when it was recorded.
    """
    rows: list[tuple[Any, ...]] = connection.execute(
        "SELECT camera, stream, until FROM recorded WHERE NOT EXISTS (SELECT 1 FROM segments WHERE "
        "segments.camera = recorded.camera AND segments.stream = recorded.stream AND state = 1)"
    ).fetchall()
    for camera, stream, until in rows:
        start = Micros(max(until, since or until))
        if now > start and (cameras is None or camera in cameras):
            gap = Gap(CameraId(camera), StreamName(stream), Span(start, now), reason)
            explain(connection, gap)


def retract(connection: apsw.Connection, camera: CameraId, stream: StreamName, span: Span) -> None:
    """Take back what gaps say of a span that turned out to be recorded."""
    for gap in within(connection, camera, span):
        if gap.stream is not stream:
            continue
        connection.execute(
            "DELETE FROM gaps WHERE camera = ? AND stream = ? AND start = ? AND end = ?",
            (camera, stream.value, gap.span.start, gap.span.end),
        )
        for start, end in ((gap.span.start, span.start), (span.end, gap.span.end)):
            if start < end:
                add(connection, Gap(camera, stream, Span(start, end), gap.reason))


def explain(connection: apsw.Connection, gap: Gap) -> None:
    """Add those stretches of the gap that nothing explains yet."""
    for span in unexplained(connection, gap):
        add(connection, Gap(gap.camera, gap.stream, span, gap.reason))
