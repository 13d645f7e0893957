"""An ONVIF device on loopback that insists on HTTP digest and speaks Media2, as newer ones do.

It stands beside ipycam, which knows tokens and Media (ver10) only. Digest as RFC 7616 has it: MD5,
qop=auth; a token in the envelope is not looked at.
"""

import contextlib
import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import parse_http_list, parse_keqv_list

USER, PASSWORD, NONCE = "owner", "s3cret", "5f2c"

_MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
_PROFILE = (
    '<Profiles token="{}"><Name>{}</Name><Configurations><VideoEncoder><Encoding>{}</Encoding>'
    "<Resolution><Width>{}</Width><Height>{}</Height></Resolution>"
    "</VideoEncoder></Configurations></Profiles>"
)
_PROFILES = _PROFILE.format("1", "large", "H265", 2560, 1440) + _PROFILE.format(
    "2", "small", "H264", 640, 360
)
_URI = "<Uri>rtsp://192.0.2.9:5554/{}</Uri>"


@dataclass
class OnvifDevice:
    """Where it is, and the names of the questions it answered."""

    xaddr: str
    asked: list[str] = field(default_factory=list)


def _answer(question: str, body: str, here: str) -> str:
    media2 = _MEDIA2 in body
    match question:
        case "GetSystemDateAndTime":
            return ""
        case "GetDeviceInformation":
            return "<Manufacturer>Acme</Manufacturer><Model>New 1</Model>"
        case "GetServices":
            return f"<Service><Namespace>{_MEDIA2}</Namespace><XAddr>{here}/m2</XAddr></Service>"
        case "GetProfiles" if media2:
            return _PROFILES + '<Profiles token="3"><Name>sound</Name></Profiles>'
        case "GetStreamUri" if media2:
            return _URI.format("large" if "<ProfileToken>1<" in body else "small")
    return "<Fault><Reason><Text>Not implemented</Text></Reason></Fault>"


def _is_signed(header: str) -> bool:
    """Check a Digest header of RFC 7616."""
    told = parse_keqv_list(parse_http_list(header.removeprefix("Digest ")))
    if not told or told["username"] != USER or told["nonce"] != NONCE:
        return False
    secret = _md5(f"{USER}:device:{PASSWORD}")
    request = _md5(f"POST:{told['uri']}")
    return told["response"] == _md5(
        f"{secret}:{NONCE}:{told['nc']}:{told['cnonce']}:auth:{request}"
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class _Server(ThreadingHTTPServer):
    """The device as a server; ``device`` notes what it is asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.base = f"http://127.0.0.1:{self.server_port}"
        self.device = OnvifDevice(f"{self.base}/onvif/device_service")


class _Handler(BaseHTTPRequestHandler):
    """Answers SOAP; 401 to whoever does not sign by HTTP."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """Answer one question."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if not _is_signed(self.headers.get("Authorization", "")):
            self._send(401, "", f'Digest realm="device", qop="auth", nonce="{NONCE}"')
            return
        (question,) = re.findall(r"<s:Body><(\w+)", body)
        self.server.device.asked.append(question)
        self._send(200, _answer(question, body, self.server.base))

    def _send(self, status: int, inner: str, challenge: str | None = None) -> None:
        data = f"<Envelope><Body>{inner}</Body></Envelope>".encode()
        self.send_response(status)
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
        """Say nothing."""


@contextlib.contextmanager
def onvif_device() -> Iterator[OnvifDevice]:
    """Serve the device."""
    with _Server() as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        yield server.device
        server.shutdown()
        serving.join()
