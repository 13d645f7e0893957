"""NAL units of H.264 (ITU-T H.264 annex B, ISO 14496-15) and H.265: splitting and naming."""

import re

_START_CODE = re.compile(rb"\x00\x00\x01")
_H264_SETS = frozenset({7, 8})
_HEVC_SETS = frozenset({32, 33, 34})


def split_nals(data: bytes, *, length_prefixed: bool) -> list[bytes]:
    """Split an access unit into NAL units; prefixes are four bytes long, as every muxer writes."""
    return _split_lengths(data) if length_prefixed else _split_annex_b(data)


def _split_lengths(data: bytes) -> list[bytes]:
    nals, at = [], 0
    while at + 4 <= len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        nals.append(data[at + 4 : end])
        at = end
    return nals


def _split_annex_b(data: bytes) -> list[bytes]:
    marks = [(match.start(), match.end()) for match in _START_CODE.finditer(data)]
    if not marks:
        return []
    ends = [start for start, _ in marks[1:]] + [len(data)]
    # A four-byte start code's first zero belongs to the code, trailing zeros to nobody.
    return [
        data[begin:end].rstrip(b"\x00")
        for (_, begin), end in zip(marks, ends, strict=True)
        if end > begin
    ]


def nal_type(codec: str, nal: bytes) -> int:
    """Return the type number as the codec's specification lists it."""
    return nal[0] & 0x1F if codec == "h264" else nal[0] >> 1 & 0x3F


def is_parameter_set(codec: str, nal: bytes) -> bool:
    """Tell SPS and PPS (H.264) or VPS, SPS and PPS (H.265) from everything else."""
    return nal_type(codec, nal) in (_H264_SETS if codec == "h264" else _HEVC_SETS)


def parameter_sets_of(codec: str, extradata: bytes) -> tuple[bytes, ...]:
    """Return the parameter sets of an avcC or hvcC record, or of Annex B extradata."""
    if extradata[:1] != b"\x01":
        nals = _split_annex_b(extradata)
        return tuple(nal for nal in nals if is_parameter_set(codec, nal))
    return _avcc_sets(extradata) if codec == "h264" else _hvcc_sets(extradata)


def _avcc_sets(record: bytes) -> tuple[bytes, ...]:
    sets, at = [], 5
    for mask in (0x1F, 0xFF):
        count = record[at] & mask
        at += 1
        for _ in range(count):
            end = at + 2 + int.from_bytes(record[at : at + 2], "big")
            sets.append(record[at + 2 : end])
            at = end
    return tuple(sets)


def _hvcc_sets(record: bytes) -> tuple[bytes, ...]:
    sets, at = [], 23
    for _ in range(record[22]):
        count = int.from_bytes(record[at + 1 : at + 3], "big")
        at += 3
        for _ in range(count):
            end = at + 2 + int.from_bytes(record[at : at + 2], "big")
            sets.append(record[at + 2 : end])
            at = end
    return tuple(nal for nal in sets if is_parameter_set("hevc", nal))
