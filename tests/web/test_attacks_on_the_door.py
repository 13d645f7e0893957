"""What attackers at the door get: guessers, and whoever sets the clock back."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from consentry.model.feed import ProblemChanged
from consentry.model.status import ProblemCode
from consentry.model.time import DAY, HOUR, MINUTE, Micros, to_iso
from consentry.web.limits import FREE_ATTEMPTS
from tests.store.house import DOOR
from tests.web.doorstep import PASSWORD, Doorstep, doorstep
from tests.web.hand_clock import HandClock
from tests.web.home import stretch, until

YEAR = 365 * DAY


async def sees_nothing(browser: httpx.AsyncClient) -> bool:
    """Tell whether the browser is nobody to the hub."""
    state = (await browser.get("/api/session")).json()["state"]
    return state == "signed_out" and (await browser.get("/api/cameras")).status_code == 401


async def _token(browser: httpx.AsyncClient, password: str, *, days: int = 366) -> str:
    body = {"name": "script", "password": password, "rights": ["live"], "days": days}
    secret: str = (await browser.post("/api/tokens", json=body)).json()["secret"]
    return secret


@pytest.mark.timeout(900)  # 10 s of a processor of one's own
async def test_ten_thousand_wrong_passwords(door: Doorstep) -> None:
    """They are slowed to one a minute, lock nobody out, and the owner hears of them, once."""
    tried = limited = 0
    async with door.hub.feed.subscribe() as messages, door.browser() as guesser:
        for _ in range(10_000):
            answer = await door.log_in(guesser, "guess guess")
            tried += answer.status_code == 401
            limited += answer.status_code == 429
            door.clock.advance(MINUTE // 100)
        async with asyncio.timeout(60):
            heard = await anext(messages)
    assert tried + limited == 10_000
    assert tried <= 10_000 // 100 + 20  # a minute's wait after each, but for the first few
    assert isinstance(heard, ProblemChanged)
    assert heard.problem.code is ProblemCode.GUESSING
    (problem,) = door.hub.problems()
    assert f"{tried} wrong ones" in problem.message
    assert "192.0.2.66" in problem.message
    assert (await door.log_in(door.owner)).status_code == 200
    door.clock.advance(MINUTE)
    async with door.browser() as elsewhere:
        assert (await door.log_in(elsewhere)).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("password", {"current": "guess guess", "new": PASSWORD}),
        ("tokens", {"name": "t", "password": "guess guess", "rights": ["live"], "days": 1}),
        ("sign-in/totp", {"password": "guess guess"}),
        ("login/passkey", {"credential": {"id": "guess"}}),
    ],
)
async def test_a_stolen_browser_guesses_no_faster(
    door: Doorstep, path: str, body: dict[str, object]
) -> None:
    """Whoever sits at a page that is signed in waits like who stands at the door."""
    statuses = [
        (await door.owner.post(f"/api/{path}", json=body)).status_code
        for _ in range(FREE_ATTEMPTS + 3)
    ]
    assert statuses == [401] * FREE_ATTEMPTS + [429] * 3


async def test_guessing_is_over_when_nobody_guesses(door: Doorstep) -> None:
    """Half an hour after the last wrong password the problem goes by itself."""
    async with door.browser() as guesser:
        for _ in range(20):
            await door.log_in(guesser, "guess guess")
            door.clock.advance(MINUTE)
    assert [problem.code for problem in door.hub.problems()] == [ProblemCode.GUESSING]
    door.hub.guessing.look()
    assert door.hub.problems() != ()
    door.clock.advance(31 * MINUTE)
    door.hub.guessing.look()
    assert door.hub.problems() == ()


@pytest_asyncio.fixture
async def kept(tmp_path: Path) -> AsyncIterator["Kept"]:
    """Return what somebody kept of a house that has forgotten them by a year and a day."""
    clock = HandClock()
    async with doorstep(tmp_path, clock) as door:
        async with door.browser() as phone:
            await door.join(phone, "adult", "Bo")
            secret = await _token(phone, PASSWORD)
            cookies = httpx.Cookies(phone.cookies)
        made = await door.owner.post("/api/members/invitations", json={"role": "owner"})
        clock.advance(YEAR + 2 * DAY)
        await door.log_in(door.owner)
    yield Kept(tmp_path, clock, cookies, secret, made.json()["token"])


class Kept:
    """A cookie, a token's secret and an invitation's, all of them over."""

    def __init__(
        self, folder: Path, clock: HandClock, cookies: httpx.Cookies, secret: str, invitation: str
    ) -> None:
        """Remember them, and where the house is."""
        self.folder, self.clock, self.cookies = folder, clock, cookies
        self.secret, self.invitation = secret, invitation

    async def open_nothing(self, door: Doorstep) -> None:
        """Try all of it."""
        async with (
            door.browser() as phone,
            door.browser(Authorization=f"Bearer {self.secret}") as script,
        ):
            phone.cookies = self.cookies
            assert await sees_nothing(phone)
            assert await sees_nothing(script)
            look = {"token": self.invitation}
            assert (await phone.post("/api/join/look", json=look)).status_code == 404
            join = {**look, "name": "Eve", "password": PASSWORD}
            assert (await phone.post("/api/join", json=join)).status_code == 404


async def test_a_clock_set_back_a_year_revives_nothing(kept: Kept) -> None:
    """Neither while the hub runs nor over a restart, nor when the owner believes that clock."""
    async with doorstep(kept.folder, kept.clock) as door:
        kept.clock.advance(-YEAR - DAY)
        await kept.open_nothing(door)
    async with doorstep(kept.folder, kept.clock) as door:
        assert door.hub.forward.behind
        await kept.open_nothing(door)
        confirmed = await door.owner.post("/api/problems/clock/confirm")
        assert confirmed.status_code == 204
        assert not door.hub.forward.behind
        await kept.open_nothing(door)


async def test_what_ended_while_nobody_tried_it_is_not_revived(door: Doorstep) -> None:
    """A grant and a token, by the clock set back or by the owner's word for it."""
    body = {"name": "Hall", "url": "rtsp://192.0.2.1/main", "check": False}
    hall = (await door.owner.post("/api/cameras", json=body)).json()["id"]
    over = to_iso(Micros(door.clock.now + 5 * DAY))
    async with door.browser() as phone:
        guest = await door.join(phone, "guest", "Cleo")
        grant = {"camera": hall, "rights": ["live"], "until": over}
        await door.owner.patch(f"/api/members/{guest}", json={"grants": [grant]})
        assert len((await phone.get("/api/cameras")).json()) == 1
        secret = await _token(door.owner, PASSWORD, days=7)
        door.clock.advance(12 * DAY)
        assert (await door.owner.get("/api/cameras")).status_code == 200
        door.clock.advance(-11 * DAY)
        assert (await phone.get("/api/cameras")).json() == []
        await door.log_in(door.owner)
        assert (await door.owner.post("/api/problems/clock/confirm")).status_code == 204
        assert (await door.log_in(phone, name="Cleo")).status_code == 200
        assert (await phone.get("/api/cameras")).json() == []
    async with door.browser(Authorization=f"Bearer {secret}") as script:
        assert await sees_nothing(script)


