"""One camera's day at a glance: what was recorded, what is missing and why, what moved."""

from dataclasses import dataclass

import apsw

from consentry.model.ids import CameraId
from consentry.model.media import Gap, StreamName
from consentry.model.time import Micros, Span
from consentry.store import gaps, kept, motion, segments


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything in time order; events come from ``events.find``."""

    recorded: tuple[Span, ...]
    gaps: tuple[Gap, ...]
    motion: tuple[Span, ...]
    kept: tuple[Span, ...]


def timeline(connection: apsw.Connection, camera: CameraId, span: Span, *, now: Micros) -> Timeline:
    """Return what is known of the span; a segment still being written counts up to ``now``."""
    return Timeline(
        recorded=segments.spans(connection, camera, span, StreamName.MAIN, now=now),
        gaps=tuple(
            gap for gap in gaps.within(connection, camera, span) if gap.stream is StreamName.MAIN
        ),
        motion=motion.within(connection, camera, span),
        kept=kept.within(connection, camera, span),
    )
