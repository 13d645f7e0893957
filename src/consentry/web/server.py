"""Serving the application: sockets bound beforehand, uvicorn in the hub's own event loop.

The control socket lies in the data folder with mode 0600, so whoever reaches it could read the keys
beside it; its requests are the owner's (``guard.OWNER``).
"""

import asyncio
import contextlib
import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from consentry.home.hub import Hub
from consentry.model.errors import ConflictError, InputError, StorageError
from consentry.web.app import create_app
from consentry.web.guard import OWNER

GRACE = 2
"""Seconds that answers under way get when the server stops; SIGTERM promises 5 s for everything."""

_UNSENT = 128 * 1024
"""Bytes the kernel may hold unsent for one viewer.

Without this limit it took 4 MB for one that does not read (eight seconds of a 4 Mbit/s camera;
0.35 MB with it), and the fan-out, which tells who is slow by what waits in its own queue, noticed
that much later.
"""

_BACKLOG = 128
_LONGEST_PATH = 107
"""Bytes of a unix socket's path on Linux."""


def bind(host: str, port: int) -> socket.socket:
    """Return a listening TCP socket; port 0 lets the system choose.

    Raises ConflictError for a port in use, InputError for an address this machine does not have
    or a port that is none.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY on what it accepts; without, every answer
    # of two writes waited 45 ms for the other side's delayed acknowledgement.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT)
        bound.bind((host, port))
        bound.listen(_BACKLOG)
    except OverflowError as error:
        bound.close()
        message = f"There is no port {port}: choose one from 1024 to 65535."
        raise InputError(message) from error
    except OSError as error:
        bound.close()
        raise _refused(host, port, error) from error
    bound.setblocking(False)  # noqa: FBT003 - the standard library's signature
    return bound


def _refused(host: str, port: int, error: OSError) -> InputError:
    if error.errno == errno.EADDRINUSE:
        message = f"Port {port} is in use by another program: stop it, or choose another port."
        return ConflictError(message)
    if error.errno == errno.EACCES:
        return InputError(f"Port {port} needs root: choose one above 1023.")
    return InputError(f"Cannot listen on {host} port {port}: {error.strerror}.")


def bind_control(path: Path) -> socket.socket:
    """Return the control socket at ``path``, mode 0600 from its first moment.

    A socket left by a hub that was killed is replaced: the lock on the data folder says that no
    other hub is using it. Raises StorageError when the path is too long or not writable.
    """
    if len(os.fsencode(path)) > _LONGEST_PATH:
        message = f"The path {path} is too long for a control socket: use a shorter data folder."
        raise StorageError(message)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            bound.bind(str(path))
            bound.listen(_BACKLOG)
        finally:
            os.umask(before)
    except OSError as error:
        bound.close()
        message = f"The control socket {path} cannot be made: {error.strerror}."
        raise StorageError(message) from error
    bound.setblocking(False)  # noqa: FBT003 - the standard library's signature
    return bound


async def serve(hub: Hub, *, sockets: list[socket.socket]) -> None:
    """Serve ``hub`` on the bound sockets until cancelled; then end within ``GRACE`` seconds."""
    await serve_app(create_app(hub), sockets=sockets)


async def serve_app(app: ASGIApp, *, sockets: list[socket.socket]) -> None:
    """Serve any application; see ``serve``."""
    server = _Server(
        uvicorn.Config(
            _Marked(app),
            ws="websockets-sansio",
            # Video does not compress, and deflate takes 0.08 ms for each part of 6 kB.
            ws_per_message_deflate=False,
            ws_max_size=4096,  # browsers have nothing to tell us there
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE,
        )
    )
    running = asyncio.create_task(server.serve(sockets=sockets), name="web server")
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        server.should_exit = True
        await running
        raise


class _Server(uvicorn.Server):
    """uvicorn without signal handlers: SIGTERM is the command's business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class _Marked:
    """Marks what came through the control socket; a unix socket has a path and no port."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        server = scope.get("server")
        if server is not None and server[1] is None:
            scope[OWNER] = True
        await self._app(scope, receive, send)