async def test_a_session_that_ended_unseen_is_not_revived(door: Doorstep) -> None:
    """Nobody signed in meanwhile, which would have cleared it away; this machine confirms."""
    async with door.browser() as phone:
        await door.join(phone, "adult", "Bo")
        door.clock.advance(20 * DAY)
        assert not door.hub.now().behind
        door.clock.advance(-19 * DAY)
        await door.hub.confirm_clock()
        door.app.state.context.sessions.recall_all()
        assert await sees_nothing(phone)


async def test_who_signs_in_by_a_wrong_clock_stays_no_longer(door: Doorstep) -> None:
    """A session made a year ahead ends when the owner puts the clock right, not a year later."""
    door.clock.advance(YEAR)
    async with door.browser() as phone:
        assert (await door.log_in(phone)).status_code == 200
        door.clock.advance(-YEAR)
        assert (await phone.get("/api/cameras")).status_code == 200
        await door.log_in(door.owner)
        await door.owner.post("/api/problems/clock/confirm")
        assert await sees_nothing(phone)


async def test_neither_the_clock_nor_the_owners_word_for_it_revives_a_link(folder: Path) -> None:
    """What ended by the later time, or was made by it, has ended with its openings; others last."""
    async with doorstep(folder, HandClock()) as door, door.browser() as stranger:
        over, lasting = await _link(door, hours=1), await _link(door, hours=24 * 30)
        door.clock.advance(DAY)
        ahead = await _link(door, hours=1)
        opening = (await stranger.post("/api/shared/open", json={"token": ahead})).json()
        ticket = {"X-Consentry-Ticket": opening["ticket"]}
        assert (await stranger.get("/api/shared/film", headers=ticket)).status_code == 200
        door.clock.advance(-DAY)
        revived = await stranger.post("/api/shared/open", json={"token": over})
        assert revived.status_code == 404
        assert (await door.owner.post("/api/problems/clock/confirm")).status_code == 204
        assert (await stranger.get("/api/shared/film", headers=ticket)).status_code == 404
        for token, status in ((over, 404), (ahead, 404), (lasting, 200)):
            answer = await stranger.post("/api/shared/open", json={"token": token})
            assert answer.status_code == status
        assert len(list((folder / "shares").iterdir())) == 1


