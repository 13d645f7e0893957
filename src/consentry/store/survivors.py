"""What survives of a segment that is erased in part: whole groups of pictures, sealed anew.

Each surviving stretch becomes a file of its own under a new key, so that whoever copied the old
file cannot open the erased part with a key that is still around.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass

import apsw

from consentry.model.errors import IntegrityError, NotFoundError
from consentry.model.ids import SegmentId, random_id
from consentry.model.media import Part, Segment, TrackKind
from consentry.model.time import Micros, Span
from consentry.seal import DataKey, HouseholdPublic, Opener
from consentry.store import removals, segments, volumes
from consentry.store.appender import Appender
from consentry.store.database import Database
from consentry.store.messages import KeyWanted, SegmentClosed
from consentry.store.segment_file import (
    Description,
    Place,
    UnitFlag,
    UnitHeader,
    presentation,
    video_end,
)
from consentry.store.segment_reader import SegmentReader
from consentry.store.segments import Row
from consentry.store.volume import Volume, relative_path


@dataclass(frozen=True, slots=True)
class Survivor:
    """A surviving stretch, durable in its own file and doomed (``removals``) until it has a row."""

    place: Place
    sealed_key: bytes
    description: Description
    closed: SegmentClosed


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Units that stay, and between which media times of the segment."""

    units: tuple[UnitHeader, ...]
    since: Micros
    until: Micros


def rewrite(
    database: Database, volume: Volume, household: Opener, row: Row, span: Span
) -> tuple[Survivor, ...]:
    """Write what lies before and after ``span`` to new files; nothing when it covers the segment.

    Damaged units do not survive. Raises StorageError when there is no room.
    """
    segment = row.segment
    if span.start <= segment.span.start and span.end >= segment.span.end:
        return ()
    place = Place(segment.camera, segment.stream, segment.id)
    run = database.call(segments.run_of, segment.id)
    survivors: list[Survivor] = []
    path = volume.segment_path(segment.camera, segment.stream, segment.id)
    try:
        key = household.open_key(row.sealed_key, place.context)
        reader = SegmentReader(path, place)
    except (NotFoundError, IntegrityError):
        return ()  # its file is gone or no recording: nothing can survive
    with reader:
        for stretch in _stretches(segment, _whole_units(reader, segment), span):
            begin = Micros(segment.start + stretch.since)
            description = Description(run, begin, Micros(segment.media_start + stretch.since))
            heir = Place(segment.camera, segment.stream, SegmentId(random_id()))
            relative = relative_path(heir.camera, heir.stream, heir.segment)
            database.call(_doom, volume, relative)
            contents = _contents(reader, key, segment, stretch)
            units = ((header.flags is UnitFlag.KEY_FRAME, parts) for header, parts in contents)
            survivors.append(write_piece(volume, household.public, heir, description, units))
    return tuple(survivor for survivor in survivors if survivor.closed.duration)


def _whole_units(reader: SegmentReader, segment: Segment) -> list[UnitHeader]:
    """Return the headers of the segment's units up to the first that is damaged."""
    units: list[UnitHeader] = []
    with suppress(IntegrityError):
        for header in reader.headers(end=segment.size):
            units.append(header)  # noqa: PERF402 - extend would lose what came before the damage
    return [header for header in units if header.flags is not UnitFlag.DESCRIPTION]


def _stretches(segment: Segment, units: Sequence[UnitHeader], span: Span) -> Iterator[_Stretch]:
    """Yield the whole groups of pictures before and after the span."""
    first, last = span.start - segment.start, span.end - segment.start
    duration = Micros(segment.span.duration)
    cut = next((k for k in reversed(segment.key_frames) if k.time <= first), None)
    if cut is not None:
        before = tuple(unit for unit in units if unit.offset < cut.offset)
        if before:
            yield _Stretch(before, Micros(0), cut.time)
    resume = next((k for k in segment.key_frames if k.time >= last), None)
    if resume is not None:
        after = tuple(unit for unit in units if unit.offset >= resume.offset)
        if after:
            yield _Stretch(after, resume.time, duration)


def _contents(
    reader: SegmentReader, key: DataKey, segment: Segment, stretch: _Stretch
) -> Iterator[tuple[UnitHeader, tuple[Part, ...]]]:
    """Yield the units that stay, without sound from beyond the stretch's borders."""

    def stays(part: Part) -> bool:
        if part.kind is TrackKind.VIDEO:
            return True
        shown = presentation(part, segment.init.timescale(part.kind)) - segment.media_start
        return stretch.since <= shown < stretch.until

    for header in stretch.units:
        with suppress(IntegrityError):
            parts = tuple(part for part in reader.parts(header, key) if stays(part))
            if parts:
                yield header, parts


def write_piece(
    volume: Volume,
    public: HouseholdPublic,
    place: Place,
    description: Description,
    units: Iterator[tuple[bool, tuple[Part, ...]]],
) -> Survivor:
    """Write units (whether each begins with a key frame, its parts) to a new file, durably.

    Raises StorageError when there is no room.
    """
    key = DataKey.random()
    init, end = description.run.init, description.media_start
    appender = Appender(volume, place, key=key, description=description)
    with closing(appender):
        for key_frame, parts in units:
            first = presentation(parts[0], init.timescale(parts[0].kind))
            appender.append(
                parts,
                media_time=Micros(first - description.media_start),
                key_frame=key_frame,
            )
            end = max(end, video_end(parts, init))
    closed = SegmentClosed(
        place.camera,
        place.stream,
        place.segment,
        duration=Micros(end - description.media_start),
        size=appender.size,
        key_frames=tuple(appender.key_frames),
        reason="erased around",
    )
    return Survivor(place, public.seal_key(key, place.context), description, closed)


def index(connection: apsw.Connection, volume: Volume, survivor: Survivor) -> None:
    """Add the row of a survivor, whose file is finished."""
    place, description = survivor.place, survivor.description
    wanted = KeyWanted(place.camera, place.stream, place.segment, survivor.sealed_key)
    segments.reserve(connection, volume, wanted)
    segments.begin(
        connection,
        place.segment,
        run=description.run,
        start=description.start,
        media_start=description.media_start,
    )
    segments.complete(connection, survivor.closed)


def _doom(connection: apsw.Connection, volume: Volume, relative: str) -> None:
    removals.add(connection, volumes.key(connection, volume), relative)
