"""Browsers that ask an application without a network between them."""

import asyncio

import httpx
from starlette.types import ASGIApp, Message

from consentry.web.sessions import COOKIE

HOST = "127.0.0.1"
PORT = 8600


def browser_at(
    app: ASGIApp,
    address: str = HOST,
    *,
    host: str = HOST,
    scheme: str = "http",
    session: str = "",
    **headers: str,
) -> httpx.AsyncClient:
    """Return a browser at ``address`` that knows the hub as ``host``, signed in by ``session``."""
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=(address, 40_000)),
        base_url=f"{scheme}://{host}:{PORT}",
        headers={"X-Consentry": "1", **headers},
    )
    if session:
        domain = host if "." in host else f"{host}.local"  # as Python's cookie jar knows it
        client.cookies.set(f"{COOKIE}_{PORT}", session, domain=domain)
    return client


class Playing:
    """A browser that takes the first bytes of an answer, and reads on when it is told to."""

    def __init__(
        self, app: ASGIApp, path: str, query: dict[str, str], *, session: str, host: str = HOST
    ) -> None:
        """Ask for it."""
        self.begun, self.goes_on = asyncio.Event(), asyncio.Event()
        self.bytes, self.ended = 0, False
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": str(httpx.QueryParams(query)).encode(),
            "headers": [
                (b"host", f"{host}:{PORT}".encode()),
                (b"cookie", f"{COOKIE}_{PORT}={session}".encode()),
            ],
            "client": (HOST, 40_000),
            "server": (HOST, PORT),
        }
        self.answer = asyncio.ensure_future(app(scope, self._receive, self._send))

    async def _receive(self) -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.body":
            self.bytes += len(message["body"])
            self.ended = not message.get("more_body", False)
            self.begun.set()
            await self.goes_on.wait()
