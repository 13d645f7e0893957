"""A household with something recorded, its real hub, and the real application over it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.event import AlertReason, Event, TimedBox
from consentry.model.ids import SegmentId
from consentry.model.keys import UnlockMode
from consentry.model.media import StreamName
from consentry.model.time import SECOND, Micros
from consentry.model.vision import Box, Label
from consentry.store import events, segments
from consentry.web.app import create_app
from consentry.web.sessions import COOKIE
from tests.store.film import START, film
from tests.store.house import DOOR, build
from tests.web.doorstep import Doorstep, doorstep
from tests.web.hand_clock import HandClock
from tests.web.home import CHEAP, EVENT, PASSWORD, Home, jpeg


@pytest.fixture(scope="session")
def recorded_seconds() -> int:
    """Return how long the front door's film lasts; it has a key frame every two seconds."""
    return 40


@pytest.fixture
def folder(tmp_path: Path, recorded_seconds: int) -> Path:
    """Return a data folder with 40 s of the front door and one event in it."""
    house = build(tmp_path)
    try:
        house.record(film(seconds=recorded_seconds, audio="aac"))
        best = TimedBox(Micros(START + 12 * SECOND), Box(0.25, 0.25, 0.5, 0.75), 0.9)
        event = Event(
            id=EVENT,
            camera=DOOR,
            label=Label.PERSON,
            start=Micros(START + 10 * SECOND),
            end=Micros(START + 14 * SECOND),
            score=0.9,
            alert=True,
            reason=AlertReason.ALERTED,
            incident=EVENT,
            path=(best,),
            best=best,
        )
        picture = events.seal_picture(house.household.public, EVENT, jpeg(640, 360))
        house.database.call(events.put, event, picture=picture)
    finally:
        house.database.close()
    return tmp_path


@pytest_asyncio.fixture
async def home(folder: Path) -> AsyncIterator[Home]:
    """Return the running hub with its application and a signed-in owner."""
    async with Hub(Config(data=folder), work=Work.NOTHING, cost=CHEAP) as hub:
        page = folder / "page"
        page.mkdir()
        (page / "index.html").write_text("<!doctype html><title>Consentry</title>")
        app = create_app(hub, page=page)
        account = await hub.locks.found("Ada", PASSWORD, mode=UnlockMode.KEY_FILE)
        token = await app.state.context.sessions.begin(account, address="test", agent="test")
        first: tuple[SegmentId, ...] = await hub.database.run(segments.ids, DOOR, StreamName.MAIN)
        transport = httpx.ASGITransport(app)
        base = "http://127.0.0.1:8600"
        header = {"X-Consentry": "1"}
        async with (
            httpx.AsyncClient(transport=transport, base_url=base, headers=header) as nobody,
            httpx.AsyncClient(
                transport=transport,
                base_url=base,
                headers=header,
                cookies={f"{COOKIE}_8600": token},
            ) as owner,
        ):
            yield Home(hub, app, owner, nobody, token, DOOR, first[0], EVENT)


@pytest_asyncio.fixture
async def door(tmp_path: Path) -> AsyncIterator[Doorstep]:
    """Return a hub that Ada owns, its clock moved by hand."""
    async with doorstep(tmp_path, HandClock()) as opened:
        yield opened
