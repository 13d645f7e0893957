"""The bytes of a segment file: header, then sealed units (docs/design/formats.md).

    header   "CNSTRYSG" | u8 version 1 | 3 zero bytes | 16-byte ASCII segment id          28 bytes
    unit     u32 length of the sealed part | u32 sequence from 0 | u64 media time in us
             | u8 flags | 3 zero bytes | 12-byte nonce                                    32 bytes
             AES-256-GCM ciphertext and tag

Unit 0 describes the segment (its run, init and start), so that a file whose row was never
completed is still whole. All others hold parts. Integers are big-endian.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntFlag

from consentry.model.errors import IntegrityError
from consentry.model.ids import CameraId, SegmentId
from consentry.model.media import Init, Part, Run, StreamName, TrackKind
from consentry.model.time import SECOND, Micros
from consentry.seal import DataKey
from consentry.seal.data_key import NONCE_SIZE, TAG_SIZE
from consentry.store import document

MAGIC = b"CNSTRYSG"
VERSION = 1
_HEADER = struct.Struct(">8sB3x16s")
_UNIT = struct.Struct(">IIQB3x")
_COUNT = struct.Struct(">H")
_PART = struct.Struct(">BBHqiIQI")

HEADER_SIZE = _HEADER.size
UNIT_HEADER_SIZE = _UNIT.size + NONCE_SIZE
LARGEST_UNIT = 64 * 1024 * 1024
"""No unit is larger: a reader of damaged lengths stops here. A 4K key frame is under 4 MiB."""
MOST_PARTS = 0xFFFF
_TRACKS = {TrackKind.VIDEO: 1, TrackKind.AUDIO: 2}
_KINDS = {number: kind for kind, number in _TRACKS.items()}


class UnitFlag(IntFlag):
    """What a unit holds."""

    PARTS = 0
    KEY_FRAME = 1
    """Begins with a video key frame."""
    DESCRIPTION = 2
    """Unit 0: not parts but a Description."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whose bytes a file holds: bound into every unit, so that no file passes for another."""

    camera: CameraId
    stream: StreamName
    segment: SegmentId

    @property
    def context(self) -> str:
        """What the segment's key is sealed for."""
        return f"segment/{self.camera}/{self.stream.value}/{self.segment}"

    def aad(self, header: bytes) -> bytes:
        """Return the associated data of a unit: camera/stream/segment/, then its header's start."""
        return f"{self.camera}/{self.stream.value}/{self.segment}/".encode() + header[: _UNIT.size]


@dataclass(frozen=True, slots=True)
class Description:
    """What unit 0 says: enough to read the file without its row."""

    run: Run
    start: Micros
    media_start: Micros


@dataclass(frozen=True, slots=True)
class UnitHeader:
    """A unit's place in the file and what may be known without its key."""

    offset: int
    length: int
    """Of the sealed part."""
    sequence: int
    media_time: Micros
    """Presentation time of its first part from the segment's start, never below 0."""
    flags: UnitFlag
    raw: bytes

    @property
    def end(self) -> int:
        """Offset of the byte behind the unit."""
        return self.offset + UNIT_HEADER_SIZE + self.length


def file_header(segment: SegmentId) -> bytes:
    """Return the first 28 bytes of a file."""
    return _HEADER.pack(MAGIC, VERSION, segment.encode("ascii"))


def check_file_header(header: bytes, segment: SegmentId) -> None:
    """Raise IntegrityError unless the bytes begin the file of that segment."""
    if len(header) < HEADER_SIZE or not header.startswith(MAGIC):
        message = f"The file of segment {segment} is empty or no recording."
        raise IntegrityError(message)
    _, version, found = _HEADER.unpack_from(header)
    if version != VERSION:
        message = f"The file of segment {segment} has format {version}, unknown to this version."
        raise IntegrityError(message)
    if found != segment.encode("ascii"):
        message = f"The file of segment {segment} is another segment's."
        raise IntegrityError(message)


def seal_unit(  # noqa: PLR0913 - the fields of a unit
    key: DataKey,
    place: Place,
    plain: bytes,
    *,
    sequence: int,
    media_time: Micros,
    flags: UnitFlag,
    nonce: bytes | None = None,
) -> bytes:
    """Return one whole unit as it stands in the file. A given ``nonce`` is for test vectors."""
    header = _UNIT.pack(len(plain) + TAG_SIZE, sequence, max(0, media_time), flags)
    nonce, sealed = key.seal(plain, place.aad(header), nonce=nonce)
    return b"".join((header, nonce, sealed))


