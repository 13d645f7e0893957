"""Guessers who come from everywhere, for everybody, together, and who lie about where from."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from consentry.home.passwords import MOST_WAITING, STRANGERS_NICENESS
from consentry.model.feed import FeedMessage, ProblemChanged
from consentry.model.status import Problem, ProblemCode
from consentry.model.time import MINUTE
from consentry.web.app import create_app
from consentry.web.limits import FREE_ATTEMPTS, MOST_KEYS
from tests.web.browsers import browser_at
from tests.web.doorstep import PASSWORD, Doorstep, doorstep
from tests.web.hand_clock import HandClock
from tests.web.home import listening, until

WRONG = "guess guess"


def guess(name: str = "Ada", password: str = WRONG) -> dict[str, str]:
    """Return what a guesser types."""
    return {"name": name, "password": password}


@asynccontextmanager
async def at(hub: str, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Return a browser that really comes from ``address``, a part of 127.0.0.0/8."""
    transport = httpx.AsyncHTTPTransport(local_address=address)
    header = {"X-Consentry": "1"}
    base = hub.replace("ws://", "http://")
    async with httpx.AsyncClient(
        transport=transport, base_url=base, headers=header, timeout=60
    ) as browser:
        yield browser


@pytest.mark.timeout(900)  # 15 s of a processor of one's own
async def test_ten_thousand_wrong_passwords_from_everywhere(door: Doorstep) -> None:
    """An account has a guess a minute, whoever guesses from wherever; the others cost no memory.

    The owner hears of it once. Where she signed in before she gets in at the height of it, and
    elsewhere a minute after it.
    """
    transport = httpx.ASGITransport(door.app)
    base, header = "http://127.0.0.1:8600", {"X-Consentry": "1"}
    tried = {"Ada": 0, "": 0}
    async with (
        door.hub.feed.subscribe() as messages,
        httpx.AsyncClient(transport=transport, base_url=base, headers=header) as guesser,
    ):
        for number in range(10_000):
            transport.client = (f"198.18.{number >> 8}.{number & 255}", 40_000)
            name = "Ada" if number % 2 else f"name {number}"
            answer = await guesser.post("/api/login", json=guess(name))
            assert answer.status_code in {401, 429}
            tried[name if name == "Ada" else ""] += answer.status_code == 401
            door.clock.advance(MINUTE // 100)
        assert (await door.log_in(door.owner)).status_code == 200
        door.hub.report(ProblemCode.CLOCK, "The last message of this test.")
        heard = [message async for message in _up_to_the_clock(messages)]
    minutes = 10_000 // 100
    assert tried == {"Ada": tried["Ada"], "": 5_000}
    assert tried["Ada"] <= minutes + FREE_ATTEMPTS + 7  # the waits double up to a minute
    assert [problem.code for problem in heard] == [ProblemCode.GUESSING]
    limiter = door.app.state.context.limiter
    assert len(limiter._failures) == MOST_KEYS
    assert not limiter._trying
    door.clock.advance(MINUTE)
    async with door.browser() as elsewhere:
        assert (await door.log_in(elsewhere)).status_code == 200


async def _up_to_the_clock(messages: AsyncIterator[FeedMessage]) -> AsyncIterator[Problem]:
    """Yield the problems that were told of, up to the one of the clock."""
    async for message in messages:
        if isinstance(message, ProblemChanged):
            if message.problem.code is ProblemCode.CLOCK:
                return
            yield message.problem


async def test_nobody_is_believed_about_where_they_come_from(door: Doorstep) -> None:
    """Headers in which proxies name others make no new address of one, over a real connection."""
    async with listening(door) as hub, at(hub, "127.0.0.9") as guesser:
        statuses = []
        for number in range(30):
            lies = {
                "X-Forwarded-For": f"198.51.100.{number}",
                "X-Real-IP": f"198.51.100.{number}",
                "Forwarded": f"for=198.51.100.{number}",
            }
            body = guess(f"name {number}")
            answer = await guesser.post("/api/login", json=body, headers=lies)
            statuses.append(answer.status_code)
    assert statuses == [401] * FREE_ATTEMPTS + [429] * (30 - FREE_ATTEMPTS)


async def test_guesses_that_come_together_are_no_more(door: Doorstep) -> None:
    """A hundred at once from one address: as many are tried as one after the other."""
    async with listening(door) as hub, at(hub, "127.0.0.9") as guesser:
        asked = [guesser.post("/api/login", json=guess(f"name {n}")) for n in range(100)]
        statuses = [answer.status_code for answer in await asyncio.gather(*asked)]
    assert statuses.count(401) == FREE_ATTEMPTS
    assert statuses.count(429) == 100 - FREE_ATTEMPTS


async def test_a_crowd_of_guessers_stands_in_nobodys_way(door: Doorstep) -> None:
    """While they wait for their thread, who was here before signs in, and the hub answers.

    The crowd's thread gives way to recording, detection and live view. When the crowd is through,
    the right password opens from elsewhere too.
    """
    opened = threading.Event()

    def busy() -> int:
        assert opened.wait(600)
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    strangers = door.hub.passwords.strangers
    async with listening(door) as hub, asyncio.TaskGroup() as crowd:
        async with at(hub, "127.0.0.1") as owner:
            assert (await owner.post("/api/login", json=guess(password=PASSWORD))).is_success
            before = crowd.create_task(strangers.run(busy))

            async def one(number: int) -> int:
                async with at(hub, f"127.1.0.{number}") as guesser:
                    body = guess(f"name {number}")
                    return (await guesser.post("/api/login", json=body)).status_code

            waiting = [crowd.create_task(one(number)) for number in range(1, MOST_WAITING)]
            await until(lambda: strangers.crowded)
            assert await one(200) == 429
            try:
                again = await owner.post("/api/login", json=guess(password=PASSWORD))
                assert again.status_code == 200
                assert (await owner.get("/api/cameras")).status_code == 200
                assert not any(task.done() for task in waiting)
            finally:
                opened.set()
            assert await before == STRANGERS_NICENESS
            assert {await task for task in waiting} == {401}
        async with at(hub, "127.0.0.77") as elsewhere:
            body = guess(password=PASSWORD)
            assert (await elsewhere.post("/api/login", json=body)).status_code == 200


async def test_a_restart_forgets_nobody_who_is_signed_in(tmp_path: Path) -> None:
    """Nobody guesses a resident out whose browser the hub knows, after a power cut either."""
    clock = HandClock()
    async with doorstep(tmp_path, clock):
        pass
    async with doorstep(tmp_path, clock) as door:
        app = create_app(door.hub)  # one that has seen nobody sign in
        for number in range(FREE_ATTEMPTS):
            async with browser_at(app, f"198.51.100.{number}") as guesser:
                assert (await door.log_in(guesser, WRONG)).status_code == 401
        async with browser_at(app, "192.0.2.66") as elsewhere, browser_at(app, "192.0.2.10") as ada:
            assert (await door.log_in(elsewhere)).status_code == 429
            assert (await door.log_in(ada)).status_code == 200
