"""H.265: what its parameter sets say, and the hvcC record built from them.

Sources: ITU-T H.265 (08/2021) 7.3.2.2, 7.3.3, 7.3.7, E.2.1; ISO/IEC 14496-15:2019 8.3.3.1, E.3.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from consentry.fmp4.avc import read_sample_aspect
from consentry.fmp4.bits import BitReader
from consentry.model.errors import InputError

VPS = 32
SPS = 33
PPS = 34
DELIMITER = 35
IRAP = frozenset(range(16, 24))
RASL = frozenset({8, 9})
"""Shown before the key frame they follow, and leaning on the group before it (Table 7-1)."""
CRA = 21
BLA_W_RADL = 17

_444 = 3
_SMALLEST = 16
_LAST_PROFILE = 11


@dataclass(frozen=True, slots=True)
class HevcSps:
    """What we need of a sequence parameter set; ``tier_level`` is 12 bytes of general_* flags.

    ``cropped`` is how many rows or columns, whichever is more, are coded and not shown.
    """

    id: int
    width: int
    height: int
    cropped: int
    sample_aspect: tuple[int, int]
    chroma_format: int
    luma_depth: int
    chroma_depth: int
    reorder: int
    sub_layers: int
    nested: bool
    tier_level: bytes


def parse_sps(unit: bytes) -> HevcSps:
    """Read a sequence parameter set NAL unit; InputError when it is cut short or makes no sense."""
    reader = BitReader(unit[2:])
    reader.bits(4)
    sub_layers = reader.bits(3) + 1
    nested = reader.flag()
    tier_level = reader.bits(96).to_bytes(12, "big")
    if not 1 <= tier_level[0] & 0x1F <= _LAST_PROFILE:
        message = "The video stream names an H.265 profile that does not exist."
        raise InputError(message)
    _skip_sub_layer_levels(reader, sub_layers - 1)
    sps_id = reader.ue()
    chroma = reader.ue()
    separate = chroma == _444 and reader.flag()
    width, height, cropped = reader.ue(), reader.ue(), 0
    if reader.flag():
        crop_x = 2 if chroma in (1, 2) and not separate else 1
        crop_y = 2 if chroma == 1 and not separate else 1
        left, right, top, bottom = (reader.ue() for _ in range(4))
        hidden = crop_x * (left + right), crop_y * (top + bottom)
        width, height, cropped = width - hidden[0], height - hidden[1], max(hidden)
    if min(width, height) < _SMALLEST:
        message = "The video stream claims a picture of hardly any size."
        raise InputError(message)
    luma_depth, chroma_depth = 8 + reader.ue(), 8 + reader.ue()
    order_bits = reader.ue() + 4
    reorder = 0
    for _ in range(sub_layers if reader.flag() else 1):
        reader.ue()
        reorder = reader.ue()
        reader.ue()
    aspect = _sample_aspect(reader, order_bits)
    return HevcSps(
        sps_id,
        width,
        height,
        cropped,
        aspect,
        chroma,
        luma_depth,
        chroma_depth,
        reorder,
        sub_layers,
        nested,
        tier_level,
    )


def _skip_sub_layer_levels(reader: BitReader, count: int) -> None:
    """Skip what profile_tier_level says of each lower sub-layer."""
    present = [(reader.flag(), reader.flag()) for _ in range(count)]
    if count:
        reader.bits(2 * (8 - count))
    for profile, level in present:
        reader.bits(88 if profile else 0)
        reader.bits(8 if level else 0)


def _sample_aspect(reader: BitReader, order_bits: int) -> tuple[int, int]:
    """Walk to the VUI, at the far end of the set, for the shape of a pixel."""
    for _ in range(6):
        reader.ue()
    if reader.flag() and reader.flag():
        _skip_scaling_lists(reader)
    reader.bits(2)
    if reader.flag():
        reader.bits(8)
        reader.ue()
        reader.ue()
        reader.flag()
    _skip_reference_sets(reader)
    if reader.flag():
        for _ in range(reader.ue()):
            reader.bits(order_bits + 1)
    reader.bits(2)
    return read_sample_aspect(reader) if reader.flag() else (1, 1)


def _skip_scaling_lists(reader: BitReader) -> None:
    for size in range(4):
        for _ in range(0, 6, 3 if size == 3 else 1):  # noqa: PLR2004 - 32x32 has two lists
            if not reader.flag():
                reader.ue()
                continue
            if size > 1:
                reader.se()
            for _ in range(min(64, 1 << (4 + (size << 1)))):
                reader.se()


def _skip_reference_sets(reader: BitReader) -> None:
    """Skip the short-term reference picture sets (7.3.7); their sizes depend on one another."""
    sizes: list[int] = []
    for index in range(reader.ue()):
        if index and reader.flag():
            reader.flag()
            reader.ue()
            size = 0
            for _ in range(sizes[-1] + 1):
                used = reader.flag()
                size += used or reader.flag()
            sizes.append(size)
            continue
        negative, positive = reader.ue(), reader.ue()
        for _ in range(negative + positive):
            reader.ue()
            reader.flag()
        sizes.append(negative + positive)


def build_hvcc(vps: tuple[bytes, ...], sps: tuple[bytes, ...], pps: tuple[bytes, ...]) -> bytes:
    """Return the HEVCDecoderConfigurationRecord: four-byte lengths, complete arrays (hvc1)."""
    first = parse_sps(sps[0])
    record = b"".join(
        (
            b"\x01",
            first.tier_level,
            b"\xf0\x00",  # min_spatial_segmentation_idc: not told
            b"\xfc",  # parallelismType: not told
            bytes(
                (
                    0xFC | first.chroma_format,
                    0xF8 | (first.luma_depth - 8),
                    0xF8 | (first.chroma_depth - 8),
                )
            ),
            b"\x00\x00",  # avgFrameRate: not told
            bytes(((first.sub_layers << 3) | (first.nested << 2) | 3, 3)),
        )
    )
    for kind, units in ((VPS, vps), (SPS, sps), (PPS, pps)):
        record += bytes((0x80 | kind,)) + len(units).to_bytes(2, "big")
        record += b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)
    return record


def parse_hvcc(record: bytes) -> tuple[tuple[bytes, ...], tuple[bytes, ...], tuple[bytes, ...]]:
    """Return the (VPS, SPS, PPS) NAL units of an hvcC record."""
    found: dict[int, list[bytes]] = {VPS: [], SPS: [], PPS: []}
    try:
        at = 23
        for _ in range(record[22]):
            kind = record[at] & 0x3F
            count = int.from_bytes(record[at + 1 : at + 3], "big")
            at += 3
            for _ in range(count):
                size = int.from_bytes(record[at : at + 2], "big")
                found.setdefault(kind, []).append(record[at + 2 : at + 2 + size])
                at += 2 + size
    except IndexError as error:
        message = "The video stream's hvcC record is cut short."
        raise InputError(message) from error
    return tuple(found[VPS]), tuple(found[SPS]), tuple(found[PPS])


def hevc_codec_string(hvcc: bytes) -> str:
    """Return the name after ISO/IEC 14496-15 E.3, such as ``hvc1.1.6.L93.B0``, of an hvcC."""
    space = ("", "A", "B", "C")[hvcc[1] >> 6]
    tier = "H" if hvcc[1] & 0x20 else "L"
    profile = hvcc[1] & 0x1F
    compatibility = int(f"{int.from_bytes(hvcc[2:6], 'big'):032b}"[::-1], 2)
    constraints = hvcc[6:12].rstrip(b"\x00")
    parts = [f"hvc1.{space}{profile}", f"{compatibility:X}", f"{tier}{hvcc[12]}"]
    parts += [f"{byte:X}" for byte in constraints]
    return ".".join(parts)


def leans_on_group_before(sample: bytes | memoryview) -> bool:
    """Tell whether an MP4 sample is a RASL picture: nobody can decode it who enters behind it."""
    return any(kind in RASL for _, kind in _nal_types(sample))


def broken_link(sample: bytes) -> bytes:
    """Return a CRA picture as BLA: to be entered without regard to what was decoded before.

    Their slice headers are the same (7.3.6.1), so only the type in each NAL unit's header differs.
    It may have RADL pictures behind it, no RASL ones. Other pictures are returned as they are.
    """
    renamed = bytearray(sample)
    for at, kind in _nal_types(sample):
        if kind == CRA:
            renamed[at] = renamed[at] & 0x81 | BLA_W_RADL << 1
    return bytes(renamed)


def _nal_types(sample: bytes | memoryview) -> Iterator[tuple[int, int]]:
    """Yield where each NAL unit of a sample begins, and its nal_unit_type."""
    at = 4
    while at < len(sample):
        yield at, sample[at] >> 1 & 0x3F
        at += 4 + int.from_bytes(sample[at - 4 : at], "big")