async def _link(door: Doorstep, *, hours: int) -> str:
    """Share five seconds of the door; return the link's token."""
    made = await door.owner.post("/api/shares", json={"camera": DOOR, **stretch(5, 10)})
    path = f"/api/shares/{made.json()['id']}/link"
    link: str = (await door.owner.post(path, json={"hours": hours})).json()["link"]
    return link.rpartition("/s/")[2].partition("#")[0]


async def test_an_invitation_waits_two_days(door: Doorstep) -> None:
    """By the latest time ever seen: who sets the clock back wins no hour."""
    made = await door.owner.post("/api/members/invitations", json={"role": "adult"})
    look = {"token": made.json()["token"]}
    async with door.browser() as guest:
        door.clock.advance(47 * HOUR)
        assert (await guest.post("/api/join/look", json=look)).status_code == 200
        door.clock.advance(HOUR)
        assert (await guest.post("/api/join/look", json=look)).status_code == 404
        door.clock.advance(-HOUR)
        assert (await guest.post("/api/join/look", json=look)).status_code == 404


@pytest.mark.parametrize("meanwhile", ["removed", "another password"])
async def test_who_signs_in_while_shut_out_is_not_let_in(door: Doorstep, meanwhile: str) -> None:
    """The account or the password was there when it was asked for, and is not when it is proven."""
    proven = threading.Event()

    def busy() -> None:
        assert proven.wait(600)

    strangers = door.hub.passwords.strangers
    async with (
        door.browser() as phone,
        door.browser("192.0.2.77") as elsewhere,
        asyncio.TaskGroup() as tasks,
    ):
        bo = await door.join(phone, "adult", "Bo")
        tasks.create_task(strangers.run(busy))
        signing_in = tasks.create_task(door.log_in(elsewhere, name="Bo"))
        try:
            await until(lambda: strangers._waiting == 2)
            if meanwhile == "removed":
                done = await door.owner.delete(f"/api/members/{bo}")
            else:
                body = {"current": PASSWORD, "new": "another password"}
                done = await phone.post("/api/password", json=body)
            assert done.is_success
        finally:
            proven.set()
        answer = await signing_in
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "wrong_credentials")
        assert await sees_nothing(elsewhere)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("tokens", {"name": "t", "password": PASSWORD, "rights": ["live"], "days": 366}),
        ("sign-in/totp", {"password": PASSWORD}),
    ],
)
async def test_who_is_removed_while_typing_the_password_once_more_gets_nothing(
    door: Doorstep, path: str, body: dict[str, object]
) -> None:
    """A token that was asked for a moment before is not made a moment after."""
    proven = threading.Event()

    def busy() -> None:
        assert proven.wait(600)

    residents = door.hub.passwords.residents
    async with door.browser() as phone, asyncio.TaskGroup() as tasks:
        bo = await door.join(phone, "adult", "Bo")
        tasks.create_task(residents.run(busy))
        asking = tasks.create_task(phone.post(f"/api/{path}", json=body))
        try:
            await until(lambda: residents._waiting == 2)
            assert (await door.owner.delete(f"/api/members/{bo}")).is_success
        finally:
            proven.set()
        assert (await asking).status_code == 401
