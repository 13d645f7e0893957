"""Why a camera cannot be reached or read: one state and one sentence each, never a password."""

from urllib.parse import urlsplit

from consentry.model.camera import stream_peer
from consentry.model.errors import CameraError, CameraState, InputError
from consentry.model.secret import redact

_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _NO_SUCH_TRANSPORT = 401, 403, 404, 461


def peer_of(url: str) -> tuple[str, int]:
    """Return host and port of an rtsp or rtsps URL; CameraError when it is not one."""
    try:
        return stream_peer(url)
    except InputError as error:
        raise CameraError(CameraState.UNKNOWN_HOST, str(error)) from None


def unknown(host: str) -> CameraError:
    """Name a host that has no address."""
    sentence = f"No device named {host} is known here; check the address."
    return CameraError(CameraState.UNKNOWN_HOST, sentence)


def unreachable(host: str) -> CameraError:
    """Name an address that nothing answers at."""
    sentence = f"{host} does not answer; is the camera on and in this network?"
    return CameraError(CameraState.UNREACHABLE, sentence)


def refused(host: str, port: int) -> CameraError:
    """Name a device without an open RTSP port."""
    sentence = f"{host} is there, but nothing answers at port {port}; is RTSP switched on?"
    return CameraError(CameraState.REFUSED, sentence)


def mute(host: str) -> CameraError:
    """Name a device that takes a connection and says nothing that is RTSP."""
    sentence = f"{host} takes the connection but does not answer as a camera does."
    return CameraError(CameraState.STALLED, sentence)


def turned_away(host: str) -> CameraError:
    """Name a camera that ends the connection before it played."""
    sentence = f"The camera at {host} hung up before the stream began."
    return CameraError(CameraState.DISCONNECTED, sentence)


def declined(status: int, reason: str, url: str, *, user: str) -> CameraError:
    """Name an answer that is no yes; a bare ``url``, and the ``user`` that was named, if any."""
    host, _ = peer_of(url)
    if status == _UNAUTHORIZED and not user:
        sentence = f"The camera at {host} wants a user name and a password."
        return CameraError(CameraState.WRONG_PASSWORD, sentence)
    if status in {_UNAUTHORIZED, _FORBIDDEN}:
        sentence = f"The camera at {host} refuses this user name and password."
        return CameraError(CameraState.WRONG_PASSWORD, sentence)
    if status == _NOT_FOUND:
        path = urlsplit(url).path or "/"
        sentence = f"The camera at {host} has no stream at {path}; check the path."
        return CameraError(CameraState.NOT_FOUND, sentence)
    if status == _NO_SUCH_TRANSPORT:
        sentence = f"The camera at {host} does not send by TCP; switch that on in its settings."
        return CameraError(CameraState.BROKEN_STREAM, sentence)
    sentence = f"The camera at {host} answers: {status} {redact(reason) or 'an error'}."
    return CameraError(CameraState.BROKEN_STREAM, sentence)


def silent(host: str) -> CameraError:
    """Name a camera that hangs."""
    sentence = f"The camera at {host} keeps the connection but has stopped sending."
    return CameraError(CameraState.STALLED, sentence)


def idle(host: str) -> CameraError:
    """Name a camera that agrees to play and sends nothing."""
    sentence = f"The camera at {host} agrees to play, but sends nothing; restart the camera."
    return CameraError(CameraState.STALLED, sentence)


def disconnected(host: str) -> CameraError:
    """Name the end of a stream that the camera closed."""
    return CameraError(CameraState.DISCONNECTED, f"The camera at {host} ended the stream.")


def wedged(host: str) -> CameraError:
    """Name a camera that sends and sends, and never a packet."""
    sentence = f"The camera at {host} sends bytes that are no video."
    return CameraError(CameraState.BROKEN_STREAM, sentence)
