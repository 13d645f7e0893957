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
from ipaddress import IPv6Address, ip_address
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from consentry.home.control import address_of
from consentry.home.hub import Hub
from consentry.model.errors import ConflictError, InputError, StorageError
from consentry.model.status import ProblemCode
from consentry.web.app import create_app
from consentry.web.certificate import Certificate, Front, look_after
from consentry.web.door import Door
from consentry.web.guard import OUTSIDE, OWNER

GRACE = 1
"""Seconds that answers under way get when the server stops; SIGTERM promises 5 s for everything."""

_UNSENT = 128 * 1024
"""Bytes the kernel may hold unsent for one viewer.

Without this limit it took 4 MB for one that does not read (eight seconds of a 4 Mbit/s camera;
0.35 MB with it), and the fan-out, which tells who is slow by what waits in its own queue, noticed
that much later.
"""

_BACKLOG = 128


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
    other hub is using it. Raises StorageError when the folder is not writable.
    """
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            with address_of(path) as address:
                bound.bind(address)
            bound.listen(_BACKLOG)
        finally:
            os.umask(before)
    except OSError as error:
        bound.close()
        message = f"The control socket {path} cannot be made: {error.strerror or error}."
        raise StorageError(message) from error
    bound.setblocking(False)  # noqa: FBT003 - the standard library's signature
    return bound


async def serve(hub: Hub, *, sockets: list[socket.socket], front: Front | None = None) -> None:
    """Serve ``hub`` on the bound sockets until cancelled; then end within ``GRACE`` seconds.

    With a ``front`` the TCP ones speak TLS, and plain HTTP in full to this machine only.
    """
    app = create_app(hub, front=front)
    if front is None:
        await serve_app(app, sockets=sockets)
        return
    certificate = front.certificate
    hub.outbox.reached = lambda: front.home

    def report(sentence: str | None) -> None:
        hub.report(ProblemCode.CERTIFICATE, sentence)

    looking = asyncio.create_task(look_after(certificate, report), name="certificate")
    try:
        await serve_app(app, sockets=sockets, certificate=certificate)
    finally:
        looking.cancel()
        await asyncio.wait((looking,))


async def serve_app(
    app: ASGIApp, *, sockets: list[socket.socket], certificate: Certificate | None = None
) -> None:
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
        ),
        certificate,
    )
    running = asyncio.create_task(server.serve(sockets=sockets), name="web server")
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        server.should_exit = True
        await running
        raise


class _Server(uvicorn.Server):
    """uvicorn with doors: without signal handlers, since SIGTERM is the command's business."""

    def __init__(self, config: uvicorn.Config, certificate: Certificate | None) -> None:
        """Serve TCP sockets through a ``Door`` where there is a certificate."""
        super().__init__(config)
        self._certificate = certificate
        self._doors: list[asyncio.Task[None]] = []

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve; what has no door is uvicorn's own affair."""
        sockets = sockets or []
        doors = [] if self._certificate is None else [one for one in sockets if _is_tcp(one)]
        await super().startup(sockets=[one for one in sockets if one not in doors])
        if self._certificate is not None:
            self._doors = [
                asyncio.create_task(Door(one, self._certificate, self._protocol).run())
                for one in doors
            ]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let nobody in any more, then end what goes on."""
        for door in self._doors:
            door.cancel()
        await asyncio.gather(*self._doors, return_exceptions=True)
        await super().shutdown(sockets=sockets)

    def _protocol(self) -> asyncio.Protocol:
        """Return what uvicorn itself would serve a connection with."""
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made


def _is_tcp(bound: socket.socket) -> bool:
    return bound.family in {socket.AF_INET, socket.AF_INET6}


def is_loopback(host: str) -> bool:
    """Tell whether an address is this machine's own, IPv4 in IPv6's clothes included."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback


class _Marked:
    """Marks what came through the control socket, and plain HTTP from other machines.

    A unix socket has a path and no port.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        server, client = scope.get("server"), scope.get("client")
        if server is not None and server[1] is None:
            scope[OWNER] = True
        elif scope.get("scheme") in {"http", "ws"} and not (client and is_loopback(client[0])):
            scope[OUTSIDE] = True
        await self._app(scope, receive, send)
