"""A recording disk that is full, read-only or another one: a small real file system for the hub."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from consentry.simcam import SimulatedCameras, fault
from consentry.store.volume import LEAST_FREE
from tests.cli.hub_process import PATIENCE_S, HubProcess, consentry, hub_process
from tests.home.house import short_film
from tests.programs import program

MOUNT = 'mount -t tmpfs -o size={size} none "$1" && shift && exec "$@"'


@pytest.fixture
def server() -> Iterator[SimulatedCameras]:
    """Serve one camera."""
    with SimulatedCameras({"door": short_film()}) as running:
        yield running


async def recording(hub: HubProcess, count: int) -> None:
    """Wait until exactly so many cameras record."""
    async with asyncio.timeout(PATIENCE_S):
        while (await hub.health())["recording"] != count:  # noqa: ASYNC110 - by polling
            await asyncio.sleep(0.1)


def remount(hub: HubProcess, disk: Path, options: str) -> None:
    """Change the hub's disk while it runs."""
    inside = ("--target", str(hub.process.pid), "--user", "--mount", "--preserve-credentials")
    command = ("mount", "-o", f"remount,{options}", "none", str(disk))
    subprocess.run((program("nsenter"), *inside, *command), check=True)


async def test_a_full_disk_pauses_recording_until_there_is_room(
    tmp_path: Path, server: SimulatedCameras
) -> None:
    """A full disk: the owner is told, the oldest goes although nothing was to be kept free.

    Then the hub records again; and so it does after the disk was read-only.
    """
    disk = tmp_path / "disk"
    disk.mkdir()
    data = tmp_path / "data"
    added = await consentry(
        "camera", "add", "--data", data, "--unchecked", "door", server.url("door")
    )
    assert added.status == 0
    (data / "consentry.toml").write_text(
        f'detect = false\nkeep_free_gigabytes = 0\nrecordings = "{disk}"\n'
    )
    small = MOUNT.format(size=LEAST_FREE + 300_000)
    sandbox = (program("unshare"), "-rm", "sh", "-c", small, "sh", str(disk))
    async with hub_process(data, wrapped_by=sandbox) as hub:
        await recording(hub, 1)
        await hub.told("disk_full", "full")
        server.disconnect("door")  # a segment that was begun is finished, no other is begun
        await recording(hub, 0)
        await recording(hub, 1)  # what was recorded until then has made room
        remount(hub, disk, f"size={LEAST_FREE * 2}")
        server.set_faults("door", fault.NotFound())
        server.disconnect("door")
        await recording(hub, 0)
        remount(hub, disk, "ro")  # the kernel does not while a file there is being written
        server.set_faults("door")
        await hub.told("disk_failing", "read-only")
        remount(hub, disk, "rw")
        await recording(hub, 1)
