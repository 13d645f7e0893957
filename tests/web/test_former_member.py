"""A former member with everything they ever had sees nothing, by no route, stream or channel."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pyotp
import pytest
import pytest_asyncio
import websockets

from consentry import config as settings_file
from consentry.home.passwords import PasswordDesk
from consentry.home.stores import Stores
from consentry.model.feed import AlertShown
from consentry.model.keys import UnlockMode
from consentry.model.rights import RESIDENT
from consentry.model.secret import Secret
from consentry.model.status import ProblemCode
from consentry.model.time import SECOND
from consentry.store import accounts, events
from consentry.web.sessions import COOKIE, SIGNED_OUT
from tests.home.test_rotation import opens_nothing
from tests.notify.servers import WebHook, web_hook
from tests.store.film import START
from tests.store.house import DOOR
from tests.web.authenticator import Authenticator
from tests.web.browsers import PORT, Playing, browser_at
from tests.web.home import CHEAP, EVENT, Home, listening, owned, until
from tests.web.test_every_route import TABLE, ask, filled, handshake
from tests.web.test_members_api import closing
from tests.web.test_shares import shared

HOST = "localhost"
"""Passkeys are for names."""
OLD, NEWEST = "first password", "newest password"

FILM = {"from_us": str(START), "track": "video"}

OPEN_PATHS = {
    "/api/health",
    "/api/openapi.json",
    "/api/session",
    "/api/recovery/restore",
    "/api/login/passkey/options",
    "/api/shared/film",
    "/api/trust",
    "/trust",
    "/{path:path}",
}
"""Open to everybody; they show nothing of the house."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What Bo, who owned the house together with Ada, kept of it."""

    totp: str
    codes: list[str]
    cookies: tuple[str, ...]
    """Of every browser Bo was ever signed in with."""
    tokens: tuple[str, ...]
    """Secrets of API tokens: one for everything, one for one camera live."""
    passkey: Authenticator
    link: str
    ticket: str
    invitation: str
    words: list[str]
    copy: Path
    """The data folder as it was, key files and all."""


def bos(home: Home, cookie: str = "", **headers: str) -> httpx.AsyncClient:
    """Return a browser at Bo's, with a session's cookie or without."""
    if cookie:
        headers["Cookie"] = f"{COOKIE}_{PORT}={cookie}"
    return browser_at(home.app, host=HOST, **headers)


def cookie_of(answer: httpx.Response) -> str:
    """Return the session that a signed-in browser was given."""
    assert answer.status_code == 200, answer.text
    return answer.cookies[f"{COOKIE}_{PORT}"]


async def good(
    browser: httpx.AsyncClient, method: str, path: str, **body: object
) -> httpx.Response:
    """Ask for what must work."""
    answer = await browser.request(method, f"/api/{path}", json=body)
    assert answer.is_success, answer.text
    return answer


async def by_password(home: Home, password: str, code: str) -> httpx.Response:
    """Try to sign in as Bo."""
    async with bos(home) as phone:
        body = {"name": "Bo", "password": password, "code": code}
        return await phone.post("/api/login", json=body)


async def by_passkey(home: Home, passkey: Authenticator) -> httpx.Response:
    """Try to sign in with Bo's fingerprint."""
    async with bos(home) as phone:
        asked = (await good(phone, "POST", "login/passkey/options")).json()
        body = {"credential": passkey.shown(asked["challenge"])}
        return await phone.post("/api/login/passkey", json=body)


