"""Looks into one segment file and compares it with its row: invariants I4, I5 and I6."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from consentry.model.errors import ConsentryError, IntegrityError, LockedError, NotFoundError
from consentry.model.media import Run
from consentry.model.time import Micros
from consentry.seal import DataKey, Opener
from consentry.store.segment_file import HEADER_SIZE, Place, UnitFlag, UnitHeader, video_end
from consentry.store.segment_reader import SegmentReader, key_frames_of
from consentry.store.segments import Row, State
from consentry.store.volume import Volume

ROUNDING = Micros(1)
"""A tick is rounded to a microsecond on its way into the row."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One invariant that does not hold, where, and what that means."""

    invariant: str
    where: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was found in one file, and how many units were opened: none while ``locked``."""

    breaches: tuple[Breach, ...]
    units: int
    locked: bool = False


def inspect(volume: Volume, household: Opener, row: Row, run: Run) -> Inspected:
    """Open every unit of a segment; look at its outside only while the recordings are locked."""
    segment = row.segment
    place = Place(segment.camera, segment.stream, segment.id)
    path = volume.segment_path(segment.camera, segment.stream, segment.id)
    where = str(path.relative_to(volume.path))
    key: DataKey | None = None
    with suppress(LockedError):
        try:
            key = household.open_key(row.sealed_key, place.context)
        except IntegrityError as error:
            return Inspected((Breach("I5", where, str(error)),), 0)
    try:
        with SegmentReader(path, place) as reader:
            headers, damage = _headers(reader)
            found = [*damage, *_shape(row, headers), *_nonces(headers)]
            if key is not None:
                found += _contents(row, run, reader, (headers, key))
    except NotFoundError:
        return Inspected((), 0)  # I2 tells it
    except ConsentryError as error:
        found, headers = [("I4", str(error))], []
    breaches = tuple(Breach(invariant, where, sentence) for invariant, sentence in found)
    return Inspected(breaches, len(headers) if key is not None else 0, locked=key is None)


_Found = tuple[str, str]  # invariant, sentence


def _headers(reader: SegmentReader) -> tuple[list[UnitHeader], list[_Found]]:
    """Return the headers up to the first that is none."""
    headers: list[UnitHeader] = []
    try:
        for header in reader.headers():
            headers.append(header)  # noqa: PERF402 - extend would lose what came before the damage
    except IntegrityError as error:
        return headers, [("I4", str(error))]
    return headers, []


def _shape(row: Row, headers: list[UnitHeader]) -> Iterator[_Found]:
    """I4: whole units, numbered from 0, described first. I6: the key-frame table is theirs."""
    if [header.sequence for header in headers] != list(range(len(headers))):
        yield "I4", "The numbers of its units do not follow each other."
    for header in headers:
        if (header.flags is UnitFlag.DESCRIPTION) is not (header.sequence == 0):
            yield "I4", f"Unit {header.sequence} is not what its place demands."
    if row.state is not State.CLOSED:
        return
    end = headers[-1].end if headers else HEADER_SIZE
    if end != row.segment.size:
        yield "I4", f"Its whole units end at byte {end}, its row says {row.segment.size}."
    if key_frames_of(iter(headers)) != row.segment.key_frames:
        yield "I6", "Its table of key frames is not that of its units."


def _nonces(headers: list[UnitHeader]) -> Iterator[_Found]:
    """I5: no nonce occurs twice."""
    nonces = Counter(header.raw[-12:] for header in headers)
    if any(count > 1 for count in nonces.values()):
        yield "I5", "A nonce was used twice under one key."


def _contents(
    row: Row, run: Run, reader: SegmentReader, sealed: tuple[list[UnitHeader], DataKey]
) -> Iterator[_Found]:
    """I5: every unit opens. I6: it is what the row says."""
    headers, key = sealed
    reached = int(row.segment.media_start)
    for header in headers:
        try:
            reached = max(reached, video_end(reader.parts(header, key), row.segment.init))
        except IntegrityError as error:
            yield "I5", str(error)
    try:
        description = reader.description(key)
    except IntegrityError as error:
        yield "I5", str(error)
        return
    told = (description.run, description.start, description.media_start)
    if told != (run, row.segment.start, row.segment.media_start):
        yield "I6", "It describes another run or another time than its row."
    duration = row.segment.duration
    if duration is not None and abs(reached - row.segment.media_start - duration) > ROUNDING:
        yield "I6", "Its pictures do not last as long as its row says."
