"""The event desk: what was seen becomes events in the database, on the page and in channels."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from consentry.clock import SystemClock
from consentry.config import Config
from consentry.home.event_desk import EventDesk, finish_events
from consentry.home.messages import Seen
from consentry.home.stores import Stores
from consentry.model.feed import AlertShown, EventChanged, FeedMessage, MotionChanged
from consentry.model.settings import Settings
from consentry.model.time import Micros, Span
from consentry.model.vision import Sighting
from consentry.store import cameras, events, motion
from tests.events.passing_things import CAMERA, LOOK, sighting, walk


@dataclass
class Desk:
    """A desk at work, its stores, and what it published."""

    stores: Stores
    desk: EventDesk
    told: list[tuple[FeedMessage, bytes | None]] = field(default_factory=list)

    def of(self, kind: type[FeedMessage]) -> list[tuple[FeedMessage, bytes | None]]:
        """Return the messages of one kind."""
        return [(message, picture) for message, picture in self.told if isinstance(message, kind)]


@asynccontextmanager
async def working(folder: Path) -> AsyncIterator[Desk]:
    """Run a desk over a new data folder with the camera Porch; close it at the end."""
    stores = Stores.open(Config(data=folder))
    stores.database.call(cameras.add, CAMERA)
    told: list[tuple[FeedMessage, bytes | None]] = []

    def publish(message: FeedMessage, *, picture: bytes | None = None) -> None:
        told.append((message, picture))

    desk = EventDesk(
        stores.database,
        SystemClock(),
        settings=Settings(),
        publish=publish,
    )
    desk.put(CAMERA)
    running = asyncio.create_task(desk.run())
    try:
        yield Desk(stores, desk, told)
        running.cancel()
        await asyncio.wait((running,))
        await desk.close()
    finally:
        running.cancel()
        stores.database.close()


def passing(start: Micros) -> list[Sighting]:
    """Return what is seen of somebody who walks past for six seconds."""
    where = walk(0, 6)
    looks = (sighting(n * LOOK / 1e6, [(box, 0.8)]) for n in range(30) if (box := where(n * 0.2)))
    return [
        replace(
            look,
            time=Micros(look.time + start),
            motion=replace(look.motion, time=Micros(look.time + start)),
        )
        for look in looks
    ]


async def test_somebody_who_passes_is_one_event_with_a_picture_and_an_alert(
    tmp_path: Path,
) -> None:
    """The event is in the database before the page hears of it, its picture sealed; one alert."""
    start = SystemClock().wall()
    async with working(tmp_path) as work:
        for seen in passing(start):
            work.desk.seen(Seen(CAMERA.id, seen))
            await asyncio.sleep(0)
        async with asyncio.timeout(60):
            while not work.of(AlertShown):  # noqa: ASYNC110 - the database is another thread
                await asyncio.sleep(0.01)
        ((alert, picture),) = work.of(AlertShown)
        assert isinstance(alert, AlertShown)
        assert picture is not None
        assert picture.startswith(b"picture at")
        database = work.stores.database
        stored = await database.run(events.get, alert.event.id)
        assert stored.alert
        sealed = await database.run(events.picture, stored.id)
        assert sealed != picture
        assert events.open_picture(work.stores.keyring, stored.id, sealed).startswith(b"picture")
        assert work.told[0] == (MotionChanged(CAMERA.id, moving=True), None)
        await work.desk.close()
        (event,) = await database.run(events.find, cameras=[CAMERA.id])
        assert event.end is not None
        last = work.of(EventChanged)[-1][0]
        assert isinstance(last, EventChanged)
        assert (last.event.id, last.event.end) == (event.id, event.end)
        moved = await database.run(motion.within, CAMERA.id, Span(start, SystemClock().wall()))
        assert moved


async def test_events_a_crash_left_open_are_ended(tmp_path: Path) -> None:
    """An event without an end gets the time it was last seen as its end at the next start."""
    start = SystemClock().wall()
    async with working(tmp_path) as work:
        for seen in passing(start):
            work.desk.seen(Seen(CAMERA.id, seen))
        async with asyncio.timeout(60):
            while not work.of(AlertShown):  # noqa: ASYNC110 - the database is another thread
                await asyncio.sleep(0.01)
        database = work.stores.database
        (lasting,) = await database.run(events.unfinished)
        await database.run(finish_events)
        assert await database.run(events.unfinished) == ()
        ended = await database.run(events.get, lasting.id)
        assert ended.end is not None
        assert start < ended.end <= lasting.path[-1].time


async def test_sightings_of_a_removed_camera_are_nothing(tmp_path: Path) -> None:
    """What comes late of a camera that is gone is neither stored nor told."""
    async with working(tmp_path) as work:
        work.desk.remove(CAMERA.id)
        for seen in passing(SystemClock().wall()):
            work.desk.seen(Seen(CAMERA.id, seen))
        assert work.told == []
