"""Why a camera cannot be reached or read: libav's errors as one state and one sentence each.

libav names the URL with its password in its exceptions, so nothing of them is quoted but the
number's meaning.
"""

import socket
from urllib.parse import urlsplit

import av
import av.error

from consentry.model.errors import CameraError, CameraState
from consentry.model.secret import redact

RTSP_PORT, RTSPS_PORT = 554, 322
_KNOCK_SECONDS = 3


def peer_of(url: str) -> tuple[str, int]:
    """Return host and port of an rtsp or rtsps URL; CameraError when it is not one."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in {"rtsp", "rtsps"}:
        sentence = "The address must look like rtsp://192.168.1.20/stream."
        raise CameraError(CameraState.UNKNOWN_HOST, sentence)
    return host, port or (RTSPS_PORT if parts.scheme == "rtsps" else RTSP_PORT)


def resolve(host: str, port: int) -> frozenset[tuple[str, int]]:
    """Return the addresses of a host; CameraError UNKNOWN_HOST when nobody knows it."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        sentence = f"No device named {host} is known here; check the address."
        raise CameraError(CameraState.UNKNOWN_HOST, sentence) from error
    return frozenset((str(sockaddr[0]), int(sockaddr[1])) for *_, sockaddr in found)


def open_failure(error: av.error.FFmpegError, url: str) -> CameraError:
    """Name what kept a connection from being made; ``url`` without credentials.

    Where libav only says that input was bad, the camera's door is knocked at once more to tell a
    silent camera from an absent one.
    """
    host, port = peer_of(url)
    match error:
        case av.error.HTTPUnauthorizedError() | av.error.HTTPForbiddenError():
            sentence = f"The camera at {host} refuses this user name and password."
            return CameraError(CameraState.WRONG_PASSWORD, sentence)
        case av.error.HTTPNotFoundError():
            path = urlsplit(url).path or "/"
            sentence = f"The camera at {host} has no stream at {path}; check the path."
            return CameraError(CameraState.NOT_FOUND, sentence)
        case av.error.HTTPError():
            sentence = f"The camera at {host} answers: {redact(error.strerror or 'an error')}."
            return CameraError(CameraState.BROKEN_STREAM, sentence)
        case av.error.ConnectionRefusedError():
            return _refused(host, port)
        case av.error.EOFError() | av.error.ConnectionResetError() | av.error.BrokenPipeError():
            sentence = f"The camera at {host} hung up before the stream began."
            return CameraError(CameraState.DISCONNECTED, sentence)
    return _knock(host, port)


def _refused(host: str, port: int) -> CameraError:
    sentence = f"{host} is there, but nothing answers at port {port}; is RTSP switched on?"
    return CameraError(CameraState.REFUSED, sentence)


def _knock(host: str, port: int) -> CameraError:
    """Connect once, plainly, to learn how far the way goes."""
    try:
        socket.create_connection((host, port), timeout=_KNOCK_SECONDS).close()
    except ConnectionRefusedError:
        return _refused(host, port)
    except OSError:
        sentence = f"{host} does not answer; is the camera on and in this network?"
        return CameraError(CameraState.UNREACHABLE, sentence)
    sentence = f"{host} takes the connection but does not answer as a camera does."
    return CameraError(CameraState.STALLED, sentence)


def read_failure(error: av.error.FFmpegError, host: str) -> CameraError:
    """Name what ended a stream that had begun."""
    match error:
        case av.error.TimeoutError() | av.error.ExitError() | av.error.BlockingIOError():
            sentence = f"The camera at {host} keeps the connection but has stopped sending."
            return CameraError(CameraState.STALLED, sentence)
        case av.error.InvalidDataError():
            sentence = f"The camera at {host} sends bytes that are no video."
            return CameraError(CameraState.BROKEN_STREAM, sentence)
    return disconnected(host)


def disconnected(host: str) -> CameraError:
    """Name the end of a stream that the camera closed."""
    return CameraError(CameraState.DISCONNECTED, f"The camera at {host} ended the stream.")


def wedged(host: str) -> CameraError:
    """Name a camera that sends and sends, and never a packet."""
    sentence = f"The camera at {host} sends bytes that are no video."
    return CameraError(CameraState.BROKEN_STREAM, sentence)