def parse_unit_header(raw: bytes, offset: int) -> UnitHeader:
    """Read the 32 bytes at ``offset``; IntegrityError when they begin no unit."""
    if len(raw) < UNIT_HEADER_SIZE:
        message = f"A unit is cut short at byte {offset}."
        raise IntegrityError(message)
    length, sequence, media_time, flags = _UNIT.unpack_from(raw)
    known = (UnitFlag.PARTS, UnitFlag.KEY_FRAME, UnitFlag.DESCRIPTION)
    padding = raw[_UNIT.size - 3 : _UNIT.size]
    if not TAG_SIZE <= length <= LARGEST_UNIT or flags not in known or any(padding):
        message = f"There is no unit at byte {offset}."
        raise IntegrityError(message)
    return UnitHeader(offset, length, sequence, Micros(media_time), UnitFlag(flags), raw)


def open_unit(key: DataKey, place: Place, header: UnitHeader, sealed: bytes) -> bytes:
    """Return a unit's plaintext; IntegrityError names the byte where it stands."""
    try:
        return key.open(header.raw[_UNIT.size :], sealed, place.aad(header.raw))
    except IntegrityError:
        message = (
            f"Unit {header.sequence} at byte {header.offset} of segment {place.segment} "
            "does not open: its bytes were changed."
        )
        raise IntegrityError(message) from None


def pack_parts(parts: Sequence[Part]) -> bytes:
    """Return the plaintext of a unit: the table of parts, then their data."""
    pieces = [_COUNT.pack(len(parts))]
    pieces += [
        _PART.pack(
            _TRACKS[part.kind],
            part.key,
            part.sample_offset,
            part.dts,
            part.cts_offset,
            part.duration,
            part.arrival,
            len(part.data),
        )
        for part in parts
    ]
    pieces += [part.data for part in parts]
    return b"".join(pieces)


def unpack_parts(plain: bytes) -> tuple[Part, ...]:
    """Undo ``pack_parts``; IntegrityError when the bytes are no such table."""
    try:
        (count,) = _COUNT.unpack_from(plain)
        rows = [_PART.unpack_from(plain, _COUNT.size + n * _PART.size) for n in range(count)]
        return tuple(_parts(plain, rows, _COUNT.size + count * _PART.size))
    except (struct.error, KeyError):
        message = "A unit opens, but its table of parts cannot be read."
        raise IntegrityError(message) from None


def _parts(
    plain: bytes, rows: Iterable[tuple[int, int, int, int, int, int, int, int]], position: int
) -> Iterable[Part]:
    for track, key, sample_offset, dts, cts_offset, duration, arrival, size in rows:
        data = plain[position : position + size]
        position += size
        if len(data) != size or sample_offset > size:
            message = "A unit opens, but a part in it is cut short."
            raise IntegrityError(message)
        yield Part(
            kind=_KINDS[track],
            key=bool(key),
            dts=dts,
            cts_offset=cts_offset,
            duration=duration,
            data=data,
            sample_offset=sample_offset,
            arrival=Micros(arrival),
        )
    if position != len(plain):
        message = "A unit opens, but holds bytes that belong to no part."
        raise IntegrityError(message)


def pack_description(description: Description) -> bytes:
    """Return the plaintext of unit 0."""
    return document.dump(description).encode()


def unpack_description(plain: bytes) -> Description:
    """Undo ``pack_description``; IntegrityError when the bytes are none."""
    try:
        text = plain.decode()
    except UnicodeDecodeError as error:
        message = "The description of a segment cannot be read."
        raise IntegrityError(message) from error
    return document.load(Description, text)


def video_end(parts: Iterable[Part], init: Init) -> Micros:
    """Return the presentation time that the video in ``parts`` reaches, 0 without video."""
    ticks = (p.dts + p.cts_offset + p.duration for p in parts if p.kind is TrackKind.VIDEO)
    return Micros(max(ticks, default=0) * SECOND // init.video.timescale)


def presentation(part: Part, timescale: int) -> Micros:
    """Return when a part is shown, from its run's start."""
    return Micros((part.dts + part.cts_offset) * SECOND // timescale)
