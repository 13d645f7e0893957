"""A household with something recorded, its real hub, and the real application over it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from consentry.model.event import AlertReason, Event, TimedBox
from consentry.model.keys import UnlockMode
from consentry.model.time import SECOND, Micros
from consentry.model.vision import Box, Label
from consentry.store import events
from tests.store.film import START, film
from tests.store.house import DOOR, build
from tests.web.doorstep import Doorstep, doorstep
from tests.web.hand_clock import HandClock
from tests.web.home import EVENT, Home, jpeg, owned


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
    async with owned(folder, UnlockMode.KEY_FILE) as home:
        yield home


@pytest_asyncio.fixture
async def door(tmp_path: Path) -> AsyncIterator[Doorstep]:
    """Return a hub that Ada owns, its clock moved by hand."""
    async with doorstep(tmp_path, HandClock()) as opened:
        yield opened
