"""Access units of H.264 (RFC 6184) and H.265 (RFC 7798) from RTP packets, as lists of NAL units.

An access unit ends with the marker once the camera has shown that it sets it rightly, else with the
first packet of the next: libavformat always waited for that one, a picture late. What was lost
with a packet is left out, NAL unit by NAL unit.
"""

from dataclasses import dataclass
from typing import NamedTuple

from consentry.fmp4 import CODECS, nal_units
from consentry.ingest.access_unit import NalUnit
from consentry.ingest.rtp import HEAD, HEAD_SIZE, MARKER, PLAIN, WRAP, payload, unwrapped
from consentry.ingest.wire import Frames

_MOST_BYTES = 32 << 20  # of one access unit
_MOST_UNITS = 4096
_MOST_BROKEN = 8  # before it is told, though no picture ends
_START, _END = 0x80, 0x40  # flags of the first and the last fragment; the bits below are the type
_FIRST = 0x80  # first_mb_in_slice is 0, first_slice_segment_in_pic_flag is 1
_FORBIDDEN = 0x80
_START_CODE = b"\x00\x00\x01"


@dataclass(frozen=True, slots=True)
class _Packing:
    """How a codec's payload begins: ``head`` bytes, in the first of which the type stands."""

    head: int
    aggregate: int
    fragment: int
    kept: int
    """Bits of the first byte that a fragment's payload header shares with the NAL unit's."""
    leading: frozenset[int]
    """Types that come before a picture's first slice, so that they begin an access unit."""


_PACKINGS = {
    "h264": _Packing(1, 24, 28, 0xE0, frozenset({6, 7, 8, 9})),
    "hevc": _Packing(2, 48, 49, 0x81, frozenset({32, 33, 34, 35, 39})),
}


class Picture(NamedTuple):
    """One access unit.

    ``stamp`` counts on where RTP's wraps; ``broken`` counts what came that was no video.
    """

    units: list[NalUnit]
    stamp: int
    broken: int


