"""Making the first account, signing in and out, and guessing."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.web.app import create_app
from tests.web.browsers import browser_at
from tests.web.hand_clock import HandClock
from tests.web.home import CHEAP

PASSWORD = "correct horse"


@pytest.fixture
def clock() -> HandClock:
    """Return the machine's clock, moved by hand."""
    return HandClock()


@pytest_asyncio.fixture
async def hub(tmp_path: Path, clock: HandClock) -> AsyncIterator[Hub]:
    """Return a hub that nobody owns yet."""
    async with Hub(Config(data=tmp_path), work=Work.NOTHING, clock=clock, cost=CHEAP) as opened:
        yield opened


@pytest.fixture
def app(hub: Hub) -> FastAPI:
    """Return the application over it."""
    return create_app(hub)


@pytest_asyncio.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Return a browser with the page open."""
    async with browser_at(app, "192.0.2.10") as client:
        yield client


async def set_up(browser: httpx.AsyncClient, hub: Hub) -> httpx.Response:
    """Make the owner's account."""
    body = {"token": hub.setup_token.reveal(), "name": "Ada", "password": PASSWORD}
    return await browser.post("/api/setup", json=body)


async def log_in(
    browser: httpx.AsyncClient, password: str = PASSWORD, name: str = "Ada"
) -> httpx.Response:
    """Try to sign in."""
    return await browser.post("/api/login", json={"name": name, "password": password})


async def test_the_printed_token_makes_the_first_account(
    browser: httpx.AsyncClient, hub: Hub
) -> None:
    """Before: setup. With the token: an account, and signed in. The cookie is for no script."""
    assert (await browser.get("/api/session")).json()["state"] == "setup"
    answer = await set_up(browser, hub)
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    session = (await browser.get("/api/session")).json()
    assert session.pop("member")
    assert session == {
        "state": "signed_in",
        "name": "Ada",
        "role": "owner",
        "language": "en",
        "time_zone": "UTC",
        "locked": False,
    }


async def test_the_token_works_once(browser: httpx.AsyncClient, app: FastAPI, hub: Hub) -> None:
    """Whoever finds the token later makes no second account with it."""
    await set_up(browser, hub)
    async with browser_at(app, "192.0.2.66") as stranger:
        answer = await set_up(stranger, hub)
        assert answer.status_code == 409
        assert (await stranger.get("/api/session")).json()["state"] == "signed_out"


async def test_a_guessed_token_makes_nothing(browser: httpx.AsyncClient) -> None:
    """A wrong token is refused, and guessing tokens is slowed like guessing passwords."""
    statuses = []
    for guess in range(7):
        body = {"token": f"guess{guess}ü", "name": "Eve", "password": PASSWORD}
        statuses.append((await browser.post("/api/setup", json=body)).status_code)
    assert statuses == [403] * 5 + [429] * 2
    assert (await browser.get("/api/session")).json()["state"] == "setup"


async def test_a_weak_password_is_refused_before_the_token_is_used(
    browser: httpx.AsyncClient, hub: Hub
) -> None:
    """The owner may try again with a longer one."""
    body = {"token": hub.setup_token.reveal(), "name": "Ada", "password": "short"}
    answer = await browser.post("/api/setup", json=body)
    assert answer.status_code == 400
    assert "8 to 256 characters" in answer.json()["error"]["message"]
    assert (await set_up(browser, hub)).status_code == 200


async def test_signing_in_and_out(browser: httpx.AsyncClient, hub: Hub) -> None:
    """Name in any case and the password sign in; signing out ends it at once."""
    await set_up(browser, hub)
    assert (await browser.post("/api/logout")).status_code == 204
    assert (await browser.get("/api/cameras")).status_code == 401
    assert (await log_in(browser, name=" ADA ")).status_code == 200
    assert (await browser.get("/api/cameras")).json() == []


async def test_a_stolen_cookie_is_worthless_after_signing_out(
    browser: httpx.AsyncClient, app: FastAPI, hub: Hub
) -> None:
    """The token that was in the cookie opens nothing any more."""
    await set_up(browser, hub)
    async with browser_at(app, "192.0.2.66") as thief:
        thief.cookies = browser.cookies
        assert (await thief.get("/api/cameras")).status_code == 200
        await browser.post("/api/logout")
        assert (await thief.get("/api/cameras")).status_code == 401


async def test_signing_in_again_replaces_the_session(
    app: FastAPI, browser: httpx.AsyncClient, hub: Hub
) -> None:
    """A browser has one session: the token it had before opens nothing any more."""
    await set_up(browser, hub)
    async with browser_at(app, "192.0.2.66") as thief:
        thief.cookies = httpx.Cookies(browser.cookies)
        await log_in(browser)
        assert (await browser.get("/api/cameras")).status_code == 200
        assert (await thief.get("/api/cameras")).status_code == 401


