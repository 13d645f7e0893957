"""Forgetting the last minutes of every camera."""

from pathlib import Path

import httpx

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.rights import Role
from consentry.model.time import SECOND, Micros
from consentry.web.app import create_app
from tests.store.film import START, film
from tests.store.house import DOOR, build
from tests.web.hand_clock import HandClock
from tests.web.home import CHEAP, stretch
from tests.web.people import browser_of, joined


async def segments_of(browser: httpx.AsyncClient) -> list[tuple[int, int]]:
    """Return the seconds of the film that are there, from and to."""
    answer = await browser.get(f"/api/cameras/{DOOR}/segments", params=stretch(-10, 400))
    return [
        ((each["start_us"] - START) // SECOND, (each["end_us"] - START) // SECOND)
        for each in answer.json()
    ]


async def test_the_last_minutes_are_gone_for_good(tmp_path: Path) -> None:
    """What lies before stays, what comes after is recorded, the act stands in the diary."""
    house = build(tmp_path)
    house.record(film(seconds=200))
    house.database.close()
    clock = HandClock(Micros(START + 200 * SECOND))
    async with Hub(Config(data=tmp_path), work=Work.NOTHING, clock=clock, cost=CHEAP) as hub:
        app = create_app(hub)
        ada, gus = await joined(app, "Ada", Role.OWNER), await joined(app, "Gus", Role.GUEST)
        async with await browser_of(app, ada) as owner, await browser_of(app, gus) as guest:
            assert (await segments_of(owner))[-1][1] == 200
            assert (await guest.post("/api/forget", json={"minutes": 1})).status_code == 403
            assert (await owner.post("/api/forget", json={"minutes": 0})).status_code == 400
            answer = await owner.post("/api/forget", json={"minutes": 1})
            assert answer.json() == {"cameras": [DOOR]}
            assert (await segments_of(owner))[-1][1] == 140
            entries = "".join(
                leaf["entry"] for leaf in (await owner.get("/api/diary")).json()["leaves"]
            )
            assert '"act":"footage_deleted"' in entries
            assert (await owner.post("/api/check", json={})).json()["breaches"] == []
