"""A camera that announces whatever description it is given, and hangs up when it should play."""

import contextlib
import socketserver
import threading
from collections.abc import Iterator

MJPEG = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 0 RTP/AVP 26\r\na=control:0\r\n"


class _Session(socketserver.StreamRequestHandler):
    """Answers every request with 200, DESCRIBE with the description."""

    description = ""

    def handle(self) -> None:
        """Serve until it should play."""
        while (line := self.rfile.readline()).strip():
            method, url, _ = line.decode().split(" ", 2)
            headers = {}
            while header := self.rfile.readline().strip().decode():
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            body = self.description if method == "DESCRIBE" else ""
            extra = "Content-Type: application/sdp\r\n" if body else ""
            transport = headers.get("transport")
            extra += f"Transport: {transport}\r\n" if transport else ""
            answer = (
                f"RTSP/1.0 200 OK\r\nCSeq: {headers.get('cseq', '0')}\r\nSession: 1\r\n"
                f"Content-Base: {url}/\r\n{extra}Content-Length: {len(body)}\r\n\r\n{body}"
            )
            self.wfile.write(answer.encode())
            if method == "PLAY":
                return


@contextlib.contextmanager
def announcing(description: str) -> Iterator[str]:
    """Serve ``description`` on loopback; gives the stream's URL."""
    session = type("Session", (_Session,), {"description": description})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), session) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"rtsp://127.0.0.1:{server.server_address[1]}/stream"
        server.shutdown()