def app_code(home: Home, secret: str, *, steps: int = 0) -> str:
    """Return what Bo's authenticator app shows, so many half minutes ahead."""
    return pyotp.TOTP(secret).generate_otp(home.hub.clock.wall() // (30 * SECOND) + steps)


async def move_in(home: Home, hook: WebHook, copy: Path) -> Kept:
    """Let Bo join as an owner and get everything that anybody can have; all of it works."""
    invited = (await good(home.owner, "POST", "members/invitations", role="owner")).json()
    async with bos(home) as first:
        body = {"token": invited["token"], "name": "Bo", "password": OLD}
        before = cookie_of(await good(first, "POST", "join", **body))
    async with bos(home, before) as first:
        change = await good(first, "POST", "password", current=OLD, new=NEWEST)
    async with bos(home, newest := cookie_of(change)) as bo:
        passkey = Authenticator(f"http://{HOST}:{PORT}")
        asked = await good(bo, "POST", "sign-in/passkeys/options", password=NEWEST)
        made = passkey.made(asked.json()["challenge"])
        await good(bo, "POST", "sign-in/passkeys", name="Phone", credential=made)
        totp = (await good(bo, "POST", "sign-in/totp", password=NEWEST)).json()["secret"]
        typed = await good(bo, "PUT", "sign-in/totp", code=app_code(home, totp))
        codes = typed.json()["recovery_codes"]
        signed_in = [
            cookie_of(await by_passkey(home, passkey)),
            cookie_of(await by_password(home, NEWEST, app_code(home, totp, steps=1))),
            cookie_of(await by_password(home, NEWEST, codes.pop())),
        ]
        rights = [right.value for right in RESIDENT]
        limits = ({"rights": rights}, {"rights": ["live"], "cameras": [DOOR]})
        tokens = [
            (await good(bo, "POST", "tokens", name="t", password=NEWEST, days=365, **limit)).json()
            for limit in limits
        ]
        _, link, _ = await shared(bo, home)
        opened = await good(home.nobody, "POST", "shared/open", token=link)
        invitation = await good(bo, "POST", "members/invitations", role="adult")
        url = f"json://127.0.0.1:{hook.port}/"
        me = (await good(bo, "GET", "session")).json()["member"]
        phone = {"kind": "apprise", "name": "Bo's phone", "url": url, "member": me}
        channel = await good(bo, "POST", "channels", **phone)
        await good(bo, "POST", f"channels/{channel.json()['id']}/test")
        offered = (await good(bo, "POST", "recovery/words")).json()
        words = offered["words"]
        answers = {number: words[number - 1] for number in offered["ask"]}
        await good(bo, "POST", "recovery/confirm", answers=answers)
    await asyncio.to_thread(home.hub.database.checkpoint)
    await asyncio.to_thread(shutil.copytree, home.hub.config.data, copy)
    return Kept(
        totp=totp,
        codes=codes,
        cookies=(before, newest, *signed_in),
        tokens=tuple(token["secret"] for token in tokens),
        passkey=passkey,
        link=link,
        ticket=opened.json()["ticket"],
        invitation=invitation.json()["token"],
        words=words,
        copy=copy,
    )


@pytest_asyncio.fixture
async def house(folder: Path) -> AsyncIterator[Home]:
    """Return the recorded house behind a passphrase; Ada owns it."""
    async with owned(folder, UnlockMode.PASSPHRASE, host=HOST) as home:
        await until(lambda: home.hub.rotation.progress is None)
        yield home


@asynccontextmanager
async def watching(home: Home, kept: Kept) -> AsyncIterator[list[websockets.ClientConnection]]:
    """Open Bo's live view and feed, signed in and by the token for everything."""
    async with listening(home) as url, AsyncExitStack() as stack:
        port = urlsplit(url).port
        cookie = {"Cookie": f"{COOKIE}_{port}={kept.cookies[-1]}"}
        token = {"Authorization": f"Bearer {kept.tokens[0]}"}
        yield [
            await stack.enter_async_context(websockets.connect(url + path, additional_headers=head))
            for path in (f"/api/cameras/{DOOR}/live", "/api/feed")
            for head in (cookie, token)
        ]


async def sees(home: Home, kept: Kept) -> None:
    """Make sure that all of it shows something now: else that it does not later says nothing."""
    ways = [{"cookie": cookie} for cookie in kept.cookies[1:]]  # the first ended with its password
    ways += [{"Authorization": f"Bearer {token}"} for token in kept.tokens]
    for way in ways:
        async with bos(home, **way) as bo:
            assert (await bo.get(f"/api/cameras/{DOOR}")).json()["name"]
    async with bos(home, kept.cookies[-1]) as bo:
        assert (await bo.get(f"/api/events/{EVENT}/picture.jpg")).status_code == 200
        look = {"token": kept.invitation}
        assert (await bo.post("/api/join/look", json=look)).json()["role"] == "adult"


async def send_off(home: Home) -> None:
    """Remove Bo as the page leads an owner through it: another key, and other words."""
    members = (await good(home.owner, "GET", "members")).json()["members"]
    (bo,) = [member["id"] for member in members if member["name"] == "Bo"]
    await good(home.owner, "DELETE", f"members/{bo}")
    offered = (await good(home.owner, "POST", "keys/rotate")).json()["words"]
    answers = {number: offered["words"][number - 1] for number in offered["ask"]}
    await good(home.owner, "POST", "recovery/confirm", answers=answers)
    await until(lambda: home.hub.rotation.progress is None)


async def no_route_answers(home: Home, kept: Kept) -> None:
    """With no cookie and no token of Bo's: 401, 403, 404, or 429 where somebody may guess."""
    asked = [row for row in TABLE if row.method != "WS"]
    ways = [{"cookie": cookie} for cookie in kept.cookies]
    ways += [{"Authorization": f"Bearer {token}"} for token in kept.tokens]
    for way in ways:
        async with bos(home, **way) as bo:
            for row in asked:
                status = await ask(bo, row, home)
                assert status in {401, 403, 404, 429} or row.path in OPEN_PATHS, (row, way)
            session = (await bo.get("/api/session")).json()
            assert (session["state"], session["name"]) == ("signed_out", None)


async def no_stream_opens(home: Home, kept: Kept) -> None:
    """Nor does any WebSocket."""
    async with listening(home) as url:
        port = urlsplit(url).port
        ways = [{"Cookie": f"{COOKIE}_{port}={cookie}"} for cookie in kept.cookies]
        ways += [{"Authorization": f"Bearer {token}"} for token in kept.tokens]
        for row in TABLE:
            if row.method == "WS":
                for way in ways:
                    assert await handshake(url + filled(row.path, home), way) == 401, row


def unslowed(home: Home) -> None:
    """Let Bo try again at once, as somebody does who waits long enough."""
    for key in ("127.0.0.1", "link:127.0.0.1", "name:bo"):
        home.app.state.context.limiter.succeeded(key)


async def no_door_opens(home: Home, kept: Kept) -> None:
    """Neither passwords with codes, nor the passkey, nor words, nor an invitation let Bo in."""
    for password in (OLD, NEWEST):
        for code in ("", app_code(home, kept.totp, steps=1), *kept.codes[:3]):
            unslowed(home)
            refused = await by_password(home, password, code)
            assert (refused.status_code, refused.json()["error"]["code"]) == (
                401,
                "wrong_credentials",
            )
    unslowed(home)
    assert (await by_passkey(home, kept.passkey)).status_code == 401
    async with bos(home) as bo:
        words = {"words": " ".join(kept.words), "password": NEWEST}
        assert (await bo.post("/api/recovery/restore", json=words)).status_code == 400
        assert (await bo.post("/api/join/look", json={"token": kept.invitation})).status_code == 404
        invited = {"token": kept.invitation, "name": "Not Bo", "password": NEWEST}
        assert (await bo.post("/api/join", json=invited)).status_code == 404


async def no_link_opens(home: Home, kept: Kept) -> None:
    """The share's link is dead, the ticket of whoever opened it too, and its film is gone."""
    unslowed(home)
    async with bos(home) as bo:
        opened = await bo.post("/api/shared/open", json={"token": kept.link})
        assert opened.status_code == 404
        ticket = {"X-Consentry-Ticket": kept.ticket}
        assert (await bo.get("/api/shared/film", headers=ticket)).status_code == 404
    assert list((home.hub.config.data / "shares").iterdir()) == []


async def no_message_comes(home: Home, theirs: WebHook) -> None:
    """An alert that Ada's channel brings is brought to none of Bo's."""
    before = len(theirs.bodies)
    async with web_hook() as hers:
        url = f"json://127.0.0.1:{hers.port}/"
        await good(home.owner, "POST", "channels", kind="apprise", name="Ada's", url=url)
        event = await home.hub.database.run(events.get, home.event)
        home.hub._publish(AlertShown(event))
        home.hub.report(ProblemCode.DISK_FAILING, "The disk fails.")
        await hers.arrived(2)
    assert len(theirs.bodies) == before
    assert [channel.name for channel in home.hub.settings.channels] == ["Ada's"]


async def no_copy_opens(home: Home, kept: Kept) -> None:
    """With the copy and the password Bo has the key of then, to which nothing is sealed now."""
    stores = Stores.open(settings_file.load(kept.copy), last_used=True, alone=False)
    try:
        account = await stores.database.run(accounts.account_named, "Bo")
        assert account is not None
        pair = await PasswordDesk(cost=CHEAP).open(Secret(NEWEST), account)
        assert pair is not None
        assert stores.keyring.open_with(account, pair)
        stolen = stores.keyring.household
    finally:
        stores.database.close()
    assert not opens_nothing(stolen, kept.copy)
    later = kept.copy.with_name("later")
    await asyncio.to_thread(home.hub.database.checkpoint)
    await asyncio.to_thread(shutil.copytree, home.hub.config.data, later)
    assert opens_nothing(stolen, later)


async def test_a_former_member_with_all_they_ever_had_sees_nothing(
    house: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Bo, once an owner, kept everything, and watches, plays and listens while removed."""
    async with web_hook() as hook:
        kept = await move_in(house, hook, tmp_path_factory.mktemp("bo") / "kept")
        await sees(house, kept)
        film = f"/api/segments/{house.segment}/media"
        playing = Playing(house.app, film, FILM, session=kept.cookies[-1], host=HOST)
        async with asyncio.timeout(120), watching(house, kept) as sockets:
            await playing.begun.wait()
            await send_off(house)
            assert {await closing(socket) for socket in sockets} == {SIGNED_OUT}
            playing.goes_on.set()
            await asyncio.wait([playing.answer])
        assert not playing.ended
        whole = await house.owner.get(film, params=FILM)
        assert playing.bytes < len(whole.content)
        await no_route_answers(house, kept)
        await no_stream_opens(house, kept)
        await no_door_opens(house, kept)
        await no_link_opens(house, kept)
        await no_message_comes(house, hook)
    await no_copy_opens(house, kept)
