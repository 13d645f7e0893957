"""Turning what a camera sends for one picture into an MP4 sample."""

from dataclasses import dataclass

from consentry.fmp4 import (
    ParameterSets,
    VideoCodec,
    length_prefixed,
    nal_units,
    parameter_sets,
    video_codec,
)

_FORBIDDEN_BIT = 0x80


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One picture: its MP4 sample (empty when nothing decodable came) and what came with it.

    ``broken`` tells of a NAL unit that no encoder may write.
    """

    sample: bytes
    key: bool
    sets: ParameterSets | None
    broken: bool


class AccessUnitReader:
    """Splits Annex B access units of one codec; holds no state between them."""

    def __init__(self, codec: str) -> None:
        """Prepare for FFmpeg's ``codec``; InputError when it cannot be recorded."""
        self._codec: VideoCodec = video_codec(codec)
        self._left_out = self._codec.left_out

    def read(self, data: bytes, *, key: bool) -> AccessUnit:
        """Split one access unit; ``key`` is libavformat's opinion (it knows recovery points)."""
        codec, left_out = self._codec, self._left_out
        units = nal_units(data)
        kinds = [codec.nal_type(unit) for unit in units]
        kept = [unit for unit, kind in zip(units, kinds, strict=True) if kind not in left_out]
        sets = None
        if len(kept) < len(units):
            found = parameter_sets(codec, units)
            sets = found if found.sps or found.pps or found.vps else None
        key = key or not codec.random_access.isdisjoint(kinds)
        broken = any(unit[0] & _FORBIDDEN_BIT for unit in units)
        return AccessUnit(length_prefixed(kept), key, sets, broken)
