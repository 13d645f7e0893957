"""Connecting to a camera: to all addresses of its name at once, ended at once by ``stop``."""

import errno
import os
import selectors
import socket
import ssl
import threading
import time
from concurrent import futures
from functools import partial

from consentry.ingest.failure import mute, refused, unknown, unreachable
from consentry.model.errors import CameraError
from consentry.thread import aside

DIAL_SECONDS = 5.0
"""A device in this network answers within milliseconds; one that wakes up, in a second or three."""

WAKE_SECONDS = 0.2
"""Between looks at ``stop`` while nothing comes; a socket that was dialled waits no longer."""


def resolve(host: str, port: int) -> frozenset[tuple[str, int]]:
    """Return the addresses of a host; CameraError UNKNOWN_HOST when nobody knows it."""
    return frozenset((str(address[0]), int(address[1])) for _, address in _addresses(host, port))


def dial(
    host: str, port: int, *, stop: threading.Event, tls: bool = False, timeout: float = DIAL_SECONDS
) -> socket.socket:
    """Return a connection, from whichever address answers first; reads wait ``WAKE_SECONDS``.

    Raises CameraError UNKNOWN_HOST, REFUSED, UNREACHABLE, or any when told to stop.
    """
    until = time.monotonic() + timeout
    connection = _first(host, port, stop=stop, until=until)
    connection.settimeout(WAKE_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return _wrapped(connection, host, stop=stop, until=until) if tls else connection


_Address = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, _Address]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise unknown(host) from None
    return [(family, address) for family, *_, address in found]


def _looked_up(
    host: str, port: int, *, stop: threading.Event, until: float
) -> list[tuple[socket.AddressFamily, _Address]]:
    """Return the addresses, waiting no longer than a connection may take.

    The system's look-up cannot be stopped and waits for a mute name server up to 30 s: aside.
    """
    looking = aside("resolve", partial(_addresses, host, port))
    while not futures.wait((looking,), WAKE_SECONDS).done:
        if stop.is_set() or time.monotonic() > until:
            raise unknown(host)
    return looking.result()


def _first(host: str, port: int, *, stop: threading.Event, until: float) -> socket.socket:
    """Return the first connection that stands; the others are closed."""
    addresses = _looked_up(host, port, stop=stop, until=until)
    with selectors.DefaultSelector() as trying:
        try:
            failures = [_begin(trying, family, address) for family, address in addresses]
            if not trying.get_map():
                raise OSError(failures[-1], os.strerror(failures[-1]))  # noqa: TRY301
            connection = _await_one(trying, stop, until=until)
            trying.unregister(connection)
        except ConnectionRefusedError:
            raise refused(host, port) from None
        except OSError:
            raise unreachable(host) from None
        finally:
            for key in list(trying.get_map().values()):
                _socket(key).close()
    return connection


def _begin(trying: selectors.BaseSelector, family: socket.AddressFamily, address: _Address) -> int:
    """Begin to connect; return the error number of what failed at once."""
    dialled = socket.socket(family, socket.SOCK_STREAM)
    dialled.setblocking(False)  # noqa: FBT003 - the standard library's signature
    error = dialled.connect_ex(address)
    if error in {0, errno.EINPROGRESS}:
        trying.register(dialled, selectors.EVENT_WRITE)
        return error
    dialled.close()
    return error


def _await_one(
    trying: selectors.BaseSelector, stop: threading.Event, *, until: float
) -> socket.socket:
    """Return one that stands; OSError of the last one that failed, or when told to stop."""
    while not stop.is_set():
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        for key, _ in trying.select(min(left, WAKE_SECONDS)):
            dialled = _socket(key)
            error = dialled.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if not error:
                return dialled
            trying.unregister(dialled)
            dialled.close()
            if not trying.get_map():
                raise OSError(error, os.strerror(error))
    raise InterruptedError


def _socket(key: selectors.SelectorKey) -> socket.socket:
    assert isinstance(key.fileobj, socket.socket)  # noqa: S101 - only sockets are registered
    return key.fileobj


def _wrapped(
    plain: socket.socket, host: str, *, stop: threading.Event, until: float
) -> ssl.SSLSocket:
    """Return the connection with TLS. Any certificate is taken: cameras sign their own."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    secured = context.wrap_socket(plain, do_handshake_on_connect=False)
    try:
        while True:
            try:
                secured.do_handshake()
            except (TimeoutError, ssl.SSLWantReadError):
                if stop.is_set() or time.monotonic() > until:
                    raise
            else:
                return secured
    except OSError:
        secured.close()
        failure: CameraError = mute(host)
        raise failure from None
