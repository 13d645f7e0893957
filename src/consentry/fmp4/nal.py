"""NAL units between their two packings: start codes (Annex B, on the wire) and lengths (in MP4)."""

from collections.abc import Iterable

_START_CODE = b"\x00\x00\x01"


def nal_units(data: bytes) -> list[bytes]:
    """Split an Annex B byte stream into its NAL units, without start codes or trailing zeros.

    Bytes before the first start code belong to no unit and are left out.
    """
    units = (unit.rstrip(b"\0") for unit in data.split(_START_CODE)[1:])
    return [unit for unit in units if unit]


def length_prefixed(units: Iterable[bytes]) -> bytes:
    """Join NAL units the MP4 way: each after its 32-bit length."""
    pieces: list[bytes] = []
    for unit in units:
        pieces += (len(unit).to_bytes(4, "big"), unit)
    return b"".join(pieces)


def split_length_prefixed(sample: bytes | memoryview) -> list[bytes]:
    """Split an MP4 sample into NAL units; a torn last unit is left out."""
    view = memoryview(sample)
    units: list[bytes] = []
    at = 0
    while at + 4 <= len(view):
        size = int.from_bytes(view[at : at + 4], "big")
        at += 4
        if at + size > len(view):
            break
        units.append(bytes(view[at : at + size]))
        at += size
    return units


def annex_b(units: Iterable[bytes]) -> bytes:
    """Join NAL units with four-byte start codes."""
    return b"".join(b"\x00\x00\x00\x01" + unit for unit in units)
