"""The bytes of one RTSP connection, cut into media and messages (RFC 2326, 10.12).

One read takes all that waits, up to ``_READ``: libavformat made six system calls for each packet
of 1400 bytes, a quarter of a recorder's time. Runs of frames of one channel stay together, as
places in what was read: there is no object for a packet.
"""

import re
import socket
import ssl
from typing import NamedTuple

from consentry.ingest.failure import wedged
from consentry.ingest.rtsp_message import LONGEST_BODY, LONGEST_HEAD, Message, body_length

_READ = 256 << 10
_FRAME = 0x24  # "$"
_BLANKS = b"\r\n"
_LONGEST_NAME = 16  # of a method

RUBBISH = 64 << 10
"""Bytes that belong to nothing we asked for, beyond which a stream is none."""

_MESSAGE = re.compile(rb"RTSP/|[A-Z_]{3,16} ")


class Frames(NamedTuple):
    """Frames of one channel in a row: ``data[begin:end]`` for each of ``spans`` is one packet."""

    channel: int
    data: bytes
    spans: list[tuple[int, int]]


class Wire:
    """One connection. Owned by one thread.

    ``drained`` tells whether the last ``receive`` left nothing waiting, ``received`` counts all
    bytes, ``astray`` those that belonged to nothing, less those that did since.
    """

    def __init__(self, connection: socket.socket, host: str) -> None:
        """Take the connection; ``host`` is for its errors."""
        self.drained = True
        self.received = 0
        self.astray = 0
        self._connection = connection
        self._host = host
        self._known: frozenset[int] = frozenset()
        self._anchor = _anchor(self._known)
        self._rest = b""

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def expect(self, channels: frozenset[int]) -> None:
        """Name the channels that were agreed on: after rubbish their packets are looked for."""
        self._known = channels
        self._anchor = _anchor(channels)

    def send(self, data: bytes) -> None:
        """Send; OSError when the camera is gone or takes nothing."""
        self._connection.sendall(data)

    def receive(self) -> list[Frames | Message]:
        """Return what waits, or comes within ``WAKE_SECONDS``: nothing, perhaps.

        Raises OSError at the connection's end, CameraError BROKEN_STREAM for rubbish.
        """
        try:
            chunk = self._read()
        except (TimeoutError, ssl.SSLWantReadError):
            self.drained = True
            return []
        if not chunk:
            raise ConnectionResetError
        self.drained = len(chunk) < _READ
        self.received += len(chunk)
        found = self._cut(self._rest + chunk if self._rest else chunk)
        if self.astray > RUBBISH:
            raise wedged(self._host)
        return found

    def _read(self) -> bytes:
        """Read once; with TLS, as many records as wait: each read gives one, however small."""
        chunk = self._connection.recv(_READ)
        if not isinstance(self._connection, ssl.SSLSocket):
            return chunk
        timeout = self._connection.gettimeout()
        self._connection.settimeout(0)
        chunks, size = [chunk], len(chunk)
        try:
            while chunk and size < _READ:
                chunk = self._connection.recv(_READ - size)
                chunks.append(chunk)
                size += len(chunk)
        except ssl.SSLWantReadError:
            pass
        finally:
            self._connection.settimeout(timeout)
        return b"".join(chunks)

    def _cut(self, data: bytes) -> list[Frames | Message]:
        """Cut what was read; what is not complete waits in ``_rest``. The recorder's hot loop."""
        found: list[Frames | Message] = []
        at, end, current = 0, len(data), -1
        spans: list[tuple[int, int]] = []
        while at + 4 <= end:
            if data[at] == _FRAME:
                stop = at + 4 + (data[at + 2] << 8 | data[at + 3])
                if stop > end:
                    break
                channel = data[at + 1]
                if channel != current:
                    current, spans = channel, []
                    found.append(Frames(channel, data, spans))
                spans.append((at + 4, stop))
                at = stop
                continue
            current = -1
            after = self._message(data, at, found)
            if after == at:
                break
            at = after
        self._rest = data[at:] if at else data
        for item in found:
            if isinstance(item, Frames):
                self._weigh(item)
        return found

    def _weigh(self, frames: Frames) -> None:
        """Count what belongs to nothing against what does."""
        size = frames.spans[-1][1] - frames.spans[0][0]
        if frames.channel in self._known:
            self.astray = max(0, self.astray - size)
        else:
            self.astray += size

    def _message(self, data: bytes, at: int, found: list[Frames | Message]) -> int:
        """Read a message at ``at``, or pass over rubbish; return where to go on, ``at`` to wait."""
        if data[at] in _BLANKS:
            return at + 1
        left = len(data) - at
        if _MESSAGE.match(data, at):
            head_end = data.find(b"\r\n\r\n", at, at + LONGEST_HEAD)
            length = body_length(data[at:head_end]) if head_end >= 0 else 0
            end = head_end + 4 + length
            if head_end >= 0 and length <= LONGEST_BODY and end <= len(data):
                found.append(Message.parse(data[at:head_end], data[head_end + 4 : end]))
                return end
            waits = length <= LONGEST_BODY if head_end >= 0 else left < LONGEST_HEAD
        else:
            waits = left < _LONGEST_NAME and data[at:].isalpha() and data[at:].isupper()
        return at if waits else self._resume(data, at)

    def _resume(self, data: bytes, at: int) -> int:
        """Pass over rubbish to what looks like a packet of ours, or a message."""
        anchor = self._anchor.search(data, at + 1)
        end = anchor.start() if anchor else max(at + 1, len(data) - 4)
        self.astray += end - at
        return end


def _anchor(channels: frozenset[int]) -> re.Pattern[bytes]:
    """Return what begins a packet of ``channels`` (RTP and RTCP version 2), or an answer."""
    message = rb"RTSP/1\."
    if not channels:
        return re.compile(message)
    known = b"".join(re.escape(bytes((channel,))) for channel in sorted(channels))
    return re.compile(rb"\$[" + known + rb"]..[\x80-\xbf]|" + message, re.DOTALL)
