"""Packed columns: tables of key frames and the paths of boxes, a few bytes an entry.

Integers are LEB128 varints, signed ones zigzag first, as in Protocol Buffers. A row per second of
video was ten times the size (docs/design/formats.md).
"""

import struct
from collections.abc import Iterable
from itertools import accumulate

from consentry.model.errors import IntegrityError
from consentry.model.event import TimedBox
from consentry.model.media import KeyFrame
from consentry.model.time import Micros
from consentry.model.vision import Box

_BOX = struct.Struct(">HHHHH")
_FULL = 65_535
_MOST_BITS = 70  # ten bytes: a varint beyond 64 bits is no number of ours


def pack_key_frames(frames: Iterable[KeyFrame]) -> bytes:
    """Return deltas of (time, offset), about 6 bytes a frame."""
    packed = bytearray()
    time = offset = 0
    for frame in frames:
        _append(packed, _zigzag(frame.time - time))
        _append(packed, _zigzag(frame.offset - offset))
        time, offset = frame.time, frame.offset
    return bytes(packed)


def unpack_key_frames(packed: bytes) -> tuple[KeyFrame, ...]:
    """Undo ``pack_key_frames``; IntegrityError when the bytes are no such table."""
    deltas = _numbers(packed)
    if len(deltas) % 2:
        message = "A key-frame table is cut short."
        raise IntegrityError(message)
    times, offsets = accumulate(deltas[::2]), accumulate(deltas[1::2])
    return tuple(map(KeyFrame, map(Micros, times), offsets))


def pack_path(path: Iterable[TimedBox]) -> bytes:
    """Return (time delta, box, score) each; box and score in 1/65535, which is below a pixel."""
    packed = bytearray()
    time = 0
    for step in path:
        _append(packed, _zigzag(step.time - time))
        time = step.time
        box = step.box
        edges = (box.left, box.top, box.right, box.bottom, step.score)
        packed += _BOX.pack(*(round(min(max(edge, 0.0), 1.0) * _FULL) for edge in edges))
    return bytes(packed)


def unpack_path(packed: bytes) -> tuple[TimedBox, ...]:
    """Undo ``pack_path``; IntegrityError when the bytes are no such path."""
    path: list[TimedBox] = []
    time = position = 0
    while position < len(packed):
        delta, position = _read(packed, position)
        if position + _BOX.size > len(packed):
            message = "The path of an event is cut short."
            raise IntegrityError(message)
        left, top, right, bottom, score = (
            value / _FULL for value in _BOX.unpack_from(packed, position)
        )
        position += _BOX.size
        time += _unzigzag(delta)
        path.append(TimedBox(Micros(time), Box(left, top, right, bottom), score))
    return tuple(path)


def _append(packed: bytearray, number: int) -> None:
    while number > 0x7F:  # noqa: PLR2004 - seven bits a byte
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    packed.append(number)


def _numbers(packed: bytes) -> list[int]:
    """Read signed numbers to the end. The hot loop of listing segments: a page asks for 1000s."""
    numbers: list[int] = []
    number = shift = 0
    for byte in packed:
        if byte & 0x80:
            number |= (byte & 0x7F) << shift
            shift += 7
        else:
            numbers.append(_unzigzag(number | byte << shift))
            number = shift = 0
        if shift > _MOST_BITS:
            raise _broken()
    if shift:
        raise _broken()
    return numbers


def _broken() -> IntegrityError:
    return IntegrityError("A packed number is cut short or too long.")


def _read(packed: bytes, position: int) -> tuple[int, int]:
    number = shift = 0
    while position < len(packed) and shift < _MOST_BITS:
        byte = packed[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return number, position
        shift += 7
    raise _broken()


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _unzigzag(number: int) -> int:
    return number >> 1 if not number & 1 else -((number + 1) >> 1)
