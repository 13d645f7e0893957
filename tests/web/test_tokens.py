"""API tokens: a part of their maker's rights, by Bearer only, until they expire."""

import json
from urllib.parse import urlsplit

import httpx
import pytest
import websockets

from consentry.model.rights import Role
from consentry.model.time import DAY
from consentry.web.sessions import SIGNED_OUT
from tests.web.doorstep import Doorstep
from tests.web.home import PASSWORD, Home, listening, stretch
from tests.web.people import browser_of, joined
from tests.web.test_members_api import closing


async def made(
    owner: httpx.AsyncClient, password: str = PASSWORD.reveal(), **body: object
) -> tuple[str, str]:
    """Return id and secret of a new token."""
    wanted = {"name": "script", "password": password, "rights": ["live"], "days": 30, **body}
    answer = await owner.post("/api/tokens", json=wanted)
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]["id"], answer.json()["secret"]


def program(home: Home, secret: str) -> httpx.AsyncClient:
    """Return a program that shows the token, and nothing else."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(home.app),
        base_url="http://127.0.0.1:8600",
        headers={"Authorization": f"Bearer {secret}"},
    )


async def test_a_token_may_what_it_was_given(home: Home) -> None:
    """Its rights with its cameras; changes too, without the header that browsers need."""
    _, secret = await made(home.owner, rights=["live", "settings"], cameras=[home.camera])
    async with program(home, secret) as script:
        (camera,) = (await script.get("/api/cameras")).json()
        assert camera["rights"] == ["live", "settings"]
        path = f"/api/cameras/{home.camera}"
        assert (await script.patch(path, json={"order": 3})).status_code == 200
        timeline = await script.get(f"{path}/timeline", params=stretch(0, 20))
        assert timeline.status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/api/settings", "/api/storage", "/api/sessions", "/api/tokens", "/api/sign-in"],
)
async def test_a_token_reaches_neither_house_nor_account(home: Home, path: str) -> None:
    """Even its owner's token: it cannot make another one, or change how anybody signs in."""
    _, secret = await made(home.owner, rights=["live", "settings", "export"])
    async with program(home, secret) as script:
        assert (await script.get(path)).status_code == 403
        (self,) = (await script.get("/api/members")).json()["members"]
        assert self["me"] is True


async def test_a_token_is_no_cookie_and_a_cookie_no_token(home: Home) -> None:
    """Each opens only as what it is; and beside a wrong token no cookie counts."""
    _, secret = await made(home.owner)
    for header in (f"Bearer {home.token}", "Bearer ", "Basic QTpC", "Bearer ct_guess"):
        home.owner.headers["Authorization"] = header
        assert (await home.owner.get("/api/cameras")).status_code == 401, header
    del home.owner.headers["Authorization"]
    async with program(home, secret) as script:
        script.headers.pop("Authorization")
        script.cookies.set("consentry_session_8600", secret)
        assert (await script.get("/api/cameras")).status_code == 401


async def test_a_token_taken_back_is_out_at_once(home: Home) -> None:
    """Its streams too."""
    token, secret = await made(home.owner)
    async with listening(home) as url:
        header = {"Authorization": f"Bearer {secret}"}
        address = f"{url}/api/cameras/{home.camera}/live"
        async with websockets.connect(address, additional_headers=header) as socket:
            assert json.loads(await socket.recv())["type"] == "state"
            assert urlsplit(url).port
            assert (await home.owner.delete(f"/api/tokens/{token}")).status_code == 204
            assert await closing(socket) == SIGNED_OUT
    async with program(home, secret) as script:
        assert (await script.get("/api/cameras")).status_code == 401
    assert (await home.owner.get("/api/tokens")).json() == []


async def test_a_token_has_no_more_than_its_maker(home: Home) -> None:
    """Asked for more, it has what its maker has; when that goes, it has nothing."""
    bo = await joined(home.app, "Bo", Role.ADULT)
    async with await browser_of(home.app, bo) as browser:
        _, secret = await made(browser, rights=["live", "settings"])
        (listed,) = (await browser.get("/api/tokens")).json()
        assert (listed["name"], listed["used"]) == ("script", None)
    async with program(home, secret) as script:
        (camera,) = (await script.get("/api/cameras")).json()
        assert camera["rights"] == ["live"]
        none = {"grants": [{"camera": home.camera, "rights": []}]}
        await home.owner.patch(f"/api/members/{bo.id}", json=none)
        assert (await script.get("/api/cameras")).json() == []
        await home.owner.delete(f"/api/members/{bo.id}")
        assert (await script.get("/api/cameras")).status_code == 401


async def test_making_one_takes_the_password(home: Home) -> None:
    """And cameras that one may see; the secret stands nowhere afterwards."""
    body = {"name": "script", "rights": ["live"], "days": 30}
    wrong = await home.owner.post("/api/tokens", json={**body, "password": "wrong"})
    assert wrong.status_code == 401
    unknown = {**body, "password": PASSWORD.reveal(), "cameras": ["none"]}
    assert (await home.owner.post("/api/tokens", json=unknown)).status_code == 404
    _, secret = await made(home.owner)
    assert secret.startswith("ct_")
    rows = await home.hub.database.run(lambda c: c.execute("SELECT * FROM tokens").fetchall())
    assert secret not in repr(rows) + (await home.owner.get("/api/tokens")).text


async def test_a_token_ends_on_its_day(door: Doorstep) -> None:
    """And is not revived by a clock that is set back."""
    _, secret = await made(door.owner, "correct horse", days=7)
    async with door.browser(Authorization=f"Bearer {secret}") as script:
        door.clock.advance(7 * DAY - 1)
        assert (await script.get("/api/cameras")).status_code == 200
        door.clock.advance(1)
        assert (await script.get("/api/cameras")).status_code == 401
        door.clock.advance(-DAY)
        assert (await script.get("/api/cameras")).status_code == 401
