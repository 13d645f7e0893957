"""Frames of sound from RTP packets: AAC (RFC 3640, RFC 3016), Opus (RFC 7587), G.711 (RFC 3551)."""

from typing import NamedTuple, Protocol

from consentry.fmp4 import AAC_FRAME
from consentry.ingest.rtp import HEAD, MARKER, payload, unwrapped
from consentry.ingest.sdp import Media
from consentry.ingest.wire import Frames

_MOST_BYTES = 1 << 16  # of one frame
_LATM_PREFIX = 15  # bits of a StreamMuxConfig before the AudioSpecificConfig (ISO 14496-3 1.7.3)
_CONFIG_BITS = 16  # of AAC-LC's


class Sound(NamedTuple):
    """One frame of sound, or one packet of G.711; ``stamp`` counts on where RTP's wraps."""

    data: bytes
    stamp: int


class _Unpacked(Protocol):
    """How a payload becomes frames: (frame, samples since the packet's stamp)."""

    def __call__(self, body: bytes, *, marked: bool) -> list[tuple[bytes, int]]: ...


class SoundJoiner:
    """Takes the packets of one audio track. Owned by one thread."""

    def __init__(self, media: Media) -> None:
        """Prepare for what was announced."""
        self.stamp = 0
        self._type = media.payload_type
        self._unpack = _unpacking(media)

    def feed(self, frames: Frames) -> list[Sound]:
        """Take packets in a row; return the frames that are complete. Bad ones are left out."""
        _, data, spans = frames
        sounds: list[Sound] = []
        for begin, end in spans:
            at, stop = payload(data, begin, end)
            if at == stop:
                continue
            _, kind, _, stamp = HEAD.unpack_from(data, begin)
            if kind & ~MARKER != self._type:
                continue
            self.stamp = unwrapped(stamp, self.stamp)
            body = data[at:stop]
            for frame, later in self._unpack(body, marked=bool(kind & MARKER)):
                sounds.append(Sound(frame, self.stamp + later))
        return sounds


def _unpacking(media: Media) -> _Unpacked:
    match media.codec:
        case "aac":
            return _AacUnits(
                size=media.number("sizelength", 13), index=media.number("indexlength", 3)
            )
        case "latm":
            return _Latm()
    return _whole


def _whole(body: bytes, *, marked: bool) -> list[tuple[bytes, int]]:  # noqa: ARG001
    return [(body, 0)]


class _AacUnits:
    """RFC 3640, high and low bit rate: a section of headers, then the frames they size."""

    def __init__(self, *, size: int, index: int) -> None:
        """Take how many bits a header's fields have."""
        self._size, self._index = min(size, 24), min(index, 8)
        self._begun = b""
        self._wanted = 0

    def __call__(self, body: bytes, *, marked: bool) -> list[tuple[bytes, int]]:  # noqa: ARG002
        """Cut one packet; a frame longer than a packet goes on in the next."""
        width = self._size + self._index
        bits = int.from_bytes(body[:2], "big")
        at = 2 + (bits + 7) // 8
        if not width or at >= len(body):
            return []
        headers = int.from_bytes(body[2:at], "big") >> (-bits % 8)
        count, only_size = bits // width, (1 << self._size) - 1
        lefts = range(bits - self._size, bits - count * width, -width)
        sizes = [(headers >> left) & only_size for left in lefts]
        if len(sizes) == 1 and sizes[0] > len(body) - at:
            return self._fragment(body[at:], sizes[0])
        self._begun = b""
        frames = []
        for number, size in enumerate(sizes):
            if 0 < size <= len(body) - at:
                frames.append((body[at : at + size], number * AAC_FRAME))
            at += size
        return frames

    def _fragment(self, piece: bytes, size: int) -> list[tuple[bytes, int]]:
        if size != self._wanted or len(self._begun) >= size:
            self._begun = b""
        self._wanted = size
        self._begun += piece
        if len(self._begun) < size:
            return []
        frame, self._begun = self._begun[:size], b""
        return [(frame, 0)]


class _Latm:
    """RFC 3016 with the configuration out of band: each frame after its length."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._begun = b""

    def __call__(self, body: bytes, *, marked: bool) -> list[tuple[bytes, int]]:
        """Join packets up to the marker and cut what they make."""
        self._begun += body
        if not marked:
            if len(self._begun) > _MOST_BYTES:
                self._begun = b""
            return []
        element, self._begun = self._begun, b""
        frames: list[tuple[bytes, int]] = []
        at = 0
        while at < len(element):
            size = 0
            while at < len(element):
                size += element[at]
                at += 1
                if element[at - 1] != 0xFF:  # noqa: PLR2004 - all bits set: more follows
                    break
            if 0 < size <= len(element) - at:
                frames.append((element[at : at + size], len(frames) * AAC_FRAME))
            at += size
        return frames


def aac_config(media: Media) -> bytes:
    """Return the AudioSpecificConfig that was announced; empty when there is none."""
    config = media.hexadecimal("config")
    if media.codec != "latm":
        return config
    if not config or config[0] >= 0x80:  # noqa: PLR2004 - audioMuxVersion 1, which nobody sends
        return b""
    left = 8 * len(config) - _LATM_PREFIX - _CONFIG_BITS
    value = int.from_bytes(config, "big") >> max(0, left)
    return (value & (1 << _CONFIG_BITS) - 1).to_bytes(_CONFIG_BITS // 8, "big")
