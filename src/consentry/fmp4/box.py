"""Boxes of ISO/IEC 14496-12: a 32-bit size, a four-character type, and a payload."""

from collections.abc import Iterable


def box(kind: bytes, *payload: bytes) -> bytes:
    """Return one box of type ``kind`` around the payload's pieces."""
    body = b"".join(payload)
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def full_box(kind: bytes, version: int, flags: int, *payload: bytes) -> bytes:
    """Return a FullBox: version and flags lead the payload."""
    return box(kind, bytes((version,)), flags.to_bytes(3, "big"), *payload)


def u16(*values: int) -> bytes:
    """Return 16-bit big-endian unsigned numbers."""
    return _numbers(values, 2)


def u32(*values: int) -> bytes:
    """Return 32-bit big-endian unsigned numbers."""
    return _numbers(values, 4)


def _numbers(values: Iterable[int], size: int) -> bytes:
    return b"".join(value.to_bytes(size, "big") for value in values)
