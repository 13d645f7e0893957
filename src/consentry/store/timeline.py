"""One camera's day at a glance: what was recorded, what is missing and why, what moved."""

from dataclasses import dataclass

import apsw

from consentry.model.ids import CameraId
from consentry.model.media import Gap, StreamName
from consentry.model.time import SECOND, Micros, Span
from consentry.store import gaps, kept, motion, segments

PATIENCE = Micros(5 * SECOND)
"""Between two segments nothing is open for a moment; that is no gap yet."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything in time order; events come from ``events.find``."""

    recorded: tuple[Span, ...]
    gaps: tuple[Gap, ...]
    motion: tuple[Span, ...]
    kept: tuple[Span, ...]


def timeline(
    connection: apsw.Connection,
    camera: CameraId,
    span: Span,
    *,
    now: Micros,
    missing: str = "unknown",
) -> Timeline:
    """Return what is known of the span; a segment still being written counts up to ``now``.

    ``missing`` is the reason why nothing is being recorded, where nothing is: that gap still grows
    and has no row.
    """
    known = [gap for gap in gaps.within(connection, camera, span) if gap.stream is StreamName.MAIN]
    growing = _growing(connection, camera, now, missing)
    return Timeline(
        recorded=segments.spans(connection, camera, span, StreamName.MAIN, now=now),
        gaps=(*known, *(gap for gap in growing if gap.span.overlaps(span))),
        motion=motion.within(connection, camera, span),
        kept=kept.within(connection, camera, span),
    )


def _growing(
    connection: apsw.Connection, camera: CameraId, now: Micros, reason: str
) -> tuple[Gap, ...]:
    """Return what is missing since the last footage, while no segment is open."""
    row = connection.execute(
        "SELECT until FROM recorded WHERE camera = ? AND stream = 'main' AND NOT EXISTS "
        "(SELECT 1 FROM segments WHERE camera = ? AND stream = 'main' AND state = 1)",
        (camera, camera),
    ).fetchone()
    if row is None or now - row[0] < PATIENCE:
        return ()
    missing = Gap(camera, StreamName.MAIN, Span(Micros(row[0]), now), reason)
    return tuple(
        Gap(camera, StreamName.MAIN, span, reason) for span in gaps.unexplained(connection, missing)
    )
