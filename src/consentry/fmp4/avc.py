"""H.264: what its parameter sets say, and the avcC record built from them.

Sources: ITU-T H.264 (08/2021) 7.3.2.1 and E.1; ISO/IEC 14496-15:2019 5.3.3.1; RFC 6381 3.3.
"""

from dataclasses import dataclass

from consentry.fmp4.bits import BitReader
from consentry.model.errors import InputError

IDR = 5
SEI = 6
SPS = 7
PPS = 8
DELIMITER = 9
IRAP = frozenset({IDR})

_HIGH_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_PROFILES = _HIGH_PROFILES | {66, 77, 88}
_SMALLEST = 16
_EXTENDED_SAR = 255
_RECOVERY_POINT = 6

# Table E-1: aspect_ratio_idc to (sar_width, sar_height)
SAMPLE_ASPECTS = (
    (1, 1),
    (1, 1),
    (12, 11),
    (10, 11),
    (16, 11),
    (40, 33),
    (24, 11),
    (20, 11),
    (32, 11),
    (80, 33),
    (18, 11),
    (15, 11),
    (64, 33),
    (160, 99),
    (4, 3),
    (3, 2),
    (2, 1),
)


@dataclass(frozen=True, slots=True)
class AvcSps:
    """What we need of a sequence parameter set; ``reorder`` is by how many frames display lags.

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


def parse_sps(unit: bytes) -> AvcSps:
    """Read a sequence parameter set NAL unit; InputError when it is cut short or makes no sense."""
    reader = BitReader(unit[1:])
    profile = reader.bits(8)
    if profile not in _PROFILES:
        message = f"The video stream names an H.264 profile ({profile}) that does not exist."
        raise InputError(message)
    reader.bits(16)
    sps_id = reader.ue()
    chroma, luma_depth, chroma_depth = 1, 8, 8
    planes = 1
    if profile in _HIGH_PROFILES:
        chroma = reader.ue()
        separate = chroma == 3 and reader.flag()  # noqa: PLR2004 - 3 is 4:4:4
        planes = 0 if separate or chroma == 0 else chroma
        luma_depth = 8 + reader.ue()
        chroma_depth = 8 + reader.ue()
        reader.flag()
        if reader.flag():
            _skip_scaling_matrix(reader, 8 if chroma != 3 else 12)  # noqa: PLR2004
    reader.ue()
    _skip_picture_order(reader)
    reader.ue()
    reader.flag()
    columns = reader.ue() + 1
    rows = reader.ue() + 1
    frames_only = reader.flag()
    if not frames_only:
        reader.flag()
    reader.flag()
    field = 1 if frames_only else 2
    width, height = 16 * columns, 16 * rows * field
    cropped = 0
    if reader.flag():
        crop_x = 2 if planes in (1, 2) else 1
        crop_y = (2 if planes == 1 else 1) * field
        left, right, top, bottom = (reader.ue() for _ in range(4))
        hidden = crop_x * (left + right), crop_y * (top + bottom)
        width, height, cropped = width - hidden[0], height - hidden[1], max(hidden)
    if min(width, height) < _SMALLEST:
        message = "The video stream claims a picture of hardly any size."
        raise InputError(message)
    aspect, reorder = _vui(reader) if reader.flag() else ((1, 1), 0)
    return AvcSps(sps_id, width, height, cropped, aspect, chroma, luma_depth, chroma_depth, reorder)


def _skip_scaling_matrix(reader: BitReader, lists: int) -> None:
    for index in range(lists):
        if not reader.flag():
            continue
        last = following = 8
        for _ in range(16 if index < 6 else 64):  # noqa: PLR2004 - six 4x4 lists, then 8x8
            if following:
                following = (last + reader.se()) % 256
            last = following or last


def _skip_picture_order(reader: BitReader) -> None:
    kind = reader.ue()
    if kind == 0:
        reader.ue()
    elif kind == 1:
        reader.flag()
        reader.se()
        reader.se()
        for _ in range(reader.ue()):
            reader.se()


def _vui(reader: BitReader) -> tuple[tuple[int, int], int]:
    """Return sample aspect and reorder depth from the video usability information."""
    aspect = read_sample_aspect(reader)
    _skip_signal_description(reader)
    nal_hrd = reader.flag()
    if nal_hrd:
        _skip_hrd(reader)
    vcl_hrd = reader.flag()
    if vcl_hrd:
        _skip_hrd(reader)
    if nal_hrd or vcl_hrd:
        reader.flag()
    reader.flag()
    if not reader.flag():
        return aspect, 0
    reader.flag()
    for _ in range(4):
        reader.ue()
    return aspect, reader.ue()


def _skip_signal_description(reader: BitReader) -> None:
    """Skip overscan, colours, chroma location and timing (cameras lie about timing)."""
    if reader.flag():
        reader.flag()
    if reader.flag():
        reader.bits(4)
        if reader.flag():
            reader.bits(24)
    if reader.flag():
        reader.ue()
        reader.ue()
    if reader.flag():
        reader.bits(65)


def read_sample_aspect(reader: BitReader) -> tuple[int, int]:
    """Read aspect_ratio_info of either codec's VUI as (width, height) of one pixel."""
    if not reader.flag():
        return 1, 1
    code = reader.bits(8)
    if code == _EXTENDED_SAR:
        width, height = reader.bits(16), reader.bits(16)
        return (width, height) if width and height else (1, 1)
    return SAMPLE_ASPECTS[code] if code < len(SAMPLE_ASPECTS) else (1, 1)


