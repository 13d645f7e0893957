"""A listening socket that knows each of its connections from accepting it to its end.

asyncio's own server does not, before Python 3.13: a connection accepted while the server closes,
one in its TLS handshake, or one that closes while its client does not read is left to the garbage
collector, which complains of it wherever it happens to run.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable

from consentry.simcam.viewer import reset


class Listener:
    """Gives each connection to ``serve`` and closes it afterwards. Lives on the event loop."""

    def __init__(
        self,
        serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Declare; ``open`` listens. With ``tls`` connections begin with a handshake."""
        self._serve = serve
        self._tls = tls
        self._listening: socket.socket | None = None
        self._attending: set[asyncio.Task[None]] = set()

    def open(self, host: str, port: int) -> int:
        """Listen and return the port (0 takes a free one); OSError when it is taken."""
        self._listening = socket.create_server((host, port), backlog=100)
        self._listening.settimeout(0)
        asyncio.get_running_loop().add_reader(self._listening, self._accept, self._listening)
        taken: int = self._listening.getsockname()[1]
        return taken

    async def close(self) -> None:
        """Stop listening and cut every connection; returns when all their sockets are closed."""
        if self._listening is None:
            return
        asyncio.get_running_loop().remove_reader(self._listening)
        self._listening.close()
        await asyncio.sleep(0)  # a task cancelled before its first step would never have begun
        for task in self._attending:
            task.cancel()
        await asyncio.gather(*self._attending, return_exceptions=True)

    def _accept(self, listening: socket.socket) -> None:
        try:
            peer, _ = listening.accept()
        except OSError:
            return  # the client thought better of it
        peer.settimeout(0)
        task = asyncio.create_task(self._attend(peer))
        self._attending.add(task)
        task.add_done_callback(self._attending.discard)

    async def _attend(self, peer: socket.socket) -> None:
        """Serve one connection; ends when its socket is closed, however that comes about."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        try:
            transport, _ = await loop.connect_accepted_socket(lambda: protocol, peer, ssl=self._tls)
            writer = asyncio.StreamWriter(transport, protocol, reader, loop)
            try:
                await self._serve(reader, writer)
                writer.close()
                await writer.wait_closed()
            finally:
                reset(writer)
        except OSError:
            pass  # it is gone, or speaks no TLS
        finally:
            while peer.fileno() >= 0:  # noqa: ASYNC110 - a transport closes it in a later turn
                await asyncio.sleep(0)
