"""A service that alerts are sent to: an HTTP server that keeps what it got."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class PictureHook:
    """What arrived; ``pictured`` is set by the first message with a picture."""

    port: int
    bodies: list[dict[str, Any]] = field(default_factory=list)
    pictured: threading.Event = field(default_factory=threading.Event)

    def take(self, body: dict[str, Any]) -> None:
        """Keep one message."""
        self.bodies.append(body)
        if body.get("attachments"):
            self.pictured.set()


@contextmanager
def picture_hook() -> Iterator[PictureHook]:
    """Run the server on a free port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            hook.take(json.loads(self.rfile.read(length)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook = PictureHook(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