def _skip_hrd(reader: BitReader) -> None:
    count = reader.ue() + 1
    reader.bits(8)
    for _ in range(count):
        reader.ue()
        reader.ue()
        reader.flag()
    reader.bits(20)


def build_avcc(sps: tuple[bytes, ...], pps: tuple[bytes, ...]) -> bytes:
    """Return the AVCDecoderConfigurationRecord with four-byte lengths."""
    first = parse_sps(sps[0])
    record = bytes((1, sps[0][1], sps[0][2], sps[0][3], 0xFF, 0xE0 | len(sps)))
    record += b"".join(len(unit).to_bytes(2, "big") + unit for unit in sps)
    record += bytes((len(pps),))
    record += b"".join(len(unit).to_bytes(2, "big") + unit for unit in pps)
    if sps[0][1] in _HIGH_PROFILES:
        record += bytes(
            (
                0xFC | first.chroma_format,
                0xF8 | (first.luma_depth - 8),
                0xF8 | (first.chroma_depth - 8),
                0,
            )
        )
    return record


def parse_avcc(record: bytes) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return the (SPS, PPS) NAL units of an avcC record."""
    try:
        sps, at = _sets(record, 6, record[5] & 0x1F)
        pps, _ = _sets(record, at + 1, record[at])
    except IndexError as error:
        message = "The video stream's avcC record is cut short."
        raise InputError(message) from error
    return sps, pps


def _sets(record: bytes, at: int, count: int) -> tuple[tuple[bytes, ...], int]:
    units: list[bytes] = []
    for _ in range(count):
        size = int.from_bytes(record[at : at + 2], "big")
        units.append(record[at + 2 : at + 2 + size])
        at += 2 + size
    return tuple(units), at


def avc_codec_string(avcc: bytes) -> str:
    """Return RFC 6381's name, such as ``avc1.64001f``, from an avcC record."""
    return f"avc1.{avcc[1:4].hex()}"


def has_recovery_point(unit: bytes) -> bool:
    """Tell whether an SEI NAL unit names a picture that can be entered though it is no IDR (D.2.8).

    Cameras with long groups, or with key frames that others may refer across, send these.
    """
    at, end = 1, len(unit) - 2
    while at < end:
        numbers = []
        for _ in range(2):
            number = 0
            while at < end and unit[at] == 0xFF:  # noqa: PLR2004 - more of the number follows
                number += unit[at]
                at += 1
            number += unit[at] if at <= end else 0
            at += 1
            numbers.append(number)
        if numbers[0] == _RECOVERY_POINT:
            return True
        at += numbers[1]
    return False
