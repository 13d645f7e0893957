"""RTP (RFC 3550) packets of a track, cut once when the film is loaded.

Playing must cost far less than recording, or a bench would measure the camera. So every access
unit is kept as one ready block of interleaved packets (RFC 2326, 10.12) in which only sequence
numbers, timestamps and channels are filled in, by numpy, when it is sent: about 10 us for a 25 kB
picture.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.model.media import TrackKind
from consentry.simcam.film import Track, Unit

_PAYLOAD_BYTES = 1400
"""As cameras do, so that an interleaved packet would also fit an Ethernet frame."""

_FRAMING = 4
_HEADER = 12
STATIC_TYPES = {"pcm_mulaw": 0, "pcm_alaw": 8}
"""Payload types with a fixed meaning (RFC 3551); the others are dynamic."""


def payload_type(codec: str) -> int:
    """Return the RTP payload type announced in the SDP."""
    return STATIC_TYPES.get(codec, 96 if codec in {"h264", "hevc"} else 97)


@dataclass(frozen=True, slots=True)
class Block:
    """One access unit as interleaved RTP packets without channel, sequence and timestamp.

    ``starts`` are the packets' offsets in ``template``; ``first`` counts the loop's packets before.
    """

    dts: int
    pts: int
    key: bool
    first: int
    template: NDArray[np.uint8]
    starts: NDArray[np.intp]

    def render(self, *, channel: int, sequence: int, timestamp: int) -> bytes:
        """Return the packets ready to send, numbered from ``sequence``."""
        data = self.template.copy()
        starts = self.starts
        numbers = (sequence + np.arange(len(starts))) & 0xFFFF
        data[starts + 1] = channel
        data[starts + 6] = numbers >> 8
        data[starts + 7] = numbers & 0xFF
        for place, byte in enumerate((timestamp & 0xFFFFFFFF).to_bytes(4, "big")):
            data[starts + 8 + place] = byte
        return data.tobytes()


@dataclass(frozen=True, slots=True)
class CutTrack:
    """A track as blocks in decode order; ``packets`` is how many one loop holds."""

    track: Track
    source: int
    blocks: tuple[Block, ...]
    packets: int


def cut(track: Track, source: int) -> CutTrack:
    """Cut a whole track; ``source`` is its SSRC. Units that repeat by reference are cut once."""
    cuts: dict[int, tuple[NDArray[np.uint8], NDArray[np.intp]]] = {}
    blocks, packets = [], 0
    for unit in track.units:
        same = id(unit.chunks)
        if same not in cuts:
            cuts[same] = _packets(track, unit, source)
        template, starts = cuts[same]
        blocks.append(Block(unit.dts, unit.pts, unit.key, packets, template, starts))
        packets += len(starts)
    return CutTrack(track, source, tuple(blocks), packets)


def _packets(track: Track, unit: Unit, source: int) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Return one unit's interleaved packets and where each of them starts."""
    pieces, starts, at = [], [], 0
    payloads = list(_payloads(track.codec, unit))
    kind = payload_type(track.codec)
    for number, payload in enumerate(payloads, 1):
        # The marker ends a picture (RFC 6184 5.1); AAC frames are each complete (RFC 3640 2.1).
        marker = track.kind is TrackKind.AUDIO or number == len(payloads)
        size = _HEADER + len(payload)
        pieces.append(
            struct.pack("!BBHBBHII", 0x24, 0, size, 0x80, marker << 7 | kind, 0, 0, source)
        )
        pieces.append(payload)
        starts.append(at)
        at += _FRAMING + size
    return np.frombuffer(b"".join(pieces), dtype=np.uint8), np.array(starts, dtype=np.intp)


def _payloads(codec: str, unit: Unit) -> Iterator[bytes]:
    match codec:
        case "h264":
            for nal in unit.chunks:
                yield from _fragments_h264(nal)
        case "hevc":
            for nal in unit.chunks:
                yield from _fragments_hevc(nal)
        case "aac":
            # One frame with a 13-bit size and a 3-bit index (RFC 3640 mode AAC-hbr).
            frame = unit.chunks[0]
            yield struct.pack("!HH", 16, len(frame) << 3) + frame
        case _:
            yield unit.chunks[0]


def _fragments_h264(nal: bytes) -> Iterator[bytes]:
    """Yield a single NAL unit packet, or FU-A fragments (RFC 6184 5.8)."""
    if len(nal) <= _PAYLOAD_BYTES:
        yield nal
        return
    indicator, kind = nal[0] & 0xE0 | 28, nal[0] & 0x1F
    for flags, piece in _pieces(nal[1:]):
        yield bytes((indicator, flags | kind)) + piece


def _fragments_hevc(nal: bytes) -> Iterator[bytes]:
    """Yield a single NAL unit packet, or fragmentation units (RFC 7798 4.4.3)."""
    if len(nal) <= _PAYLOAD_BYTES:
        yield nal
        return
    head, kind = bytes((nal[0] & 0x81 | 49 << 1, nal[1])), nal[0] >> 1 & 0x3F
    for flags, piece in _pieces(nal[2:]):
        yield head + bytes((flags | kind,)) + piece


def _pieces(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (start or end flag, piece) of a NAL unit's body."""
    step = _PAYLOAD_BYTES - 3
    for at in range(0, len(body), step):
        flags = (0x80 if at == 0 else 0) | (0x40 if at + step >= len(body) else 0)
        yield flags, body[at : at + step]


_NTP_EPOCH = 2_208_988_800
"""Seconds from 1900, where NTP counts from, to 1970."""


@dataclass(frozen=True, slots=True)
class SenderReport:
    """At ``wall`` (seconds UTC) the track's clock showed ``timestamp``; so much was sent before."""

    source: int
    wall: float
    timestamp: int
    packets: int
    octets: int

    def render(self, channel: int) -> bytes:
        """Return an interleaved compound: report and CNAME (RFC 3550 6.4.1, 6.5)."""
        seconds = int(self.wall)
        report = struct.pack(
            "!BBHIIIIII",
            0x80,
            200,
            6,
            self.source,
            (seconds + _NTP_EPOCH) & 0xFFFFFFFF,
            int((self.wall - seconds) * 2**32),
            self.timestamp & 0xFFFFFFFF,
            self.packets & 0xFFFFFFFF,
            self.octets & 0xFFFFFFFF,
        )
        name = b"\x01\x06simcam"
        body = struct.pack("!I", self.source) + name + bytes(4 - len(name) % 4)
        description = struct.pack("!BBH", 0x81, 202, len(body) // 4) + body
        size = len(report) + len(description)
        return struct.pack("!BBH", 0x24, channel, size) + report + description
