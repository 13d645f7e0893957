"""Locking the house while somebody watches: what streams ends at once, and its keys are let go."""

import asyncio
from pathlib import Path

import pytest
import websockets

from consentry.model.errors import NotFoundError
from consentry.model.keys import UnlockMode
from consentry.model.media import TrackKind
from consentry.model.time import SECOND, Micros, Span
from consentry.store import segments
from consentry.web.sessions import COOKIE
from consentry.web.stream import LOCKED
from tests.store.film import START
from tests.store.house import DOOR
from tests.web.browsers import Playing
from tests.web.home import EVENT, listening, owned, stretch

WHOLE = Span(START, Micros(START + 100 * SECOND))


def reading(folder: Path) -> list[str]:
    """Return the segment files below ``folder`` that this process has open."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            found.append(str(link.readlink()))
        except FileNotFoundError:  # the descriptor that listed them
            continue
    return [path for path in found if path.startswith(str(folder)) and path.endswith(".seg")]


@pytest.mark.parametrize("what", ["playback", "export", "clip"])
async def test_locking_cuts_what_plays(folder: Path, what: str) -> None:
    """Also where nobody reads on: the answer breaks off, its file is closed, no key is left."""
    async with owned(folder, UnlockMode.PASSPHRASE) as home:
        path, query = {
            "playback": (
                f"/api/segments/{home.segment}/media",
                {"from_us": str(START), "track": "video"},
            ),
            "export": (f"/api/cameras/{DOOR}/export.mp4", stretch(0, 40)),
            "clip": (f"/api/events/{EVENT}/clip.mp4", {}),
        }[what]
        stalled = Playing(home.app, path, query, session=home.token)
        async with asyncio.timeout(60):
            await stalled.begun.wait()
            assert not stalled.answer.done()
            assert (await home.owner.post("/api/lock")).json()["locked"]
            await stalled.answer
        assert reading(folder) == []


async def test_locking_cuts_live_views(folder: Path) -> None:
    """A live view ends with a code that says why, whoever watches."""
    async with owned(folder, UnlockMode.PASSPHRASE) as home, listening(home) as url:
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
    async with owned(folder, UnlockMode.PASSPHRASE) as home:
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
    async with owned(folder, UnlockMode.PASSPHRASE) as home:
        footage = home.hub.footage
        segment = await asyncio.to_thread(footage.segment, home.segment)
        units = footage.units(segment, WHOLE, before=None, tracks=(TrackKind.VIDEO,))
        await asyncio.to_thread(next, units)
        await home.hub.database.run(segments.destroy, [home.segment])
        footage.forget()
        with pytest.raises(NotFoundError):
            await asyncio.to_thread(next, units)
