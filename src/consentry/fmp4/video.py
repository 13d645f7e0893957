"""A video track from its parameter sets, whichever the codec: the place that knows both."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from consentry.fmp4 import avc, hevc
from consentry.model.errors import InputError
from consentry.model.media import VideoTrack


@dataclass(frozen=True, slots=True)
class VideoCodec:
    """What differs between the codecs; ``vps`` is None where the codec has no such set."""

    name: str
    type_shift: int
    """By how many bits nal_unit_type is shifted in a NAL unit's first byte."""
    type_mask: int
    vps: int | None
    sps: int
    pps: int
    delimiter: int
    message: int | None
    """Where a picture that can be entered may be named; None where its own type tells."""
    random_access: frozenset[int]
    """NAL unit types whose picture can be entered."""
    slices: frozenset[int]
    """NAL unit types that carry pictures of the base layer."""
    parse_sps: Callable[[bytes], avc.AvcSps | hevc.HevcSps]

    def nal_type(self, unit: bytes) -> int:
        """Return nal_unit_type."""
        return (unit[0] >> self.type_shift) & self.type_mask

    def shows(self, unit: bytes) -> bool:
        """Tell whether a unit carries a picture of the base layer, or parameters of one.

        Everything else can be left out and no decoder misses it: messages (SEI: makers write
        times and names there), filler, further layers with other pictures, private types.
        """
        kind = self.nal_type(unit)
        if self.vps is None:
            return kind in self.slices or kind in {self.sps, self.pps}
        layer = (unit[0] & 1) << 5 | (unit[1] >> 3 if len(unit) > 1 else 0)
        return layer == 0 and (kind in self.slices or kind in {self.vps, self.sps, self.pps})

    @property
    def left_out(self) -> frozenset[int]:
        """NAL unit types kept out of MP4 samples: parameter sets, and delimiters (ballast)."""
        kinds = {self.sps, self.pps, self.delimiter}
        return frozenset(kinds if self.vps is None else {self.vps, *kinds})


_AVC = VideoCodec(
    name="h264",
    type_shift=0,
    type_mask=0x1F,
    vps=None,
    sps=avc.SPS,
    pps=avc.PPS,
    delimiter=avc.DELIMITER,
    message=avc.SEI,
    random_access=avc.IRAP,
    slices=frozenset(range(1, 6)),
    parse_sps=avc.parse_sps,
)
_HEVC = VideoCodec(
    name="hevc",
    type_shift=1,
    type_mask=0x3F,
    vps=hevc.VPS,
    sps=hevc.SPS,
    pps=hevc.PPS,
    delimiter=hevc.DELIMITER,
    message=None,
    random_access=hevc.IRAP,
    slices=frozenset(range(32)),
    parse_sps=hevc.parse_sps,
)
CODECS = {codec.name: codec for codec in (_AVC, _HEVC)}
"""The codecs that can be recorded, by FFmpeg's name."""


def video_codec(name: str) -> VideoCodec:
    """Return the codec of FFmpeg's ``name``; InputError when it cannot be recorded."""
    codec = CODECS.get(name)
    if codec is None:
        message = f"{name} video cannot be recorded; set the camera to H.264 or H.265."
        raise InputError(message)
    return codec


@dataclass(frozen=True, slots=True)
class ParameterSets:
    """Parameter set NAL units of one stream, as they came; ``vps`` is empty for h264."""

    codec: str
    vps: tuple[bytes, ...] = ()
    sps: tuple[bytes, ...] = ()
    pps: tuple[bytes, ...] = ()

    @property
    def complete(self) -> bool:
        """Tell whether a decoder could start with these."""
        return bool(self.sps and self.pps and (self.vps or self.codec != "hevc"))

    def merged(self, newer: "ParameterSets") -> "ParameterSets":
        """Return these with each kind replaced where ``newer`` brings that kind."""
        return replace(
            self,
            vps=newer.vps or self.vps,
            sps=newer.sps or self.sps,
            pps=newer.pps or self.pps,
        )


def parameter_sets(codec: VideoCodec, units: Iterable[bytes]) -> ParameterSets:
    """Pick the parameter sets out of NAL units, each once, in order."""
    found: dict[int, dict[bytes, None]] = {}
    for unit in units:
        found.setdefault(codec.nal_type(unit), {})[unit] = None
    vps = tuple(found.get(codec.vps, ())) if codec.vps is not None else ()
    sps, pps = (tuple(found.get(kind, ())) for kind in (codec.sps, codec.pps))
    return ParameterSets(codec.name, vps, sps, pps)


def read_extradata(codec: str, extradata: bytes) -> ParameterSets:
    """Return the parameter sets of an avcC or hvcC record."""
    if codec == "hevc":
        return ParameterSets(codec, *hevc.parse_hvcc(extradata))
    sps, pps = avc.parse_avcc(extradata)
    return ParameterSets(codec, (), sps, pps)


def video_track(sets: ParameterSets, *, timescale: int) -> VideoTrack:
    """Describe the track: avcC or hvcC, codec string, size and pixel shape.

    Raises InputError when the sets are incomplete or cannot be read.
    """
    codec = video_codec(sets.codec)
    if not sets.complete:
        message = "The video stream has not sent its parameter sets."
        raise InputError(message)
    if sets.codec == "hevc":
        record = hevc.build_hvcc(sets.vps, sets.sps, sets.pps)
        name = hevc.hevc_codec_string(record)
    else:
        record = avc.build_avcc(sets.sps, sets.pps)
        name = avc.avc_codec_string(record)
    sps = codec.parse_sps(sets.sps[0])
    return VideoTrack(codec.name, name, timescale, record, sps.width, sps.height, sps.sample_aspect)


def hidden_border(codec: str, extradata: bytes) -> int:
    """Return how many rows or columns a stream's pictures carry outside of what is shown."""
    sets = read_extradata(codec, extradata)
    return max(video_codec(codec).parse_sps(unit).cropped for unit in sets.sps)


def reorder_depth(sets: ParameterSets) -> int:
    """Return by how many frames display order lags decoding order (0 without B-frames)."""
    return video_codec(sets.codec).parse_sps(sets.sps[0]).reorder