async def test_hubs_on_one_host_keep_their_cookies_apart(app: FastAPI, hub: Hub) -> None:
    """Signed in at one port, a browser sends that cookie to another: there it is nobody's."""
    async with browser_at(app, "192.0.2.10") as browser:
        browser.base_url = "http://127.0.0.1:8600"
        await set_up(browser, hub)
        assert list(browser.cookies) == ["consentry_session_8600"]
        assert (await browser.get("/api/cameras")).status_code == 200
        browser.base_url = "http://127.0.0.1:8601"
        assert (await browser.get("/api/cameras")).status_code == 401


async def test_over_https_the_cookie_is_secure(app: FastAPI, hub: Hub) -> None:
    """A browser that came by HTTPS never sends its cookie in the clear."""
    async with browser_at(app, "192.0.2.10", scheme="https") as browser:
        assert "Secure" in (await set_up(browser, hub)).headers["set-cookie"]


async def test_wrong_names_and_wrong_passwords_answer_alike(
    browser: httpx.AsyncClient, hub: Hub
) -> None:
    """Nobody learns which names exist."""
    await set_up(browser, hub)
    wrong = await log_in(browser, "wrong horse")
    unknown = await log_in(browser, name="Eve")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


async def test_guessing_is_slowed_and_nobody_locked_out(
    browser: httpx.AsyncClient, app: FastAPI, hub: Hub, clock: HandClock
) -> None:
    """After five wrong passwords an address must wait; after the wait the right one works."""
    await set_up(browser, hub)
    async with browser_at(app, "192.0.2.66") as guesser:
        for _ in range(5):
            assert (await log_in(guesser, "guess guess")).status_code == 401
        limited = await log_in(guesser)
        assert limited.status_code == 429
        assert int(limited.headers["retry-after"]) >= 1
        clock.advance(61_000_000)
        assert (await log_in(guesser)).status_code == 200


async def test_a_stranger_who_guesses_does_not_slow_the_owner(
    browser: httpx.AsyncClient, app: FastAPI, hub: Hub
) -> None:
    """From where the owner signed in before, guesses from many addresses cost nothing."""
    await set_up(browser, hub)
    await log_in(browser)
    for number in range(6):
        async with browser_at(app, f"198.51.100.{number}") as guesser:
            await log_in(guesser, "guess guess")
    async with browser_at(app, "203.0.113.9") as elsewhere:
        assert (await log_in(elsewhere)).status_code == 429
    assert (await log_in(browser)).status_code == 200


async def test_changing_the_password(browser: httpx.AsyncClient, app: FastAPI, hub: Hub) -> None:
    """The current password proves who asks; other browsers are out, the old password is dead."""
    await set_up(browser, hub)
    async with browser_at(app, "192.0.2.11") as phone:
        await log_in(phone)
        wrong = {"current": "wrong horse", "new": "battery staple"}
        assert (await browser.post("/api/password", json=wrong)).status_code == 401
        right = {"current": PASSWORD, "new": "battery staple"}
        assert (await browser.post("/api/password", json=right)).status_code == 200
        assert (await browser.get("/api/cameras")).status_code == 200
        assert (await phone.get("/api/cameras")).status_code == 401
        assert (await log_in(phone)).status_code == 401
        assert (await log_in(phone, "battery staple")).status_code == 200


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "needs a JSON body"),
        (b"{", "not valid JSON"),
        (b"[]", "should"),
        (b'{"name": "Ada"}', "`password` is missing."),
        (b'{"name": "Ada", "password": "x", "more": 1}', "`more` is not a setting there is."),
        (b'{"name": 7, "password": "x"}', "`name` should be a valid string."),
        (b'{"name": "Ada", "password": ""}', "`password` should have at least 1"),
        (b"\xff\xfe", "not valid JSON"),
        (b'{"name": "\\ud800", "password": "x"}', "`name`"),
    ],
)
async def test_what_is_wrong_is_said_in_one_sentence(
    browser: httpx.AsyncClient, body: bytes, sentence: str
) -> None:
    """Bad input gets 400 and a sentence that names the field, never the value."""
    headers = {"content-type": "application/json"}
    answer = await browser.post("/api/login", content=body, headers=headers)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "invalid"
    assert sentence in error["message"]


async def test_a_password_is_never_repeated(browser: httpx.AsyncClient) -> None:
    """Whatever is wrong with it, the answer does not hold it."""
    for password in ("s3cret" * 100, ["s3cret"], {"s3cret": 1}):
        answer = await browser.post("/api/login", json={"name": "Ada", "password": password})
        assert answer.status_code == 400
        assert "s3cret" not in answer.text


async def test_a_huge_body_is_refused(browser: httpx.AsyncClient) -> None:
    """Half a megabyte is more than any setting needs."""
    answer = await browser.post("/api/login", content=b"x" * 600_000)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"