class PictureJoiner:
    """Joins the packets of one video track. Owned by one thread.

    ``lost`` counts the holes in the sequence of packets.
    """

    def __init__(self, codec: str, payload_type: int, *, numbered: bool = False) -> None:
        """Prepare for one of ``CODECS``; ``numbered``: units carry decoding order numbers."""
        self.lost = 0
        self._codec = CODECS[codec]
        self._packing = _PACKINGS[codec]
        self._type = payload_type
        self._order = 2 if numbered else 0
        self._units: list[NalUnit] = []
        self._fragment: NalUnit | None = None
        self._size = 0
        self._seen_slice = False
        self._marked = False
        self._trusted: bool | None = None  # the marker; None: not known yet
        self._broken = 0
        self._hole = True  # packets are missing: a fragment without its start is no wonder
        self._expected: int | None = None
        self._stamp = 0
        self._ready: list[Picture] = []

    @property
    def between(self) -> bool:
        """Tell whether no picture is begun that is known to get an end soon."""
        return not (self._seen_slice or self._fragment) or self._trusted is not True

    @property
    def stamp(self) -> int:
        """Return the latest stamp, unwrapped."""
        return self._stamp

    def feed(self, frames: Frames) -> list[Picture]:
        """Take packets in a row; return the access units that ended. A hot loop."""
        _, data, spans = frames
        shift, mask = self._codec.type_shift, self._codec.type_mask
        head, fragment = self._packing.head, self._packing.fragment
        expected = self._expected
        for begin, end in spans:
            if end - begin < HEAD_SIZE:
                continue
            flags, kind, sequence, stamp = HEAD.unpack_from(data, begin)
            if kind & ~MARKER != self._type:
                continue
            at, stop = begin + HEAD_SIZE, end
            if flags != PLAIN:
                at, stop = payload(data, begin, end)
            if sequence != expected:
                self._miss(known=expected is not None)
            expected = (sequence + 1) & 0xFFFF
            if stop - at <= head:
                pass  # nothing but padding, or a marker that comes late
            elif (data[at] >> shift) & mask != fragment:
                self._whole(data, at, stop, stamp)
            elif self._fragment is not None and data[at + head] < _END:
                self._fragment.append(data[at + head + 1 : stop])
            else:
                self._edge(data, at, stop, stamp)
            if kind & MARKER and self._seen_slice:
                self._mark()
        self._expected = expected
        self._bound(spans)
        ready, self._ready = self._ready, []
        return ready

    def _miss(self, *, known: bool) -> None:
        """Note a hole in the sequence: what was being joined is not complete."""
        self.lost += known
        self._fragment = None
        self._hole = True

    def _edge(self, data: bytes, at: int, end: int, stamp: int) -> None:
        """Take a fragment that begins or ends a NAL unit, or lacks the one before it."""
        head = self._packing.head
        flags = data[at + head]
        if flags & _START:
            self._begin(data, at, end, stamp)
        elif self._fragment is not None:
            self._fragment.append(data[at + head + 1 : end])
        else:
            self._broken += not self._hole
        if flags & _END:
            self._finish()

    def _begin(self, data: bytes, at: int, end: int, stamp: int) -> None:
        self._finish()
        head, codec = self._packing.head, self._codec
        body = at + head + 1 + self._order
        kind = data[at + head] & codec.type_mask
        first = bytes((data[at] & self._packing.kept | kind << codec.type_shift,))
        self._enter(kind, data[body] if body < end else 0, stamp)
        self._fragment = [first + data[at + 1 : at + head], data[body:end]]

    def _finish(self) -> None:
        fragment, self._fragment = self._fragment, None
        if fragment is not None:
            self._add(fragment)

    def _whole(self, data: bytes, at: int, end: int, stamp: int) -> None:
        """Take a packet of one or several whole NAL units."""
        packing, codec = self._packing, self._codec
        self._finish()
        self._hole = False
        what = (data[at] >> codec.type_shift) & codec.type_mask
        if what != packing.aggregate:
            if what > packing.aggregate:
                return  # interleaved modes and reserved types; nobody sends them
            at_body = at + packing.head + self._order
            unit = data[at : at + packing.head] + data[at_body:end] if self._order else data[at:end]
            self._one(unit, stamp)
            return
        at += packing.head + self._order
        while at + 2 <= end:
            size = data[at] << 8 | data[at + 1]
            at += 2
            if size > end - at:
                self._broken += 1
                return
            self._one(data[at : at + size], stamp)
            at += size + (1 if self._order else 0)

    def _one(self, unit: bytes, stamp: int) -> None:
        """Take a whole NAL unit, or several that a camera left joined by start codes."""
        codec, head = self._codec, self._packing.head
        if len(unit) <= head:
            return
        kind = codec.nal_type(unit)
        if unit[0] >= _FORBIDDEN:
            self._broken += 1
        elif (kind not in codec.slices or not any(unit[:head])) and _START_CODE in unit:
            for piece in nal_units(_START_CODE + unit):
                self._one(piece, stamp)
        else:
            self._enter(kind, unit[head], stamp)
            self._add([unit])

    def _enter(self, kind: int, first: int, stamp: int) -> None:
        """Begin a NAL unit: end the access unit before it, if this one belongs to the next."""
        self._hole = False
        is_slice = kind in self._codec.slices
        if self._seen_slice:
            begins = first & _FIRST if is_slice else kind in self._packing.leading
            if begins or stamp != self._stamp & (WRAP - 1):
                if self._trusted is None:
                    self._trusted = self._marked or None
                self._close()
            elif self._marked:
                self._trusted = False
        self._stamp = unwrapped(stamp, self._stamp)
        self._seen_slice |= is_slice

    def _add(self, unit: NalUnit) -> None:
        codec = self._codec
        kind = (unit[0][0] >> codec.type_shift) & codec.type_mask
        if unit[0][0] >= _FORBIDDEN:
            self._broken += 1
        elif (
            len(unit) > 1 and kind not in codec.slices and _START_CODE in (whole := b"".join(unit))
        ):
            stamp = self._stamp & (WRAP - 1)
            self._one(whole, stamp)
        else:
            self._units.append(unit)

    def _mark(self) -> None:
        """Note the end that the camera marked."""
        self._finish()
        self._marked = True
        if self._trusted:
            self._close()

    def _close(self) -> None:
        """End the access unit."""
        self._finish()
        if self._units or self._broken:
            self._ready.append(Picture(self._units, self._stamp, self._broken))
        self._units, self._broken, self._size = [], 0, 0
        self._seen_slice = self._marked = False

    def _bound(self, spans: list[tuple[int, int]]) -> None:
        """Let nothing grow for ever that has no end, and tell of rubbish though none has."""
        self._size += spans[-1][1] - spans[0][0]
        if self._size > _MOST_BYTES:
            self._fragment, self._units = None, []
            self._broken += 1
        crowded = self._size > _MOST_BYTES or len(self._units) > _MOST_UNITS
        if crowded or self._broken > _MOST_BROKEN:
            self._close()
