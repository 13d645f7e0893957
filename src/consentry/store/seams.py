"""Seams: where the film does not go on from what was shown before, and how a decoder is told.

H.265 with open groups (x265's default) enters groups by CRA pictures: the pictures right behind one
may be shown before it and lean on the group before (RASL, ITU-T H.265 3.130), and its place in the
order of showing is told relative to that group. Behind a seam a decoder would take both for what
they are not: FFmpeg says "Duplicate POC" or drops the whole group. The standard's word for a seam
is a BLA picture, "broken link access": the same bits under another type, and no RASL behind it.
"""

from dataclasses import replace

from consentry.fmp4 import broken_link, leans_on_group_before
from consentry.model.media import Part, Segment, TrackKind
from consentry.model.time import SECOND, Micros

LONGEST_PAUSE = Micros(SECOND // 4)
"""A camera of four pictures a second still goes on; what was deleted is a whole group at least."""


def goes_on(before: Segment | None, segment: Segment) -> bool:
    """Tell whether ``segment`` begins with the picture right behind the last one of ``before``."""
    if before is None or before.run != segment.run:
        return False
    pause = segment.media_start - before.media_start - (before.duration or 0)
    return abs(pause) < LONGEST_PAUSE


class Entry:
    """Behind one seam: makes the first group of H.265 one that a decoder may enter."""

    def __init__(self) -> None:
        """Expect the unit right behind the seam."""
        self._groups = 0

    def of(self, unit: tuple[Part, ...]) -> tuple[Part, ...]:
        """Return the next unit, changed as long as it belongs to the first group."""
        kept = []
        for part in unit:
            entry = part.kind is TrackKind.VIDEO and part.key
            self._groups += entry
            if self._groups > 1 or part.kind is TrackKind.AUDIO:
                kept.append(part)
            elif entry:
                sample = broken_link(bytes(part.sample))
                kept.append(replace(part, data=part.data[: part.sample_offset] + sample))
            elif not leans_on_group_before(part.sample):
                kept.append(part)
        return tuple(kept)
