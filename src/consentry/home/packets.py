"""Pipes between children that outlive both of their ends' processes.

A SOCK_SEQPACKET pair whose both ends the hub keeps open: a crashed process is replaced without
anybody reconnecting, several processes may write to one end, and no half message can confuse the
next reader: big messages go in pieces, and pieces without a beginning are thrown away. Nobody ever
waits: what the kernel does not take waits in a bounded backlog.
"""

import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

_HEAD = struct.Struct("!IBBxxq")
_FIRST, _LAST = 1, 2
_ROOM = 2**20
_PIECE = 60_000
"""A message must fit the socket's buffer, 212 992 bytes by default."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One message: whom it is about, what it is, when, and its bytes."""

    index: int
    kind: int
    time: int
    data: bytes


def packet_pair() -> tuple[socket.socket, socket.socket]:
    """Return both ends of a new pipe, which holds twice the default where the kernel allows it."""
    pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in pair:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ROOM)
    return pair


class PacketWriter:
    """Writes packets to one end; thread-safe; never blocks."""

    def __init__(self, pipe: socket.socket, *, backlog_limit: int) -> None:
        """Use ``pipe`` (the caller's), keeping at most about ``backlog_limit`` bytes."""
        pipe.setblocking(False)  # noqa: FBT003 - the standard library's signature
        self._pipe = pipe
        self._limit = backlog_limit
        self._lock = threading.Lock()
        self._backlog: deque[tuple[bytes, bytes | memoryview]] = deque()
        self._backlog_bytes = 0

    @property
    def has_backlog(self) -> bool:
        """Tell whether something waits: then call ``flush`` when the pipe is writable."""
        return bool(self._backlog)

    def put(self, index: int, kind: int, time: int, data: bytes | memoryview) -> bool:
        """Send a packet whole, or return False because too much waits already."""
        with self._lock:
            self._flush()
            if self._backlog_bytes > self._limit:
                return False
            size = len(data)
            if size <= _PIECE:
                self._send(_HEAD.pack(index, kind, _FIRST | _LAST, time), data)
                return True
            view = memoryview(data)
            for start in range(0, size, _PIECE):
                end = start + _PIECE
                edge = (_FIRST if start == 0 else 0) | (_LAST if end >= size else 0)
                self._send(_HEAD.pack(index, kind, edge, time), view[start:end])
            return True

    def flush(self) -> None:
        """Send of the backlog what the kernel takes."""
        with self._lock:
            self._flush()

    def forget_backlog(self) -> None:
        """Throw the backlog away: its reader was replaced."""
        with self._lock:
            self._backlog.clear()
            self._backlog_bytes = 0

    def _send(self, head: bytes, data: bytes | memoryview) -> None:
        if not self._backlog:
            try:
                self._pipe.sendmsg((head, data))
            except (BlockingIOError, InterruptedError):
                pass
            except OSError:
                return  # the hub is gone and with it everything here
            else:
                return
        self._backlog.append((head, data))
        self._backlog_bytes += len(data)

    def _flush(self) -> None:
        while self._backlog:
            head, data = self._backlog[0]
            try:
                self._pipe.sendmsg((head, data))
            except OSError:
                return
            self._backlog.popleft()
            self._backlog_bytes -= len(data)


class PacketReader:
    """Reads packets from one end; owned by one thread."""

    def __init__(self, pipe: socket.socket) -> None:
        """Use ``pipe``, which stays the caller's."""
        pipe.setblocking(False)  # noqa: FBT003 - the standard library's signature
        self._pipe = pipe
        self._buffer = bytearray(_PIECE + _HEAD.size)
        self._pieces: dict[tuple[int, int], bytearray] = {}

    def read(self, *, limit: int = 64) -> Iterator[Packet]:
        """Yield what is there now, from at most ``limit`` pieces; never waits."""
        view = memoryview(self._buffer)
        for _ in range(limit):
            try:
                size = self._pipe.recv_into(self._buffer)
            except BlockingIOError:
                return
            if size < _HEAD.size:
                return
            index, kind, edge, time = _HEAD.unpack_from(self._buffer)
            data = self._joined(index, kind, edge, view[_HEAD.size : size])
            if data is not None:
                yield Packet(index, kind, time, data)

    def _joined(self, index: int, kind: int, edge: int, piece: memoryview) -> bytes | None:
        """Return the whole message when ``piece`` is its last one."""
        key = (index, kind)
        if edge & _FIRST:
            if edge & _LAST:
                return bytes(piece)
            self._pieces[key] = bytearray(piece)
            return None
        begun = self._pieces.get(key)
        if begun is None:
            return None  # its beginning went to a process that crashed
        begun += piece
        return bytes(self._pieces.pop(key)) if edge & _LAST else None
