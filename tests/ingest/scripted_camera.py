"""A camera that answers each request by a function of the test's, and keeps what it was asked."""

import contextlib
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=control:*\r\n"
    "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=1\r\n"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came; header names in lower case. An answer's ``method`` is ``RTSP/1.0``."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its headers, its body, and what is sent right before and after it."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    before: bytes = b""
    after: bytes = b""


Script = Callable[[Asked], Reply]


@dataclass
class ScriptedCamera:
    """Where it is, and what it was asked so far, in order."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        """Return an address of a stream of its."""
        return f"rtsp://127.0.0.1:{self.port}/live"

    def methods(self) -> list[str]:
        """Return the methods asked, in order."""
        return [asked.method for asked in self.asked]

    def wait_for(self, method: str, count: int = 1) -> list[Asked]:
        """Return the requests of a method once there are so many."""

        def found() -> list[Asked]:
            return [asked for asked in self.asked if asked.method == method]

        with self.came:
            assert self.came.wait_for(lambda: len(found()) >= count, 60), self.methods()
        return found()


def usual(asked: Asked) -> Reply:
    """Answer as a camera without a password does."""
    match asked.method:
        case "OPTIONS":
            return Reply(headers={"Public": "DESCRIBE, SETUP, PLAY, GET_PARAMETER"})
        case "DESCRIBE":
            return Reply(headers={"Content-Type": "application/sdp"}, body=SDP)
        case "SETUP":
            return Reply(headers={"Session": "12ab", "Transport": asked.headers["transport"]})
    return Reply()


@contextlib.contextmanager
def scripted(script: Script) -> Iterator[ScriptedCamera]:
    """Serve on loopback, any number of connections."""
    camera = ScriptedCamera()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):
                while line := self.rfile.readline().decode().strip():
                    self._serve(line)

        def _serve(self, line: str) -> None:
            method, url, *_ = line.split(" ", 2)
            headers = {}
            while header := self.rfile.readline().decode().strip():
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            asked = Asked(method, url, headers)
            with camera.came:
                camera.asked.append(asked)
                camera.came.notify_all()
            if method.startswith("RTSP/"):
                return
            reply = script(asked)
            lines = [f"RTSP/1.0 {reply.status} So", f"CSeq: {headers.get('cseq', '0')}"]
            lines += [f"{name}: {value}" for name, value in reply.headers.items()]
            lines += [f"Content-Length: {len(reply.body)}", "", reply.body]
            self.wfile.write(reply.before + "\r\n".join(lines).encode() + reply.after)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = True
        camera.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield camera
        server.shutdown()
