"""RTP packets and RTCP sender reports (RFC 3550)."""

import struct
from typing import NamedTuple

from consentry.model.time import SECOND, Micros

HEAD = struct.Struct(">BBHI")
"""Flags, marker and payload type, sequence number, timestamp; then the source."""

HEAD_SIZE = 12
PLAIN = 0x80
"""Flags of a packet of version 2 with nothing unusual: no padding, no extension, no sources."""

MARKER = 0x80
WRAP = 1 << 32

_PADDED, _EXTENDED, _SOURCES = 0x20, 0x10, 0x0F
_VERSION = 0xC0
_SENDER_REPORT = 200
_REPORT = struct.Struct(">BBHIIII")
_NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970


def payload(data: bytes, begin: int, end: int) -> tuple[int, int]:
    """Return where the payload of a packet begins and ends; nowhere, if it is no RTP."""
    nothing = end, end
    if end - begin <= HEAD_SIZE or data[begin] & _VERSION != PLAIN:
        return nothing
    flags = data[begin]
    at = begin + HEAD_SIZE + 4 * (flags & _SOURCES)
    if flags & _EXTENDED:
        if at + 4 > end:
            return nothing
        at += 4 + 4 * (data[at + 2] << 8 | data[at + 3])
    if flags & _PADDED:
        end -= data[end - 1]
    return (at, end) if at < end else nothing


class SenderReport(NamedTuple):
    """The camera's clock showed ``wall`` when the track's showed ``stamp``."""

    wall: Micros
    stamp: int


def sender_report(data: bytes, begin: int, end: int) -> SenderReport | None:
    """Find the sender report in a compound RTCP packet; None where there is none that tells."""
    at = begin
    while at + 4 <= end:
        size = 4 * ((data[at + 2] << 8 | data[at + 3]) + 1)
        if data[at + 1] == _SENDER_REPORT and at + _REPORT.size <= end:
            _, _, _, _, seconds, fraction, stamp = _REPORT.unpack_from(data, at)
            if not seconds:
                return None  # a camera without a clock
            micros = (seconds - _NTP_EPOCH) * SECOND + (fraction * SECOND >> 32)
            return SenderReport(Micros(micros), stamp)
        at += size
    return None


def unwrapped(stamp: int, last: int) -> int:
    """Return the number nearest to ``last`` that is ``stamp`` modulo 2**32."""
    return last + (stamp - last + WRAP // 2) % WRAP - WRAP // 2
