"""A whole hub for tests: real processes, real RTSP cameras on loopback, a real data folder."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from consentry import config as settings_file
from consentry.clock import Clock
from consentry.config import Config
from consentry.home.cameras import NewCamera
from consentry.home.hub import Hub
from consentry.home.stores import Stores
from consentry.model.camera import Camera
from consentry.model.ids import CameraId
from consentry.model.media import Gap, Part, StreamName, TrackKind
from consentry.model.time import DAY, Micros, Span
from consentry.simcam import Film, FilmSpec, SimulatedCameras, film
from consentry.store import gaps
from consentry.store.check import check
from consentry.store.footage import Footage

ALWAYS = Span(Micros(0), Micros(200 * 365 * DAY))
PATIENCE_S = 120.0
"""For a machine that has much else to do; no test is decided by it."""
STOP_S = 60.0
"""A hub ends in five seconds; this is for a machine that does other things as well.

What would hold it up for ever, such as a camera that never answers, holds it up for longer."""


@cache
def short_film() -> Film:
    """Return four seconds of H.264 at 10 pictures a second, a key frame each second."""
    return film(FilmSpec())


@dataclass(frozen=True)
class House:
    """A running hub and the server of its cameras."""

    hub: Hub
    server: SimulatedCameras

    async def add(self, name: str, *, sub: str | None = None) -> Camera:
        """Add the server's camera ``name`` without looking at it first."""
        sub_url = self.server.url(sub) if sub else None
        new = NewCamera(name, self.server.url(name), sub_url=sub_url)
        view = await self.hub.cameras.add(new, check=False)
        return view.camera

    async def add_unreachable(self, name: str) -> Camera:
        """Add a camera that nobody serves."""
        new = NewCamera(name, "rtsp://127.0.0.1:9/none")
        return (await self.hub.cameras.add(new, check=False)).camera

    async def recording(self, camera: Camera) -> None:
        """Wait until the camera is being recorded and its first second is on the disk."""
        await until(lambda: self.hub.cameras.view(camera.id).recording)
        since = Span(self.hub.cameras.view(camera.id).main.since, ALWAYS.end)
        async with asyncio.timeout(PATIENCE_S):
            while not await asyncio.to_thread(  # noqa: ASYNC110 - a disk tells nobody
                self.hub.footage.segments, camera.id, since
            ):
                await asyncio.sleep(0.05)


@asynccontextmanager
async def house(
    data: Path, *names: str, config: Config | None = None, clock: Clock | None = None
) -> AsyncIterator[House]:
    """Run a hub on ``data`` and simulated cameras of these names (not yet added)."""
    plain = Config(data=data, detect=False)  # most tests need no watcher: half the processes
    with SimulatedCameras(dict.fromkeys(names, short_film())) as server:
        async with Hub(config or plain, clock=clock) as hub:
            yield House(hub, server)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until ``condition`` holds; fail after two minutes."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - other processes change what it asks
            await asyncio.sleep(0.02)


@dataclass(frozen=True)
class Recorded:
    """What lies on the disk of one camera after the hub has ended."""

    parts: tuple[tuple[Part, ...], ...]
    """Video parts, one tuple for each run, in recorded order."""
    gaps: tuple[Gap, ...]

    @property
    def seconds(self) -> float:
        """Return the length of all runs together."""
        return sum(run[-1].dts - run[0].dts for run in self.parts) / 90_000


def recorded(data: Path, camera: CameraId, stream: StreamName = StreamName.MAIN) -> Recorded:
    """Read everything back by decrypting it."""
    stores = Stores.open(settings_file.load(data))
    try:
        footage = Footage(stores.database, stores.keyring, stores.volume)
        runs: dict[str, list[Part]] = {}
        for segment in footage.segments(camera, ALWAYS, stream):
            runs.setdefault(segment.run, []).extend(
                part for part in footage.parts(segment, ALWAYS) if part.kind is TrackKind.VIDEO
            )
        found = stores.database.call(gaps.within, camera, ALWAYS)
        return Recorded(tuple(tuple(parts) for parts in runs.values()), found)
    finally:
        stores.database.close()


def breaches(data: Path) -> list[str]:
    """Return what ``consentry check`` would name."""
    stores = Stores.open(settings_file.load(data))
    try:
        report = check(stores.database, stores.volume, stores.keyring, samples=10_000)
        return [f"{found.invariant} {found.where}: {found.sentence}" for found in report.breaches]
    finally:
        stores.database.close()


def is_unbroken(parts: tuple[Part, ...], *, step: int = 9000) -> bool:
    """Tell whether the parts follow each other picture by picture (``step`` ticks of 90 kHz)."""
    return all(b.dts - a.dts == step for a, b in pairwise(parts))
