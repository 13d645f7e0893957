"""The journal of what recorders say about segments."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from consentry.config import Config
from consentry.home.journal import Journal
from consentry.home.stores import Stores
from consentry.model.camera import Camera, StreamAddress
from consentry.model.ids import CameraId, SegmentId, random_id
from consentry.model.media import StreamName
from consentry.seal import DataKey
from consentry.store import cameras
from consentry.store.messages import KeyGranted, KeyWanted

DOOR = CameraId("door")


@dataclass
class Desk:
    """A journal at work and what came of it."""

    stores: Stores
    journal: Journal
    granted: list[SegmentId] = field(default_factory=list)
    told: list[str | None] = field(default_factory=list)

    def want(self, camera: CameraId = DOOR, *, segment: SegmentId | None = None) -> SegmentId:
        """Ask for a key."""
        wanted = segment or SegmentId(random_id())
        sealed = self.stores.keyring.public.seal_key(DataKey.random(), f"segment/{wanted}")
        self.journal.put(KeyWanted(camera, StreamName.MAIN, wanted, sealed))
        return wanted


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    """Run a journal over a new data folder with one camera."""
    stores = Stores.open(Config(data=folder))
    address = StreamAddress(StreamName.MAIN, "rtsp://127.0.0.1/x")
    stores.database.call(cameras.add, Camera(DOOR, "door", address))
    granted: list[SegmentId] = []
    told: list[str | None] = []

    def grant(key: KeyGranted) -> None:
        granted.append(key.segment)

    journal = Journal(stores.database, stores.volume, grant=grant, tell=told.append)
    running = asyncio.create_task(journal.run())
    try:
        yield Desk(stores, journal, granted, told)
    finally:
        running.cancel()
        await asyncio.wait((running,))
        stores.database.close()


def count(connection: apsw.Connection) -> int:
    """Return how many segment rows there are."""
    return len(connection.execute("SELECT id FROM segments").fetchall())


async def test_keys_are_granted_in_order_once_they_are_durable(tmp_path: Path) -> None:
    """Every key wanted is granted, in order, when its row is in the database."""
    async with desk(tmp_path) as work:
        wanted = [work.want() for _ in range(20)]
        await work.journal.settled()
        assert work.granted == wanted
        assert work.stores.database.call(count) == 20


async def test_a_camera_that_is_gone_is_passed_over(tmp_path: Path) -> None:
    """What a recorder still says of a removed camera is neither written nor granted."""
    async with desk(tmp_path) as work:
        work.want(CameraId("gone"))
        kept = work.want()
        await work.journal.settled()
        assert work.granted == [kept]


async def test_one_bad_entry_holds_up_no_other(tmp_path: Path) -> None:
    """An entry the database refuses is dropped alone; the others of its batch are granted."""
    async with desk(tmp_path) as work:
        first = work.want()
        await work.journal.settled()
        work.want(segment=first)  # the same id again: a constraint says no
        second, third = work.want(), work.want()
        await work.journal.settled()
        assert work.granted == [first, second, third]


async def test_a_stopped_journal_is_waited_for_by_nobody(tmp_path: Path) -> None:
    """Who waits for a journal that has ended goes on."""
    async with desk(tmp_path) as work:
        work.want()
        await work.journal.settled()
    work.want()
    async with asyncio.timeout(60):
        await work.journal.settled()
