"""The tables of a standard MP4 file (ISO/IEC 14496-12): ftyp, moov first, one mdat. Pure.

A ``MovieTrack`` collects samples in the order their bytes will follow; ``movie_head`` then returns
everything before the media bytes, so that a file of any length can be streamed without being held
anywhere. All tracks count from the same zero, each in its own timescale.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from consentry.fmp4 import init_segment
from consentry.fmp4.box import box, full_box, u16, u32
from consentry.model.errors import InputError
from consentry.model.media import Init, TrackKind

MOVIE_TIMESCALE = 90_000
_IDENTITY = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_BEYOND_32_BITS = 0xFFFF_0000
_UNDETERMINED = u16(0x55C4, 0)  # language "und"


@dataclass(frozen=True, slots=True)
class Edit:
    """What of a track is shown: from ``start`` (track's timescale) for ``duration`` (movie's).

    ``empty`` (movie's timescale) is a stretch without the track before it.
    """

    start: int
    duration: int
    empty: int = 0


@dataclass(slots=True)
class MovieTrack:
    """One track being collected. Owner: whoever plans the file."""

    kind: TrackKind
    timescale: int
    entry: bytes
    """The sample entry: what a decoder must know."""
    shown_size: tuple[int, int] = (0, 0)
    """Width and height in square pixels; nothing for sound."""
    edit: Edit | None = None
    """None shows every sample, from the first."""
    chunks: list[tuple[int, int]] = field(default_factory=list)
    """(offset from the first media byte, samples)."""
    _sizes: "array[int]" = field(default_factory=lambda: array("L"))
    _times: "array[int]" = field(default_factory=lambda: array("q"))
    _offsets: "array[int]" = field(default_factory=lambda: array("q"))
    _sync: "array[int]" = field(default_factory=lambda: array("L"))
    _last_duration: int = 0

    @property
    def empty(self) -> bool:
        """Tell whether there is no sample yet."""
        return not self._times

    @property
    def first(self) -> int:
        """Decode time of the first sample."""
        return self._times[0]

    @property
    def reached(self) -> int:
        """Decode time that the samples so far fill; 0 without any."""
        return self._times[-1] + self._last_duration if self._times else 0

    def add(self, size: int, *, time: int, offset: int, duration: int, key: bool) -> None:
        """Add a sample: its bytes, decode ``time``, composition ``offset`` and ``duration``.

        Decode times grow in MP4: a time that does not is moved a tick behind the last, and what
        is shown stays.
        """
        if self._times and time <= self._times[-1]:
            offset -= self._times[-1] + 1 - time
            time = self._times[-1] + 1
        self._sizes.append(size)
        self._times.append(time)
        self._offsets.append(offset)
        self._last_duration = duration
        if key:
            self._sync.append(len(self._sizes))

    def trak(self, number: int, base: int) -> bytes:
        """Return the trak box, when the media bytes begin at offset ``base`` of the file."""
        video = self.kind is TrackKind.VIDEO
        shown = self.shown
        flags = 3  # enabled, in movie
        placing = u16(0, 0 if video else 1, 0 if video else 0x100, 0)
        frame = u32(self.shown_size[0] << 16, self.shown_size[1] << 16)
        track = u64(0, 0) + u32(number, 0) + u64(shown) + bytes(8) + placing + _IDENTITY + frame
        length = self.reached - self.first
        header = u64(0, 0) + u32(self.timescale) + u64(length) + _UNDETERMINED
        handler = b"vide" if video else b"soun"
        media_header = full_box(
            *((b"vmhd", 0, 1, bytes(8)) if video else (b"smhd", 0, 0, bytes(4)))
        )
        dinf = box(b"dinf", full_box(b"dref", 0, 0, u32(1), full_box(b"url ", 0, 1)))
        mdia = box(
            b"mdia",
            full_box(b"mdhd", 1, 0, header),
            full_box(b"hdlr", 0, 0, u32(0), handler, bytes(12), b"Consentry\x00"),
            box(b"minf", media_header, dinf, self._stbl(base)),
        )
        return box(b"trak", full_box(b"tkhd", 1, flags, track), self._edts(), mdia)

    @property
    def shown(self) -> int:
        """How long the track lasts for a viewer, in the movie's timescale."""
        if self.edit is None:
            return (self.reached - self.first) * MOVIE_TIMESCALE // self.timescale
        return self.edit.empty + self.edit.duration

    def _edts(self) -> bytes:
        if self.edit is None:
            return b""
        rate = u32(0x10000)
        edits = [u64(self.edit.duration, self.edit.start) + rate]
        if self.edit.empty:
            edits.insert(0, u64(self.edit.empty) + bytes([0xFF] * 8) + rate)
        return box(b"edts", full_box(b"elst", 1, 0, u32(len(edits)), *edits))

    def _stbl(self, base: int) -> bytes:
        times = np.array(self._times, np.int64)
        deltas = np.append(np.diff(times), self._last_duration)
        offsets = np.array(self._offsets, np.int64)
        tables = [
            full_box(b"stsd", 0, 0, u32(1), self.entry),
            full_box(b"stts", 0, 0, _runs(deltas)),
        ]
        if offsets.any():
            version = 1 if offsets.min() < 0 else 0  # version 1 is signed
            tables.append(full_box(b"ctts", version, 0, _runs(offsets)))
        if len(self._sync) != len(self._sizes):
            tables.append(full_box(b"stss", 0, 0, u32(len(self._sync)), _u32s(self._sync)))
        return box(
            b"stbl",
            *tables,
            full_box(b"stsc", 0, 0, self._stsc()),
            full_box(b"stsz", 0, 0, u32(0, len(self._sizes)), _u32s(self._sizes)),
            self._chunk_offsets(base),
        )

    def _stsc(self) -> bytes:
        rows: list[tuple[int, int, int]] = []
        for number, (_, samples) in enumerate(self.chunks, 1):
            if not rows or rows[-1][1] != samples:
                rows.append((number, samples, 1))
        return u32(len(rows)) + b"".join(u32(*row) for row in rows)

    def _chunk_offsets(self, base: int) -> bytes:
        offsets = np.array([offset for offset, _ in self.chunks], np.int64) + base
        return full_box(b"co64", 0, 0, u32(len(offsets)), offsets.astype(">u8").tobytes())


def movie_head(tracks: Sequence[MovieTrack], media_size: int) -> bytes:
    """Return ftyp, moov and the header of an mdat of ``media_size`` bytes."""
    ftyp = box(b"ftyp", b"isom", u32(0x200), b"isomiso2mp41")
    if media_size < _BEYOND_32_BITS:
        mdat = u32(media_size + 8) + b"mdat"
    else:
        mdat = u32(1) + b"mdat" + u64(media_size + 16)
    size = len(ftyp) + len(_moov(tracks, 0)) + len(mdat)  # offsets are 64-bit: no size changes
    return ftyp + _moov(tracks, size) + mdat


_IN_BAND = {b"avc1": b"avc3", b"hvc1": b"hev1"}


def sample_entry(init: Init, kind: TrackKind, *, in_band: bool = False) -> bytes:
    """Return the sample entry (avc1, hvc1, mp4a) of a track, as our init segments carry it.

    ``in_band`` tells the player that parameter sets come in the samples, too (avc3, hev1).
    """
    data = init_segment(init, (kind,))
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"):
        data = _child(data, name)
    entry = data[8:]  # behind version, flags and the count of entries
    return entry[:4] + _IN_BAND[entry[4:8]] + entry[8:] if in_band else entry


def u64(*values: int) -> bytes:
    """Return 64-bit big-endian unsigned numbers."""
    return b"".join(value.to_bytes(8, "big") for value in values)


def _moov(tracks: Sequence[MovieTrack], base: int) -> bytes:
    duration = max(track.shown for track in tracks)
    times = u64(0, 0) + u32(MOVIE_TIMESCALE) + u64(duration)
    rest = u32(0x10000) + u16(0x100) + bytes(10) + _IDENTITY + bytes(24) + u32(len(tracks) + 1)
    traks = (track.trak(number, base) for number, track in enumerate(tracks, 1))
    return box(b"moov", full_box(b"mvhd", 1, 0, times, rest), *traks)


def _child(data: bytes, name: bytes) -> bytes:
    """Return the payload of the first box ``name`` in ``data``."""
    position = 0
    while position + 8 <= len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        if data[position + 4 : position + 8] == name:
            return data[position + 8 : position + size]
        position += max(size, 8)
    message = f"An init segment has no {name.decode()} box."
    raise InputError(message)


def _runs(values: NDArray[np.int64]) -> bytes:
    """Return a run-length table: count of rows, then (samples, value) each."""
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1]))
    counts = np.diff(np.append(starts, len(values)))
    rows = np.stack((counts, values[starts]), axis=1)
    return u32(len(rows)) + rows.astype(">i8").astype(">u4").tobytes()


def _u32s(values: "array[int]") -> bytes:
    return np.array(values, np.int64).astype(">u4").tobytes()
