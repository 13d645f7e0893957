"""What the tests of the web room hold in their hands."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx
from fastapi import FastAPI
from PIL import Image

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.ids import CameraId, EventId, SegmentId
from consentry.model.keys import UnlockMode
from consentry.model.media import StreamName
from consentry.model.secret import Secret
from consentry.model.time import Micros, to_iso
from consentry.seal.lock import Cost
from consentry.store import segments
from consentry.web.app import create_app
from consentry.web.server import bind, serve_app
from tests.store.film import START
from tests.store.house import DOOR
from tests.web.browsers import HOST, browser_at

EVENT = EventId("event00000000001")

PASSWORD = Secret("correct horse")
"""The owner's."""

CHEAP = Cost(memory=32, passes=1, lanes=4)
"""What locks of passwords may cost where it is not them that is tested."""


@dataclass(frozen=True, slots=True)
class Home:
    """A hub, its application, and two who ask it."""

    hub: Hub
    app: FastAPI
    owner: httpx.AsyncClient
    nobody: httpx.AsyncClient
    token: str
    camera: CameraId
    segment: SegmentId
    event: EventId
    clip: str = "clip000000000001"


class HasApp(Protocol):
    """Whatever an application is part of."""

    @property
    def app(self) -> FastAPI:
        """The application."""


@contextlib.asynccontextmanager
async def listening(home: HasApp) -> AsyncIterator[str]:
    """Serve the home on a real socket; yields its ws:// address."""
    bound = bind("127.0.0.1", 0)
    task = asyncio.create_task(serve_app(home.app, sockets=[bound]))
    try:
        yield f"ws://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.asynccontextmanager
async def owned(folder: Path, unlock: UnlockMode, *, host: str = HOST) -> AsyncIterator[Home]:
    """Run the recorded house; Ada owns it, and is signed in with a hub she knows as ``host``."""
    async with Hub(Config(data=folder), work=Work.NOTHING, cost=CHEAP) as hub:
        app = create_app(hub, page=empty_page(folder))
        ada = await hub.locks.found("Ada", PASSWORD, mode=unlock)
        token = await app.state.context.sessions.begin(ada, address="test", agent="test")
        first: tuple[SegmentId, ...] = await hub.database.run(segments.ids, DOOR, StreamName.MAIN)
        async with (
            browser_at(app, host=host, session=token) as owner,
            browser_at(app, host=host) as nobody,
        ):
            yield Home(hub, app, owner, nobody, token, DOOR, first[0], EVENT)


def empty_page(folder: Path) -> Path:
    """Make a folder with a page of which there is only the beginning."""
    page = folder / "page"
    page.mkdir()
    (page / "index.html").write_text("<!doctype html><title>Consentry</title>")
    return page


async def until(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds; fail after a minute."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - what it asks tells nobody
            await asyncio.sleep(0.01)


def at(seconds: float) -> str:
    """Return the ISO time so many seconds into the film."""
    return to_iso(Micros(START + round(seconds * 1_000_000)))


def stretch(start: float, end: float) -> dict[str, str]:
    """Return the query of a stretch of the film."""
    return {"from": at(start), "to": at(end)}


def jpeg(width: int, height: int) -> bytes:
    """Return a picture of that size."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def size_of(picture: bytes) -> tuple[int, int]:
    """Return width and height of a JPEG."""
    with Image.open(io.BytesIO(picture)) as image:
        return image.size
