"""The units of one file in order, around what is damaged.

A damaged unit is left out and logged; the rest of the file stays readable. Behind it is a seam like
any (``seams``): pictures up to the next key frame lean on what is lost and are left out with it,
and so are those that are shown before that key frame.
"""

import logging
from collections.abc import Iterator

from consentry.model.errors import IntegrityError
from consentry.model.media import Part, Segment, TrackKind
from consentry.model.time import Micros
from consentry.seal import DataKey
from consentry.store import seams
from consentry.store.segment_file import UnitFlag, UnitHeader, presentation
from consentry.store.segment_reader import SegmentReader

log = logging.getLogger(__name__)


def intact_units(  # noqa: PLR0913 - what to read it with, and which part of it
    reader: SegmentReader, key: DataKey, segment: Segment, *, offset: int, until: Micros, seam: bool
) -> Iterator[tuple[Part, ...]]:
    """Yield the parts of each unit from ``offset`` on that begins before ``until``.

    ``seam``: the film does not go on from what was shown before.
    """
    timescale = segment.init.video.timescale
    hevc = segment.init.video.codec == "hevc"
    entry = seams.Entry() if seam and hevc else None
    lost, earliest, following = False, 0, None
    for header in _headers(reader, segment, offset):
        if header.media_time >= until:
            return
        lost = lost or following not in {None, header.sequence}
        try:
            parts = reader.parts(header, key)
        except IntegrityError as error:
            log.warning("left out while reading: %s", error)
            lost = True
            continue
        following = header.sequence + 1
        if lost and header.flags is UnitFlag.KEY_FRAME:
            lost, entry = False, seams.Entry() if hevc else None
            earliest = next(presentation(part, timescale) for part in parts if _is_key(part))
        if lost or earliest:
            parts = tuple(
                part
                for part in parts
                if part.kind is TrackKind.AUDIO
                or (not lost and presentation(part, timescale) >= earliest)
            )
        yield entry.of(parts) if entry is not None else parts


def _headers(reader: SegmentReader, segment: Segment, offset: int) -> Iterator[UnitHeader]:
    """Yield headers; where one is damaged, go on at the next key frame of the table."""
    while offset < segment.size:
        try:
            for header in reader.headers(offset, end=segment.size):
                yield header
                offset = header.end
        except IntegrityError as error:
            log.warning("left out while reading: %s", error)
        later = (frame.offset for frame in segment.key_frames if frame.offset > offset)
        offset = next(later, segment.size)


def _is_key(part: Part) -> bool:
    return part.key and part.kind is TrackKind.VIDEO
