"""Locking the house while somebody watches: what streams ends at once, and its keys are let go."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import websockets
from starlette.types import Message

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.errors import NotFoundError
from consentry.model.keys import UnlockMode
from consentry.model.media import StreamName, TrackKind
from consentry.model.time import SECOND, Micros, Span
from consentry.store import segments
from consentry.web.app import create_app
from consentry.web.sessions import COOKIE
from consentry.web.stream import LOCKED
from tests.store.film import START
from tests.store.house import DOOR
from tests.web.home import CHEAP, EVENT, PASSWORD, Home, listening, stretch

WHOLE = Span(START, Micros(START + 100 * SECOND))


@asynccontextmanager
async def behind_a_password(folder: Path) -> AsyncIterator[Home]:
    """Run the recorded house with its key behind a password, opened by its owner."""
    async with Hub(Config(data=folder), work=Work.NOTHING, cost=CHEAP) as hub:
        app = create_app(hub)
        account = await hub.locks.found("Ada", PASSWORD, mode=UnlockMode.PASSPHRASE)
        token = await app.state.context.sessions.begin(account, address="test", agent="test")
        first = (await hub.database.run(segments.ids, DOOR, StreamName.MAIN))[0]
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://127.0.0.1:8600",
            headers={"X-Consentry": "1"},
            cookies={f"{COOKIE}_8600": token},
        ) as owner:
            yield Home(hub, app, owner, owner, token, DOOR, first, EVENT)


def reading(folder: Path) -> list[str]:
    """Return the segment files below ``folder`` that this process has open."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            found.append(str(link.readlink()))
        except FileNotFoundError:  # the descriptor that listed them
            continue
    return [path for path in found if path.startswith(str(folder)) and path.endswith(".seg")]


class Stalled:
    """A browser that takes the first bytes of an answer and reads no further."""

    def __init__(self, home: Home, path: str, query: dict[str, str]) -> None:
        """Ask for it."""
        self.begun = asyncio.Event()
        cookie = f"{COOKIE}_8600={home.token}".encode()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": str(httpx.QueryParams(query)).encode(),
            "headers": [(b"host", b"127.0.0.1:8600"), (b"cookie", cookie)],
            "client": ("127.0.0.1", 40_000),
            "server": ("127.0.0.1", 8600),
        }
        self.answer = asyncio.ensure_future(home.app(scope, self._receive, self._send))

    async def _receive(self) -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.body":
            self.begun.set()
            await asyncio.Event().wait()


@pytest.mark.parametrize("what", ["playback", "export", "clip"])
async def test_locking_cuts_what_plays(folder: Path, what: str) -> None:
    """Also where nobody reads on: the answer breaks off, its file is closed, no key is left."""
    async with behind_a_password(folder) as home:
        path, query = {
            "playback": (
                f"/api/segments/{home.segment}/media",
                {"from_us": str(START), "track": "video"},
            ),
            "export": (f"/api/cameras/{DOOR}/export.mp4", stretch(0, 40)),
            "clip": (f"/api/events/{EVENT}/clip.mp4", {}),
        }[what]
        stalled = Stalled(home, path, query)
        async with asyncio.timeout(60):
            await stalled.begun.wait()
            assert not stalled.answer.done()
            assert (await home.owner.post("/api/lock")).json()["locked"]
            await stalled.answer
        assert reading(folder) == []


async def test_locking_cuts_live_views(folder: Path) -> None:
    """A live view ends with a code that says why, whoever watches."""
    async with behind_a_password(folder) as home, listening(home) as url:
        port = url.rpartition(":")[2]
        signed = {"Cookie": f"{COOKIE}_{port}={home.token}"}
        address = f"{url}/api/cameras/{DOOR}/live"
        async with websockets.connect(address, additional_headers=signed) as socket:
            await socket.recv()
            assert (await home.owner.post("/api/lock")).status_code == 200
            async with asyncio.timeout(60):
                await socket.wait_closed()
            assert socket.close_code == LOCKED


async def test_what_is_deleted_stops_playing(folder: Path) -> None:
    """Whoever plays footage in the moment it is deleted gets no further second of it."""
    async with behind_a_password(folder) as home:
        footage = home.hub.footage
        segment = await asyncio.to_thread(footage.segment, home.segment)
        units = footage.units(segment, WHOLE, before=None, tracks=(TrackKind.VIDEO,))
        await asyncio.to_thread(next, units)
        await home.hub.erase(DOOR, WHOLE)
        with pytest.raises(NotFoundError):
            await asyncio.to_thread(next, units)
        assert reading(folder) == []


async def test_what_expires_stops_playing(folder: Path) -> None:
    """Keys that retention destroys are let go of in memory, also by a film that plays."""
    async with behind_a_password(folder) as home:
        footage = home.hub.footage
        segment = await asyncio.to_thread(footage.segment, home.segment)
        units = footage.units(segment, WHOLE, before=None, tracks=(TrackKind.VIDEO,))
        await asyncio.to_thread(next, units)
        await home.hub.database.run(segments.destroy, [home.segment])
        footage.forget()
        with pytest.raises(NotFoundError):
            await asyncio.to_thread(next, units)
