"""One access unit as one fragment: moof + mdat in a layout that never varies.

Fixed layout, because a fragment is written for every frame of every camera (16 cameras at 20 fps:
320 a second): one ``struct.pack`` of a template and one copy, 0.8 us for 25 kB. Every reader of ISO
BMFF takes it, and ``retimed`` may patch it in place because of it.

    offset  size  box
    0       8     moof
    8       16      mfhd: sequence number
    24      8       traf
    32      16        tfhd: default-base-is-moof, track id
    48      20        tfdt: version 1, 64-bit decode time
    68      36        trun: version 1, one sample: duration, size, flags, signed composition offset
    104     8     mdat
    112           the sample
"""

import struct

from consentry.model.media import TrackKind

SAMPLE_OFFSET = 112
"""Where the sample begins in every fragment."""

TRACK_ID = {TrackKind.VIDEO: 1, TrackKind.AUDIO: 2}

_MOOF_SIZE = 104
_HEAD = struct.Struct(">I4s I4sII I4s I4sII I4sIQ I4sIIIIIIi I4s")
_SEQUENCE = 20
_DECODE_TIME = 60
_DURATION = 88
_COMPOSITION = 100
_KEY_FLAGS = 0x02000000  # sample_depends_on = 2: on no other
_DELTA_FLAGS = 0x01010000  # sample_depends_on = 1, sample_is_non_sync_sample
_U32 = struct.Struct(">I")
_U64 = struct.Struct(">Q")
_S32 = struct.Struct(">i")


def fragment_head(  # noqa: PLR0913 - the fields of a sample
    kind: TrackKind,
    size: int,
    *,
    sequence: int,
    dts: int,
    cts_offset: int,
    duration: int,
    key: bool,
) -> bytes:
    """Return what stands before a sample of ``size`` bytes: ``SAMPLE_OFFSET`` bytes.

    Times are in the track's timescale. ``sequence`` wraps at 32 bits like its field.
    """
    return _HEAD.pack(
        _MOOF_SIZE,
        b"moof",
        16,
        b"mfhd",
        0,
        sequence & 0xFFFFFFFF,
        80,
        b"traf",
        16,
        b"tfhd",
        0x020000,
        1 if kind is TrackKind.VIDEO else 2,
        20,
        b"tfdt",
        0x01000000,
        dts,
        36,
        b"trun",
        0x01000F01,
        1,
        SAMPLE_OFFSET,
        duration,
        size,
        _KEY_FLAGS if key else _DELTA_FLAGS,
        cts_offset,
        size + 8,
        b"mdat",
    )


def fragment(  # noqa: PLR0913 - the fields of a sample
    kind: TrackKind,
    sample: bytes,
    *,
    sequence: int,
    dts: int,
    cts_offset: int,
    duration: int,
    key: bool,
) -> bytes:
    """Return moof + mdat around one access unit, which begins at ``SAMPLE_OFFSET``."""
    head = fragment_head(
        kind,
        len(sample),
        sequence=sequence,
        dts=dts,
        cts_offset=cts_offset,
        duration=duration,
        key=key,
    )
    return head + sample


def retimed(
    data: bytes,
    *,
    dts: int,
    duration: int,
    cts_offset: int | None = None,
    sequence: int | None = None,
) -> bytes:
    """Return the same fragment at another decode time, for playing key frames only at 4x and more.

    ``cts_offset`` and ``sequence`` stay as they are when None.
    """
    moved = bytearray(data)
    _U64.pack_into(moved, _DECODE_TIME, dts)
    _U32.pack_into(moved, _DURATION, duration)
    if cts_offset is not None:
        _S32.pack_into(moved, _COMPOSITION, cts_offset)
    if sequence is not None:
        _U32.pack_into(moved, _SEQUENCE, sequence & 0xFFFFFFFF)
    return bytes(moved)
