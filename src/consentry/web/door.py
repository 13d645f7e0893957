"""One port for both: TLS, or plain HTTP, told apart by the first byte a browser sends.

A person types ``192.168.1.20:8600`` and the browser makes ``http://`` of it: a port that spoke TLS
only would answer with nothing. A TLS connection begins with byte 22 (RFC 8446, 5.1: handshake),
which no HTTP method does. The byte is looked at and left in the socket, so that whoever serves the
connection reads it as if nobody had.
"""

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import Callable

from consentry.web.certificate import Certificate

log = logging.getLogger(__name__)

_HANDSHAKE = b"\x16"

PATIENCE_S = 10.0
"""How long a connection may wait with its first byte, and again with its handshake."""

MOST_WAITING = 256
"""Connections that have said nothing yet or are in their handshake; more are hung up on."""

_SHORT_OF_DESCRIPTORS_S = 1.0
_CLOSING_S = 1.0
"""How long a closed connection waits for the other side's word; asyncio's 30 s keep a hub from
ending within the five it promises."""


class Door:
    """Lets connections in from one listening socket. Lives on the event loop."""

    def __init__(
        self,
        listening: socket.socket,
        certificate: Certificate,
        serve: Callable[[], asyncio.Protocol],
    ) -> None:
        """Serve what comes in at ``listening`` with a protocol of ``serve``."""
        self._listening = listening
        self._certificate = certificate
        self._serve = serve
        self._waiting: set[asyncio.Task[None]] = set()
        self.hung_up = 0
        """Connections that found too many others waiting."""

    async def run(self) -> None:
        """Let in until cancelled."""
        try:
            while True:
                await _readable(self._listening)
                try:
                    # loop.sock_accept loses the connection when it is cancelled a turn too late.
                    peer, _ = self._listening.accept()
                except OSError as error:
                    if error.errno in {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}:
                        log.warning("cannot take connections: %s", error.strerror)
                        await asyncio.sleep(_SHORT_OF_DESCRIPTORS_S)
                    continue  # or the browser thought better of it
                self._admit(peer)
        finally:
            await asyncio.sleep(0)  # cancelled before its first step a task would close nothing
            for task in self._waiting:
                task.cancel()
            await asyncio.gather(*self._waiting, return_exceptions=True)

    def _admit(self, peer: socket.socket) -> None:
        peer.setblocking(False)  # noqa: FBT003 - the standard library's signature
        if len(self._waiting) >= MOST_WAITING:
            self.hung_up += 1
            peer.close()
            return
        task = asyncio.create_task(self._let_in(peer))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _let_in(self, peer: socket.socket) -> None:
        """Hand one connection over to who serves it; one that says nothing useful is closed."""
        loop = asyncio.get_running_loop()
        served = False
        try:
            async with asyncio.timeout(PATIENCE_S):
                first = await _first_byte(peer)
            if first == _HANDSHAKE:
                await loop.connect_accepted_socket(
                    self._serve,
                    peer,
                    ssl=self._certificate.context,
                    ssl_handshake_timeout=PATIENCE_S,
                    ssl_shutdown_timeout=_CLOSING_S,
                )
            elif first:
                await loop.connect_accepted_socket(self._serve, peer)
            served = bool(first)
        except (OSError, TimeoutError):
            pass  # it is gone, was silent, or does not trust us: not ours to tell
        finally:
            if not served:
                with contextlib.suppress(OSError):
                    peer.close()


async def _first_byte(peer: socket.socket) -> bytes:
    """Return the first byte without taking it; nothing when the other side hung up."""
    while True:
        try:
            return peer.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            await _readable(peer)


async def _readable(waiting: socket.socket) -> None:
    """Wait until there is something to read or to accept."""
    loop = asyncio.get_running_loop()
    readable = loop.create_future()
    loop.add_reader(waiting, _wake, readable)
    try:
        await readable
    finally:
        loop.remove_reader(waiting)


def _wake(readable: "asyncio.Future[None]") -> None:
    if not readable.done():
        readable.set_result(None)
