"""What plain HTTP from other machines gets: the page that helps to trust the hub, and redirects.

Nothing that is secret goes over a connection that others can read: no page, no sign-in, no picture.
The redirects are temporary ones, which no browser remembers: an owner who goes back to plain HTTP
must not be locked out.
"""

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from consentry.web.certificate import Front
from consentry.web.errors import Code, failure
from consentry.web.guard import OUTSIDE

_READING = frozenset({"GET", "HEAD"})


class Porch:
    """ASGI middleware behind the guard, which has made sure that ``Host`` is one of our names."""

    def __init__(self, app: ASGIApp, front: Front) -> None:
        """Wrap ``app``."""
        self._app = app
        self._front = front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what came by TLS or from this machine; keep the rest on the porch."""
        answer = self._answer(scope) if scope.get(OUTSIDE) else None
        if answer is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocket(scope, receive, send).send_denial_response(answer)
        else:
            await answer(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        """Return what is said instead of what was asked for; None lets it through."""
        host = Headers(scope=scope).get("host", "")
        path: str = scope["path"]
        if scope["type"] == "websocket" or scope["method"] not in _READING:
            message = f"Others in the network could read this: ask https://{host} instead."
            return failure(403, Code.NEEDS_HTTPS, message)
        trusts_by_itself = self._front.trust_page() is None
        if not trusts_by_itself and (path == "/trust" or path.startswith("/trust/")):
            return None
        if not trusts_by_itself and path == "/":
            return _redirect("/trust")
        query = scope["query_string"].decode("latin-1")
        raw = scope.get("raw_path", path.encode()).decode("latin-1")
        return _redirect(f"https://{host}{raw}" + (f"?{query}" if query else ""))


def _redirect(where: str) -> Response:
    return RedirectResponse(where, 307, {"Cache-Control": "no-store"})
