"""Every route of the application, asked by nobody and by the owner; a new one must be added."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import websockets
from starlette.routing import BaseRoute, Route, WebSocketRoute

from consentry.web.openapi import document
from consentry.web.sessions import COOKIE
from tests.web.home import Home, listening, stretch

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "http-api.md"


@dataclass(frozen=True, slots=True)
class Row:
    """One request: what nobody gets, what the owner gets."""

    method: str
    path: str
    owner: int
    nobody: int = 401
    body: object = None
    query: dict[str, str] = field(default_factory=dict)


_FILM = stretch(4, 8)
_CORRECTION = {"verdict": "right"}
_CHANNEL = {"kind": "apprise", "name": "Phone", "url": "json://127.0.0.1:9/"}
_CAMERA = {"name": "Garden", "url": "rtsp://127.0.0.1:9/none"}
_PROBE = {"url": "rtsp://127.0.0.1:9/none"}
_KEEP = {"camera": "{camera}", **_FILM}
_SETUP = {"token": "guess", "name": "Eve", "password": "password"}
_WRONG = {"password": "wrong password"}
_NO_CREDENTIAL: dict[str, object] = {"credential": {}}
_JOIN = {"token": "guess", "name": "Eve", "password": "password"}
_TOKEN = {"name": "script", "rights": ["live"], "days": 1, **_WRONG}
_LOGIN = {"name": "Ada", "password": "wrong password"}
_RESTORE = {"words": "abandon abandon", "password": "another password"}
_UNLOCK = {"password": "wrong password"}
_SHARE = {"camera": "{camera}", **_FILM}
_PASSWORD = {"current": "wrong password", "new": "another password"}

TABLE = (
    Row("GET", "/api/health", owner=200, nobody=200),
    Row("GET", "/api/openapi.json", owner=200, nobody=200),
    Row("GET", "/api/session", owner=200, nobody=200),
    Row("POST", "/api/setup", owner=403, nobody=403, body=_SETUP),
    Row("POST", "/api/login", owner=401, nobody=401, body=_LOGIN),
    Row("GET", "/api/cameras", owner=200),
    Row("POST", "/api/cameras", owner=424, body=_CAMERA),
    Row("POST", "/api/cameras/probe", owner=424, body=_PROBE),
    Row("POST", "/api/cameras/discover", owner=200),
    Row("GET", "/api/cameras/{camera}", owner=200),
    Row("PATCH", "/api/cameras/{camera}", owner=200, body={"order": 3}),
    Row("POST", "/api/cameras/{camera}/snooze", owner=200, body={"minutes": 60}),
    Row("POST", "/api/cameras/{camera}/pause", owner=200, body={"minutes": 0}),
    Row("GET", "/api/cameras/{camera}/openness", owner=200),
    Row("POST", "/api/cameras/{camera}/password", owner=409),
    Row("GET", "/api/cameras/{camera}/timeline", owner=200, query=_FILM),
    Row("GET", "/api/cameras/{camera}/segments", owner=200, query=_FILM),
    Row("GET", "/api/cameras/{camera}/export", owner=200, query=_FILM),
    Row("GET", "/api/cameras/{camera}/export.mp4", owner=200, query=_FILM),
    Row("GET", "/api/cameras/{camera}/preview.jpg", owner=200, query={"at_us": "1790000005000000"}),
    Row("GET", "/api/cameras/{camera}/snapshot.jpg", owner=404),
    Row("WS", "/api/cameras/{camera}/live", owner=101),
    Row("GET", "/api/segments/{segment}/init", owner=200),
    Row("GET", "/api/segments/{segment}/media", owner=200),
    Row("GET", "/api/events", owner=200),
    Row("GET", "/api/events/{event}", owner=200),
    Row("GET", "/api/events/{event}/picture.jpg", owner=200),
    Row("GET", "/api/events/{event}/clip.mp4", owner=200),
    Row("PUT", "/api/events/{event}/correction", owner=200, body=_CORRECTION),
    Row("DELETE", "/api/events/{event}/correction", owner=200),
    Row("GET", "/api/diary", owner=200),
    Row("GET", "/api/diary/checkpoint", owner=200),
    Row("GET", "/api/diary/proof", owner=200, query={"old": "0"}),
    Row("GET", "/api/diary/now", owner=200),
    Row("DELETE", "/api/diary/people/{person}", owner=404),
    Row("GET", "/api/kept", owner=200),
    Row("POST", "/api/kept", owner=201, body=_KEEP),
    Row("PATCH", "/api/kept/{clip}", owner=404, body={"note": "the fox"}),
    Row("DELETE", "/api/kept/{clip}", owner=404),
    Row("WS", "/api/feed", owner=101),
    Row("GET", "/api/settings", owner=200),
    Row("PATCH", "/api/settings", owner=200, body={"cool_down_s": 60}),
    Row("GET", "/api/channels", owner=200),
    Row("POST", "/api/channels", owner=201, body=_CHANNEL),
    Row("PUT", "/api/channels/{channel}", owner=404, body=_CHANNEL),
    Row("DELETE", "/api/channels/{channel}", owner=404),
    Row("POST", "/api/channels/{channel}/test", owner=404),
    Row("GET", "/api/storage", owner=200),
    Row("GET", "/api/problems", owner=200),
    Row("POST", "/api/problems/clock/confirm", owner=204),
    Row("POST", "/api/problems/diary/acknowledge", owner=204),
    Row("POST", "/api/check", owner=200, body={"samples": 1}),
    Row("POST", "/api/lock", owner=200),
    Row("POST", "/api/unlock", owner=401, body=_UNLOCK),
    Row("GET", "/api/keys", owner=200),
    Row("POST", "/api/keys/rotate", owner=200),
    Row("GET", "/api/recovery", owner=200),
    Row("POST", "/api/recovery/words", owner=200),
    Row("POST", "/api/recovery/confirm", owner=400, body={"answers": {}}),
    Row("POST", "/api/recovery/restore", owner=400, nobody=400, body=_RESTORE),
    Row("POST", "/api/backup", owner=409),
    Row("POST", "/api/reset-owner", owner=403, body=_UNLOCK),
    Row("POST", "/api/login/passkey/options", owner=400, nobody=400),
    Row("POST", "/api/login/passkey", owner=401, nobody=401, body=_NO_CREDENTIAL),
    Row("POST", "/api/join/look", owner=404, nobody=404, body={"token": "guess"}),
    Row("POST", "/api/join", owner=404, nobody=404, body=_JOIN),
    Row("GET", "/api/sessions", owner=200),
    Row("DELETE", "/api/sessions", owner=204),
    Row("DELETE", "/api/sessions/{session}", owner=404),
    Row("GET", "/api/sign-in", owner=200),
    Row("POST", "/api/sign-in/totp", owner=401, body=_WRONG),
    Row("PUT", "/api/sign-in/totp", owner=409, body={"code": "000000"}),
    Row("POST", "/api/sign-in/totp/off", owner=401, body=_WRONG),
    Row("POST", "/api/sign-in/recovery-codes", owner=401, body=_WRONG),
    Row("POST", "/api/sign-in/passkeys/options", owner=400, body=_WRONG),
    Row("POST", "/api/sign-in/passkeys", owner=400, body={"name": "Phone", **_NO_CREDENTIAL}),
    Row("DELETE", "/api/sign-in/passkeys/{passkey}", owner=404),
    Row("GET", "/api/tokens", owner=200),
    Row("POST", "/api/tokens", owner=401, body=_TOKEN),
    Row("DELETE", "/api/tokens/{token}", owner=404),
    Row("GET", "/api/members", owner=200),
    Row("PATCH", "/api/members/{member}", owner=404, body={"role": "guest"}),
    Row("DELETE", "/api/members/{member}", owner=404),
    Row("POST", "/api/members/invitations", owner=201, body={"role": "guest"}),
    Row("DELETE", "/api/members/invitations/{invitation}", owner=404),
    Row("GET", "/api/shares", owner=200),
    Row("POST", "/api/shares", owner=201, body=_SHARE),
    Row("GET", "/api/shares/{share}/preview.mp4", owner=404),
    Row("POST", "/api/shares/{share}/link", owner=404, body={"hours": 24}),
    Row("GET", "/api/shares/{share}/link", owner=404),
    Row("POST", "/api/shares/{share}/mail", owner=404, body={"to": "oma@example.org"}),
    Row("DELETE", "/api/shares/{share}", owner=404),
    Row("POST", "/api/shared/open", owner=404, nobody=404, body={"token": "unknown"}),
    Row("GET", "/api/shared/film", owner=400, nobody=400),
    Row("DELETE", "/api/cameras/{camera}/footage", owner=204, query=_FILM),
    Row("POST", "/api/forget", owner=200, body={"minutes": 60}),
    Row("DELETE", "/api/events/{event}", owner=204),
    Row("DELETE", "/api/cameras/{camera}", owner=204),
    Row("GET", "/api/trust", owner=200, nobody=200),
    Row("POST", "/api/trust/renew", owner=409),
    Row("GET", "/trust", owner=307, nobody=307),
    Row("GET", "/trust/{file}", owner=404, nobody=404),
    Row("POST", "/api/password", owner=401, body=_PASSWORD),
    Row("POST", "/api/logout", owner=204),
    Row("GET", "/{path:path}", owner=200, nobody=200),
)


def named(route: BaseRoute) -> Iterator[tuple[str, str]]:
    """Return method and path of everything a route answers."""
    match route:
        case WebSocketRoute():
            yield "WS", route.path
        case Route():
            yield from ((method, route.path) for method in route.methods or () if method != "HEAD")
        case _:
            pytest.fail(f"{route} is of a kind this test does not know.")


def filled(path: str, home: Home) -> str:
    """Return the path with the ids of this home."""
    ids = {
        "{camera}": home.camera,
        "{segment}": home.segment,
        "{event}": home.event,
        "{channel}": "channel000000001",
        "{clip}": home.clip,
        "{member}": "member0000000001",
        "{share}": "share00000000001",
        "{invitation}": "invitation000001",
        "{person}": "nobody0000000001",
        "{file}": "consentry.crt",
        "{session}": "session0000000001",
        "{passkey}": "passkey",
        "{token}": "token00000000001",
        "{path:path}": "",
    }
    for name, value in ids.items():
        path = path.replace(name, value)
    return path


async def ask(client: httpx.AsyncClient, row: Row, home: Home) -> int:
    """Return the status of one request."""
    home.app.state.context.limiter.succeeded("127.0.0.1")  # a table has many wrong passwords
    body = json.loads(json.dumps(row.body).replace("{camera}", home.camera))
    answer = await client.request(row.method, filled(row.path, home), params=row.query, json=body)
    if answer.status_code >= 400:
        error = answer.json()["error"]
        assert error["code"]
        assert error["message"].endswith((".", "?")), error["message"]
    return answer.status_code


async def test_the_table_names_every_route(home: Home) -> None:
    """No route is missing from the table, and none in it is gone."""
    served = {pair for route in home.app.routes for pair in named(route)}
    assert served == {(row.method, row.path) for row in TABLE}


async def test_nobody_gets_only_what_is_open(home: Home) -> None:
    """Without a session everything but the open routes answers 401, whatever is asked."""
    for row in TABLE:
        if row.method != "WS":
            assert await ask(home.nobody, row, home) == row.nobody, row


async def test_a_forged_session_is_nobody(home: Home) -> None:
    """A cookie with another token, or the token's hash, opens nothing."""
    for token in (home.token[:-1], home.token + "A", "", "x" * 5000):
        home.nobody.cookies.set(f"{COOKIE}_8600", token, domain="127.0.0.1")
        assert (await home.nobody.get("/api/cameras")).status_code == 401


