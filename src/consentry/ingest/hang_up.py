"""Ending libavformat's reading from outside: by hanging up its socket.

libavformat can be interrupted only through a callback, and PyAV's takes the interpreter lock at
every read of the socket, about six times an RTP packet: it cost 12 % of all CPU with 8 cameras of
4 Mbit/s, and threads queue for that lock. So reading runs without one, and a guard thread for each
connection finds the socket among the process's own descriptors and shuts it down when the owner
says stop, or when no packet comes for too long: because nothing comes (a camera that hangs), or
because what comes holds none (one that sends rubbish); the kernel's count of bytes tells which.
Where there is no /proc/self/fd the guard is blind, and ending takes as long as the socket's own
timeout.
"""

import os
import socket
import stat
import struct
import threading
import time
from enum import Enum, auto
from pathlib import Path
from types import TracebackType
from typing import Self

from consentry.thread import NamedThread

_DESCRIPTORS = Path("/proc/self/fd")
_WAKE = 0.5  # s between looks at the clock
_FIRST_LOOK, _LAST_LOOK = 0.001, 0.05  # s between looks for the socket while connecting

_RUBBISH = 64 * 1024
"""Bytes without a packet among them that are no slow answer and no RTCP any more."""

_INFO_SIZE, _RECEIVED_AT = 192, 128  # struct tcp_info, tcpi_bytes_received (linux/tcp.h)
_RECEIVED = struct.Struct("=Q")

_dialing: dict[int | str, threading.Lock] = {}
_dialing_guard = threading.Lock()


class Verdict(Enum):
    """Why the guard hung up by itself."""

    SILENCE = auto()
    RUBBISH = auto()


class HangUp:
    """Guards one connection to ``addresses`` (ip, port), from before it is made until it is over.

    Connections to one peer are dialled one after the other, for the milliseconds it takes, so that
    a new socket to it can only be ours. The reader counts ``packets``; when that number stands
    still for ``patience`` seconds the guard hangs up, and ``verdict`` tells why. Before the
    connection is ``opened`` silence is libav's to report: the camera may take its time to answer.
    """

    def __init__(
        self, addresses: frozenset[tuple[str, int]], *, stop: threading.Event, patience: float
    ) -> None:
        """Watch nothing yet."""
        self.packets = 0
        self.verdict: Verdict | None = None
        self._addresses = addresses
        self._stop = stop
        self._patience = patience
        self._opened = threading.Event()
        self._over = False
        self._socket: socket.socket | None = None
        self._closing = threading.Lock()
        with _dialing_guard:
            key = str(sorted(addresses))
            self._dial = _dialing.setdefault(key, threading.Lock())

    def __enter__(self) -> Self:
        """Wait for others dialling the same peer, unless told to stop; then look for the socket."""
        while not self._dial.acquire(timeout=_WAKE):
            if self._stop.is_set():
                return self
        known = frozenset(_sockets())
        NamedThread(target=self._guard, args=(known,), name="hang-up", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the socket; the guard thread ends by itself."""
        self._opened.set()
        with self._closing:
            self._over = True
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def opened(self) -> None:
        """Note that the connection stands."""
        self._opened.set()

    def _guard(self, known: frozenset[int]) -> None:
        try:
            self._claim(known)
        finally:
            self._dial.release()
        progress, since, before = None, time.monotonic(), 0
        while not self._over:
            if self._stop.wait(_WAKE):
                self._hang_up(None)
                return
            now = time.monotonic()
            made = (self._opened.is_set(), self.packets)
            if made != progress:
                progress, since, before = made, now, self._received()
            elif now - since > self._patience:
                flood = self._received() - before > _RUBBISH
                if flood or self._opened.is_set():
                    self._hang_up(Verdict.RUBBISH if flood else Verdict.SILENCE)
                    return

    def _claim(self, known: frozenset[int]) -> None:
        """Look for the one new socket to the peer until it is there or the attempt is over."""
        pause = _FIRST_LOOK
        while not self._over:
            late = self._opened.is_set()
            for inode, descriptor in _sockets().items():
                if inode not in known and (found := self._ours(inode, descriptor)):
                    with self._closing:
                        if self._over:
                            found.close()
                        else:
                            self._socket = found
                    return
            if late:
                return
            self._opened.wait(pause)
            pause = min(2 * pause, _LAST_LOOK)

    def _ours(self, inode: int, descriptor: int) -> socket.socket | None:
        """Return a duplicate of the descriptor if it is still that socket and leads to the peer."""
        try:
            copy = socket.socket(fileno=os.dup(descriptor))
        except OSError:
            return None
        try:
            if os.fstat(copy.fileno()).st_ino == inode:
                peer = copy.getpeername()
                if (peer[0], peer[1]) in self._addresses:
                    return copy
        except (OSError, IndexError):
            pass
        copy.close()
        return None

    def _received(self) -> int:
        """Return the bytes that came by the connection so far."""
        with self._closing:
            if self._socket is None:
                return 0
            information = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_SIZE)
        return int(_RECEIVED.unpack_from(information, _RECEIVED_AT)[0])

    def _hang_up(self, verdict: Verdict | None) -> None:
        with self._closing:
            if self._over or self._socket is None:
                return
            self.verdict = verdict
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # the camera was quicker


def _sockets() -> dict[int, int]:
    """Return inode -> descriptor of every socket this process holds; empty where /proc is not."""
    found: dict[int, int] = {}
    if not _DESCRIPTORS.is_dir():
        return found
    for descriptor in _DESCRIPTORS.iterdir():
        try:
            status = descriptor.stat()
        except OSError:
            continue  # closed since the listing
        if stat.S_ISSOCK(status.st_mode):
            found[status.st_ino] = int(descriptor.name)
    return found
