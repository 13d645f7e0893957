"""A line between browser and hub that can be made slow, as a phone's is outside the house."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self

_CHUNK = 4096
_BUFFER = 16 * 1024
"""What the line itself holds; the kernel's own buffers of megabytes would hide that it is slow."""


class SlowLine:
    """Forwards TCP to one port of this machine; ``rate`` bytes a second come back, None: all.

    Owned by the test's thread, which may set ``rate`` at any time; each direction of each
    connection has a thread that reads it.
    """

    def __init__(self, port: int) -> None:
        """Listen at once."""
        self._target = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.rate: float | None = None
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        """Forward from now on."""
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cut every connection."""
        self.rate = None
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._threads[0].join()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for each in self._open:
            each.close()

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
                far = socket.socket()
                far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
                self._open += [near, far]
                far.connect(("127.0.0.1", self._target))
                self._start(partial(self._forward, near, far, wait=_no_wait))
                self._start(partial(self._forward, far, near, wait=self._wait))

    def _forward(
        self, source: socket.socket, target: socket.socket, *, wait: Callable[[int], None]
    ) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(_CHUNK):
                wait(len(data))
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def _wait(self, size: int) -> None:
        rate = self.rate
        if rate is not None:
            with self._turn:  # all connections share the line
                time.sleep(size / rate)


def _no_wait(_size: int) -> None:
    """Let what the browser asks pass at once."""