async def test_the_owner_gets_everything(home: Home) -> None:
    """With a session every route does its work, in the order of the table."""
    for row in TABLE:
        if row.method != "WS":
            assert await ask(home.owner, row, home) == row.owner, row


async def test_changes_without_the_header_are_refused(home: Home) -> None:
    """Every route that changes something needs X-Consentry: 1, the open ones too."""
    del home.owner.headers["X-Consentry"]
    for row in TABLE:
        if row.method not in {"WS", "GET"}:
            assert await ask(home.owner, row, home) == 403, row


async def test_websockets_need_a_session_and_our_own_page(home: Home) -> None:
    """A WebSocket without a session, or from another site's page, is refused with a sentence."""
    async with listening(home) as url:
        signed = {"Cookie": f"{COOKIE}_{urlsplit(url).port}={home.token}"}
        for row in TABLE:
            if row.method != "WS":
                continue
            address = url + filled(row.path, home)
            assert await handshake(address, {}) == row.nobody
            assert await handshake(address, {**signed, "Origin": "http://evil.example"}) == 403
            assert await handshake(address, signed) == row.owner


async def handshake(address: str, headers: dict[str, str]) -> int:
    """Return the status a WebSocket handshake gets; 101 when it is opened."""
    try:
        async with websockets.connect(address, additional_headers=headers):
            return 101
    except websockets.InvalidStatus as refused:
        answer = refused.response
    assert json.loads(answer.body)["error"]["message"].endswith((".", "?"))
    return answer.status_code


def test_the_reference_names_every_route() -> None:
    """docs/reference/http-api.md and the application know the same routes."""
    written: set[tuple[str, str]] = set()
    for line in REFERENCE.read_text("utf-8").splitlines():
        if match := re.match(r"\| ([A-Z, ]+) \| (/api/\S+) \|", line):
            methods = match.group(1).split(", ")
            written |= {(method, match.group(2)) for method in methods}
    assert written == {(row.method, row.path) for row in TABLE if row.path.startswith("/api")}


def test_the_document_for_machines_names_every_route() -> None:
    """/api/openapi.json describes every route but WebSockets, each with its errors."""
    paths = document()["paths"]
    described = {(method.upper(), path) for path, item in paths.items() for method in item}
    wanted = {
        (row.method, row.path)
        for row in TABLE
        if row.method != "WS" and row.path.startswith("/api/") and row.path != "/api/openapi.json"
    }
    assert described == wanted
    for path, item in paths.items():
        for operation in item.values():
            assert "default" in operation["responses"], path
            assert "422" not in operation["responses"], path
            assert operation["summary"], path
