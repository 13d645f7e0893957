"""Whether a camera shows its pictures to a user, or to nobody in particular: one DESCRIBE.

libavformat tries passwords in its own ways and several times; cameras count wrong ones and lock.
Source: RFC 2326, RFC 7616 (MD5, which is what cameras speak), RFC 7617.
"""

import base64
import hashlib
import re
import secrets
import socket
import ssl
from urllib.parse import urlsplit

from consentry.model.camera import stream_peer
from consentry.model.errors import CameraError, CameraState
from consentry.model.secret import Secret

_SECONDS = 5.0
_LARGEST = 64 * 1024
_OK, _UNAUTHORIZED, _FORBIDDEN = 200, 401, 403
_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


def shows(url: str, user: str, password: Secret) -> bool:
    """Tell whether the camera describes the stream to ``user``; without one, to anybody. Blocks.

    A password is sent once at most. Raises CameraError when the camera does not answer, or with
    something else than yes or no.
    """
    host, port = stream_peer(url)
    try:
        with socket.create_connection((host, port), timeout=_SECONDS) as plain:
            connection = _wrapped(plain) if urlsplit(url).scheme == "rtsps" else plain
            with connection:
                status, head = _describe(connection, url, number=1)
                if status == _UNAUTHORIZED and user:
                    login = _login(head, url, user, password)
                    status, _ = _describe(connection, url, number=2, login=login)
    except (OSError, ValueError, IndexError) as error:
        sentence = f"{host} does not answer as a camera does."
        raise CameraError(CameraState.UNREACHABLE, sentence) from error
    if status in {_UNAUTHORIZED, _FORBIDDEN}:
        return False
    if status != _OK:
        sentence = f"The camera at {host} answers {status} when asked for its stream."
        raise CameraError(CameraState.BROKEN_STREAM, sentence)
    return True


def _wrapped(plain: socket.socket) -> ssl.SSLSocket:
    """Return the connection with TLS; cameras sign their own certificates."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(plain)


def _describe(
    connection: socket.socket, url: str, *, number: int, login: str = ""
) -> tuple[int, str]:
    """Ask once; return status and headers."""
    line = f"Authorization: {login}\r\n" if login else ""
    request = f"DESCRIBE {url} RTSP/1.0\r\nCSeq: {number}\r\nAccept: application/sdp\r\n{line}\r\n"
    connection.sendall(request.encode())
    data = b""
    while b"\r\n\r\n" not in data and len(data) < _LARGEST:
        chunk = connection.recv(4096)
        if not chunk:
            break
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    text = head.decode("latin-1")
    length = re.search(r"(?i)content-length: *(\d+)", text)
    rest = int(length[1]) - len(body) if length else 0
    while 0 < rest < _LARGEST and (chunk := connection.recv(rest)):
        rest -= len(chunk)
    return int(text.split(" ", 2)[1]), text


def _login(head: str, url: str, user: str, password: Secret) -> str:
    """Answer the camera's challenge: Digest where it offers that, else Basic."""
    challenges = re.findall(r"(?im)^www-authenticate: *(\w+) *(.*?)\r?$", head)
    offered = {scheme.lower(): rest for scheme, rest in challenges}
    if "digest" not in offered:
        pair = f"{user}:{password.reveal()}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"
    told = {name: quoted or bare for name, quoted, bare in _FIELD.findall(offered["digest"])}
    realm, nonce = told.get("realm", ""), told.get("nonce", "")
    secret = _md5(f"{user}:{realm}:{password.reveal()}")
    request = _md5(f"DESCRIBE:{url}")
    fields = f'username="{user}", realm="{realm}", nonce="{nonce}", uri="{url}"'
    if "auth" in told.get("qop", ""):
        own = secrets.token_hex(8)
        response = _md5(f"{secret}:{nonce}:00000001:{own}:auth:{request}")
        fields += f', qop=auth, nc=00000001, cnonce="{own}"'
    else:
        response = _md5(f"{secret}:{nonce}:{request}")
    return f'Digest {fields}, response="{response}"'


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
