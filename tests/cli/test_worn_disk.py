"""A disk that changes what was stored, under the real hub: nothing is lost, and the owner hears."""

import asyncio
import signal
from pathlib import Path

from consentry.store.page import PAGE
from consentry.store.write_ahead_log import WriteAheadLog
from tests.cli.hub_process import consentry, hub_process

CAMERAS = 4
"""Changes, one after the other, that are in the log when the hub is killed."""


def spoil(file: Path, offset: int, *, pieces: int = 1) -> None:
    """Flip a bit in so many places, which the disk would not tell of."""
    content = bytearray(file.read_bytes())
    for piece in range(pieces):
        content[offset + 700 * piece] ^= 8
    file.write_bytes(content)


async def cameras(data: Path) -> int:
    """Return how many cameras the command line knows."""
    listed = await consentry("camera", "list", "--data", data)
    assert listed.status == 0, listed.err
    return listed.out.count("rtsp://")


async def test_the_owner_hears_of_a_disk_that_wears_out(tmp_path: Path) -> None:
    """The hub starts over spoilt pages with everything there, and says so; ``check`` is content."""
    data = tmp_path / "data"
    async with hub_process(data) as hub:
        await add(hub.data)
    pages = (data / "consentry.db").stat().st_size // PAGE
    for number in (0, pages // 2, pages - 1):
        spoil(data / "consentry.db", number * PAGE + 99, pieces=5)
    async with hub_process(data) as hub:
        await hub.told("disk_decay", "replaced by its second copy")
        assert await cameras(data) == CAMERAS
        assert (await consentry("check", "--data", data)).status == 0


async def test_the_owner_hears_of_changes_that_a_crash_lost(tmp_path: Path) -> None:
    """A sector of the write-ahead log is spoilt between a crash and the start: it is told."""
    data = tmp_path / "data"
    log = WriteAheadLog(data / "consentry.db", bytes(32))
    path = data / "consentry.db-wal"
    async with hub_process(data) as hub:
        while sum(frame.commits for frame in log.frames()) < CAMERAS:  # it is emptied now and then
            await add(data)
        hub.send(signal.SIGKILL)
        await hub.process.wait()
    spoil(path, log.frames()[0].offset + 99, pieces=5)
    async with hub_process(data) as hub:
        await hub.told("database", "changes before the hub stopped")
        await add(data)
    assert await cameras(data) >= CAMERAS


async def add(data: Path) -> None:
    """Add some cameras by the command line, each name once."""
    known = await cameras(data)
    names = [f"camera {known + number}" for number in range(CAMERAS)]
    added = await asyncio.gather(
        *(
            consentry("camera", "add", "--data", data, "--unchecked", name, "rtsp://192.0.2.1/x")
            for name in names
        )
    )
    assert [each.status for each in added] == [0] * CAMERAS
