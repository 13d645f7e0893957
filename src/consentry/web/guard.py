"""The door of the web server: who is turned away before any route, and headers on all answers.

* ``Host`` must be an IP address, this machine's name or a name from the settings file. A stranger's
  page that points its own name at this hub (DNS rebinding) is refused with 421.
* Requests that change something need ``X-Consentry: 1``, which a cross-site form cannot send. Where
  an ``Origin`` comes with them it must be this hub's, or a configured name (a proxy that speaks
  HTTPS may not pass ``Host`` on). WebSockets, which cookies follow and preflights do not, likewise.
* Browsers that came by HTTPS under a name that the owner gave to this hub (`hosts`) are told to
  come by HTTPS only (HSTS). Not under the machine's own name: HSTS is for all ports of a name, and
  would lock people out of whatever else this machine serves.
* A program that shows an API token (``Authorization: Bearer``) needs neither: no page of another
  site can make a browser send one.
* The control socket is trusted: ``scope["consentry.owner"]`` is set by the server that owns the
  socket and cannot be sent from outside.
"""

import socket
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from consentry.web.errors import Code, failure

OWNER = "consentry.owner"
"""Key in the ASGI scope of whatever came through the control socket."""

OUTSIDE = "consentry.outside"
"""Key in the ASGI scope of plain HTTP from another machine."""

BEARER = "Bearer "
"""What an Authorization header with an API token begins with."""

LARGEST_BODY = 512 * 1024
"""Bytes of JSON anybody needs: 32 zones and 32 masks of 64 corners are about 120 kB."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_HOME_SUFFIXES = ("", ".local", ".lan", ".home", ".home.arpa", ".internal", ".localdomain")
"""Endings under which this machine's own name is found at home and that nobody can register."""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing from a third party, nothing inline; blobs are what MediaSource plays."""

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # "no-referrer" would turn the Origin of our own requests into "null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


_HSTS = "max-age=31536000"


class Guard:
    """ASGI middleware: checks Host, Origin and the header, adds the security headers."""

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        """Wrap ``app``; ``names`` are further host names this hub answers to."""
        self._app = app
        self._origins = frozenset(name.lower() for name in names)
        self._given = frozenset(name_of(name) for name in self._origins)
        self._names = own_names() | self._given

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse."""
        if scope["type"] == "lifespan" or scope.get(OWNER):
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
                if self._is_for_https_only(scope):
                    headers["Strict-Transport-Security"] = _HSTS
            await send(message)

        refused = self._refusal(scope)
        if refused is None:
            await self._app(scope, _limited(receive), with_headers)
        elif scope["type"] == "websocket":
            await WebSocket(scope, receive, with_headers).send_denial_response(refused)
        else:
            await refused(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        name = name_of(host)
        if not self._answers_to(name):
            message = (
                f"This hub does not answer to the name {name[:100]!r}. Open it by its IP address, "
                "or add the name to `hosts` in consentry.toml."
            )
            return failure(421, Code.WRONG_HOST, message)
        if scope["type"] == "http" and scope["method"] in _SAFE_METHODS:
            return None
        if headers.get("authorization", "").startswith(BEARER):
            return None
        origin = _netloc(headers.get("origin", f"//{host}"))
        if origin != host.lower() and origin not in self._origins:
            return failure(403, Code.WRONG_ORIGIN, "This request came from another site's page.")
        if scope["type"] == "http" and headers.get("x-consentry") != "1":
            message = "Requests that change something need the header X-Consentry: 1."
            return failure(403, Code.MISSING_HEADER, message)
        return None

    def _is_for_https_only(self, scope: Scope) -> bool:
        name = name_of(Headers(scope=scope).get("host", ""))
        return scope.get("scheme") == "https" and name in self._given and not _is_address(name)

    def _answers_to(self, name: str) -> bool:
        return _is_address(name) or name.removesuffix(".") in self._names


def _limited(receive: Receive) -> Receive:
    """Stop reading a body that is larger than anything we expect."""
    read = 0

    async def counting() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body") or b"")
        if read > LARGEST_BODY:
            raise HTTPException(413)
        return message

    return counting


def own_names() -> frozenset[str]:
    """Return the names by which this machine is known at home."""
    host = socket.gethostname().lower()
    short = host.partition(".")[0]
    return frozenset({"localhost", host} | {short + suffix for suffix in _HOME_SUFFIXES})


def _netloc(origin: str) -> str:
    """Return host and port of an Origin; "null" and nonsense have none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def name_of(host: str) -> str:
    """Return the name in a Host header: without port, without the brackets of IPv6."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()
