"""Who is turned away at the door, and the headers everybody gets."""

import socket

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from consentry.web.guard import CONTENT_SECURITY_POLICY, OWNER, Guard


async def _hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def _socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


def guarded() -> ASGIApp:
    """Return an application behind the guard, also known as cameras.example.org."""
    routes = [
        Route("/api/hello", _hello, methods=["GET", "POST", "DELETE"]),
        WebSocketRoute("/api/feed", _socket),
    ]
    return Guard(Starlette(routes=routes), names=("Cameras.Example.org",))


async def ask(method: str, host: str, **headers: str) -> httpx.Response:
    """Send one request with this Host."""
    transport = httpx.ASGITransport(guarded())
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.request(method, "/api/hello", headers={"host": host, **named})


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8600",
        "192.168.1.20",
        "[::1]:8600",
        "[2001:db8::1]",
        "localhost:8600",
        "cameras.example.org",
        f"{socket.gethostname().partition('.')[0]}.local:8600",
    ],
)
async def test_own_names_and_addresses_are_answered(host: str) -> None:
    """IP addresses, this machine's names and configured names get in."""
    assert (await ask("GET", host)).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil"])
async def test_rebound_names_are_refused(host: str) -> None:
    """A stranger's name that points at this hub is refused, and the sentence says what to do."""
    answer = await ask("GET", host)
    assert answer.status_code == 421
    assert answer.json()["error"]["code"] == "wrong_host"
    assert "consentry.toml" in answer.json()["error"]["message"]


async def test_changes_need_the_header() -> None:
    """Without X-Consentry: 1 nothing is changed, with it everything may."""
    assert (await ask("POST", "localhost")).json()["error"]["code"] == "missing_header"
    assert (await ask("DELETE", "localhost", X_Consentry="0")).status_code == 403
    assert (await ask("POST", "localhost", X_Consentry="1")).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://localhost:9", "null", "", "http://[bad"]
)
async def test_changes_from_other_origins_are_refused(origin: str) -> None:
    """A page of another origin, or of another port, changes nothing."""
    answer = await ask("POST", "localhost:8600", X_Consentry="1", Origin=origin)
    assert answer.json()["error"]["code"] == "wrong_origin"


async def test_changes_from_our_own_page_pass() -> None:
    """The page's own origin passes, behind a proxy that speaks HTTPS too."""
    for origin in ("http://localhost:8600", "https://localhost:8600"):
        answer = await ask("POST", "localhost:8600", X_Consentry="1", Origin=origin)
        assert answer.status_code == 200


async def test_a_configured_name_is_an_origin_too() -> None:
    """A proxy under that name need not pass Host on; the name with another port is not it."""
    ours = await ask("POST", "127.0.0.1", X_Consentry="1", Origin="https://cameras.example.org")
    assert ours.status_code == 200
    other = await ask("POST", "127.0.0.1", X_Consentry="1", Origin="http://cameras.example.org:81")
    assert other.status_code == 403


async def test_every_answer_carries_the_security_headers() -> None:
    """Policy, no sniffing, no framing, and API answers are never stored: refusals included."""
    for host in ("localhost", "evil.example"):
        answer = await ask("GET", host)
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"


async def test_the_policy_lets_in_nothing_inline_and_nothing_foreign() -> None:
    """A script that somebody smuggles into the page does not run, nor comes one from elsewhere."""
    policy = (await ask("GET", "localhost")).headers["content-security-policy"]
    sources = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    assert sources["default-src"] == "'none'"
    assert sources["script-src"] == sources["style-src"] == sources["connect-src"] == "'self'"
    assert sources["base-uri"] == sources["frame-ancestors"] == "'none'"
    known = {"'none'", "'self'", "blob:", "data:"}
    assert {word for each in sources.values() for word in each.split()} <= known


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://cameras.example.org", True),
        ("https://cameras.example.org:8600", True),
        ("http://cameras.example.org", False),
        ("https://192.168.1.20", False),
        (f"https://{socket.gethostname().partition('.')[0]}.local", False),
    ],
)
async def test_https_only_is_said_where_it_locks_nobody_out(address: str, *, told: bool) -> None:
    """HSTS goes with names the owner gave to this hub, by HTTPS; not with addresses and others."""
    transport = httpx.ASGITransport(guarded())
    async with httpx.AsyncClient(transport=transport, base_url=address) as client:
        answer = await client.get("/api/hello")
    assert answer.status_code == 200
    assert ("strict-transport-security" in answer.headers) is told


async def test_the_control_socket_is_trusted() -> None:
    """What came through the control socket needs neither Host, header nor Origin."""
    app = guarded()

    async def marked(scope: Scope, receive: Receive, send: Send) -> None:
        scope[OWNER] = True
        await app(scope, receive, send)

    transport = httpx.ASGITransport(marked)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        assert (await client.post("/api/hello")).status_code == 200
