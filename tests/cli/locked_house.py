"""A house whose recordings wait for a password, with nobody at work in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.camera import Retention
from consentry.model.keys import UnlockMode
from consentry.model.secret import Secret
from consentry.model.time import DAY, Micros
from tests.store.film import film
from tests.store.house import build
from tests.web.home import CHEAP

PASSWORD = "correct horse"


@asynccontextmanager
async def locked_house(data: Path) -> AsyncIterator[Hub]:
    """Make a house with ten seconds of its door, sealed behind the owner's password."""
    house = build(data)
    house.record(film(seconds=10))
    house.database.close()
    async with Hub(Config(data=data), work=Work.NOTHING, cost=CHEAP) as hub:
        await hub.locks.found("Ada", Secret(PASSWORD), mode=UnlockMode.PASSPHRASE)
        camera = hub.cameras.views()[0].camera
        ages = Retention(max_age=Micros(10_000 * DAY))
        await hub.cameras.change(replace(camera, enabled=False, retention=ages))
        yield hub
    (data / "consentry.toml").write_text("detect = false\n")
