"""Whether a camera is there, asked before libavformat dials: libav's own connect cannot be ended.

Only a standing connection can be hung up from outside (``hang_up``); one in the making waits for
the kernel, up to the timeout. So each connection is made once plainly and closed again, which the
camera hardly notices, and what keeps it from being made is known by its own name.
"""

import errno
import os
import selectors
import socket
import threading
import time

from consentry.model.errors import CameraError, CameraState

KNOCK_SECONDS = 5.0
"""A device in this network answers within milliseconds; one that wakes up, in a second or three."""

_WAKE = 0.1  # s between looks at ``stop``


def resolve(host: str, port: int) -> frozenset[tuple[str, int]]:
    """Return the addresses of a host; CameraError UNKNOWN_HOST when nobody knows it."""
    return frozenset((str(address[0]), int(address[1])) for _, address in _addresses(host, port))


def knock(
    host: str, port: int, *, stop: threading.Event | None = None, timeout: float = KNOCK_SECONDS
) -> frozenset[tuple[str, int]]:
    """Connect to all addresses of a host at once until one answers; return all of them.

    Returns early when told to stop. Raises CameraError UNKNOWN_HOST, REFUSED or UNREACHABLE.
    """
    addresses = _addresses(host, port)
    with selectors.DefaultSelector() as trying:
        try:
            failures = [_dial(trying, family, address) for family, address in addresses]
            if not trying.get_map():
                raise OSError(failures[-1], os.strerror(failures[-1]))  # noqa: TRY301
            _await_one(trying, stop, until=time.monotonic() + timeout)
        except ConnectionRefusedError:
            raise refused(host, port) from None
        except OSError:
            sentence = f"{host} does not answer; is the camera on and in this network?"
            raise CameraError(CameraState.UNREACHABLE, sentence) from None
        finally:
            for key in list(trying.get_map().values()):
                _socket(key).close()
    return frozenset((str(address[0]), int(address[1])) for _, address in addresses)


def refused(host: str, port: int) -> CameraError:
    """Name a device without an open RTSP port."""
    sentence = f"{host} is there, but nothing answers at port {port}; is RTSP switched on?"
    return CameraError(CameraState.REFUSED, sentence)


_Address = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, _Address]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        sentence = f"No device named {host} is known here; check the address."
        raise CameraError(CameraState.UNKNOWN_HOST, sentence) from error
    return [(family, address) for family, *_, address in found]


def _dial(trying: selectors.BaseSelector, family: socket.AddressFamily, address: _Address) -> int:
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
    trying: selectors.BaseSelector, stop: threading.Event | None, *, until: float
) -> None:
    """Return when one connection stands or on ``stop``; OSError of the last one that failed."""
    while not (stop is not None and stop.is_set()):
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        for key, _ in trying.select(min(left, _WAKE)):
            dialled = _socket(key)
            error = dialled.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if not error:
                return
            trying.unregister(dialled)
            dialled.close()
            if not trying.get_map():
                raise OSError(error, os.strerror(error))


def _socket(key: selectors.SelectorKey) -> socket.socket:
    assert isinstance(key.fileobj, socket.socket)  # noqa: S101 - only sockets are registered
    return key.fileobj
