"""Why a camera cannot be reached or read: libav's errors as one state and one sentence each.

libav names the URL with its password in its exceptions, so nothing of them is quoted but the
number's meaning.
"""

from urllib.parse import urlsplit

import av
import av.error

from consentry.ingest.knock import refused
from consentry.model.camera import stream_peer
from consentry.model.errors import CameraError, CameraState, InputError
from consentry.model.secret import redact


def peer_of(url: str) -> tuple[str, int]:
    """Return host and port of an rtsp or rtsps URL; CameraError when it is not one."""
    try:
        return stream_peer(url)
    except InputError as error:
        raise CameraError(CameraState.UNKNOWN_HOST, str(error)) from None


def open_failure(error: av.error.FFmpegError, url: str) -> CameraError:
    """Name what kept a stream from being opened where ``knock`` was answered; a bare ``url``."""
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
            return refused(host, port)
        case av.error.EOFError() | av.error.ConnectionResetError() | av.error.BrokenPipeError():
            sentence = f"The camera at {host} hung up before the stream began."
            return CameraError(CameraState.DISCONNECTED, sentence)
    sentence = f"{host} takes the connection but does not answer as a camera does."
    return CameraError(CameraState.STALLED, sentence)


def read_failure(error: av.error.FFmpegError, host: str) -> CameraError:
    """Name what ended a stream that had begun."""
    match error:
        case av.error.TimeoutError() | av.error.ExitError() | av.error.BlockingIOError():
            return silent(host)
        case av.error.InvalidDataError():
            sentence = f"The camera at {host} sends bytes that are no video."
            return CameraError(CameraState.BROKEN_STREAM, sentence)
    return disconnected(host)


def silent(host: str) -> CameraError:
    """Name a camera that hangs."""
    sentence = f"The camera at {host} keeps the connection but has stopped sending."
    return CameraError(CameraState.STALLED, sentence)


def disconnected(host: str) -> CameraError:
    """Name the end of a stream that the camera closed."""
    return CameraError(CameraState.DISCONNECTED, f"The camera at {host} ended the stream.")


def wedged(host: str) -> CameraError:
    """Name a camera that sends and sends, and never a packet."""
    sentence = f"The camera at {host} sends bytes that are no video."
    return CameraError(CameraState.BROKEN_STREAM, sentence)
