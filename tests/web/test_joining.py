"""Accepting an invitation: once, in time, with a name and password of one's own."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from consentry.model.keys import UnlockMode
from consentry.model.rights import Role
from consentry.store import accounts
from tests.web.browsers import browser_at
from tests.web.home import Home

PASSWORD = "battery staple"


@pytest_asyncio.fixture
async def guest(home: Home) -> AsyncIterator[httpx.AsyncClient]:
    """Return a browser that nobody is signed in to."""
    async with stranger(home) as browser:
        yield browser


def stranger(home: Home) -> httpx.AsyncClient:
    """Return another one."""
    agent = "Mozilla/5.0 (Android 15) Firefox/150.0"
    return browser_at(home.app, "192.0.2.44", **{"User-Agent": agent})


async def invited(home: Home, role: str, **more: object) -> str:
    """Return the token of a new invitation."""
    body = {"role": role, **more}
    answer = await home.owner.post("/api/members/invitations", json=body)
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["token"]
    return token


async def join(browser: httpx.AsyncClient, token: str, name: str = "Bo") -> httpx.Response:
    """Accept an invitation."""
    body = {"token": token, "name": name, "password": PASSWORD}
    return await browser.post("/api/join", json=body)


async def test_the_invited_see_what_it_is_and_come_in(home: Home, guest: httpx.AsyncClient) -> None:
    """Who invites them as what; then they are signed in, with what was granted."""
    grants = [{"camera": home.camera, "rights": ["live"]}]
    token = await invited(home, "guest", name="the cleaner", grants=grants)
    look = (await guest.post("/api/join/look", json={"token": token})).json()
    assert (look["role"], look["name"], look["by"]) == ("guest", "the cleaner", "Ada")
    assert (await guest.get("/api/session")).json()["state"] == "signed_out"
    answer = (await join(guest, token)).json()
    assert (answer["state"], answer["name"], answer["role"]) == ("signed_in", "Bo", "guest")
    (camera,) = (await guest.get("/api/cameras")).json()
    assert (camera["id"], camera["rights"]) == (home.camera, ["live"])
    assert camera["main"]["url"] == camera["user"] == ""


async def test_an_invitation_works_once(home: Home, guest: httpx.AsyncClient) -> None:
    """Also for two who try at the same time: one of them comes in."""
    token = await invited(home, "adult")
    async with stranger(home) as other:
        answers = await asyncio.gather(join(guest, token), join(other, token, "Eve"))
    assert sorted(answer.status_code for answer in answers) == [200, 404]
    assert len(home.hub.members.all()) == 2
    look = await guest.post("/api/join/look", json={"token": token})
    assert look.status_code == 404
    assert "used, withdrawn or is too old" in look.json()["error"]["message"]


async def test_a_name_that_is_taken_costs_no_invitation(
    home: Home, guest: httpx.AsyncClient
) -> None:
    """Nor does a weak password: with another one it still works."""
    token = await invited(home, "member")
    taken = await join(guest, token, "ADA")
    assert taken.status_code == 409
    assert "choose another name" in taken.json()["error"]["message"]
    weak = await guest.post("/api/join", json={"token": token, "name": "Bo", "password": "short"})
    assert weak.status_code == 400
    assert (await join(guest, token)).status_code == 200


async def test_a_withdrawn_invitation_lets_nobody_in(home: Home, guest: httpx.AsyncClient) -> None:
    """Nor does one whose camera was removed meanwhile grant anything."""
    token = await invited(home, "adult")
    (waiting,) = (await home.owner.get("/api/members")).json()["invitations"]
    await home.owner.delete(f"/api/members/invitations/{waiting['id']}")
    assert (await join(guest, token)).status_code == 404
    grants = [{"camera": home.camera, "rights": ["live"]}]
    token = await invited(home, "guest", grants=grants)
    await home.owner.delete(f"/api/cameras/{home.camera}")
    assert (await join(guest, token)).status_code == 200
    assert (await guest.get("/api/cameras")).json() == []


async def test_an_invitation_for_an_unknown_camera_is_refused(home: Home) -> None:
    """At once, not when it is accepted."""
    grants = [{"camera": "none", "rights": ["live"]}]
    body = {"role": "guest", "grants": grants}
    answer = await home.owner.post("/api/members/invitations", json=body)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("role", "share"),
    [(Role.OWNER, True), (Role.ADULT, True), (Role.MEMBER, True), (Role.GUEST, False)],
)
async def test_who_may_unlock_has_a_share_of_the_key(
    home: Home, guest: httpx.AsyncClient, role: Role, *, share: bool
) -> None:
    """Everybody but guests; and who becomes a guest loses it, who is one no more gets it."""
    home.hub.keyring.keep(UnlockMode.PASSPHRASE)
    await join(guest, await invited(home, role.value))

    async def has_share() -> bool:
        account = await home.hub.database.run(accounts.account_named, "Bo")
        assert account is not None
        return account.keys.household is not None

    assert await has_share() is share
    (bo,) = (member for member in home.hub.members.all() if member.name == "Bo")
    for become in ("guest", "adult"):
        await home.owner.patch(f"/api/members/{bo.id}", json={"role": become})
        assert await has_share() is (become == "adult")


async def test_a_locked_hub_takes_guests_only(home: Home, guest: httpx.AsyncClient) -> None:
    """Nobody can be given a share of a key that is locked away: 423 says what to do."""
    adult, visitor = await invited(home, "adult"), await invited(home, "guest")
    home.hub.keyring.keep(UnlockMode.PASSPHRASE)
    home.hub.lock_keys()
    refused = await join(guest, adult)
    assert refused.status_code == 423
    assert refused.json()["error"]["code"] == "locked"
    assert (await join(guest, visitor)).status_code == 200


async def test_guessing_tokens_is_slowed(home: Home, guest: httpx.AsyncClient) -> None:
    """Like guessing passwords."""
    statuses = [(await join(guest, f"guess {number}")).status_code for number in range(7)]
    assert statuses == [404] * 5 + [429] * 2
    assert (await home.owner.get("/api/cameras")).status_code == 200
