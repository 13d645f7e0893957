"""A power cut with nobody at home: the hub records on, what was cut off waits for a password."""

import asyncio
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.keys import UnlockMode
from consentry.model.secret import Secret
from consentry.seal.lock import Cost
from consentry.simcam import SimulatedCameras
from tests.cli.hub_process import consentry, hub_process, recorded_bytes
from tests.home.house import short_film

PASSWORD = "correct horse"


@pytest.fixture
def server() -> Iterator[SimulatedCameras]:
    """Serve a camera."""
    with SimulatedCameras({"door": short_film()}) as running:
        yield running


async def test_killed_and_started_locked_again_and_again(
    tmp_path: Path, server: SimulatedCameras
) -> None:
    """SIGKILL at random moments: each locked start records, and one password mends it all."""
    await asyncio.to_thread((tmp_path / "consentry.toml").write_text, "detect = false\n")
    added = ("camera", "add", "--data", tmp_path, "--unchecked", "door", server.url("door"))
    assert (await consentry(*added)).status == 0
    cheap = Cost(memory=32, passes=1, lanes=4)
    async with Hub(Config(data=tmp_path), work=Work.NOTHING, cost=cheap) as hub:
        await hub.locks.found("Ada", Secret(PASSWORD), mode=UnlockMode.PASSPHRASE)
    chance = random.Random(11)  # noqa: S311 - moments, not secrets
    for _ in range(3):
        async with hub_process(tmp_path) as killed:
            await killed.recording(1)
            await killed.footage(recorded_bytes(tmp_path) + 30_000)
            await asyncio.sleep(chance.random())
            killed.send(signal.SIGKILL)
            await killed.process.wait()
        locked = await consentry("check", "--data", tmp_path)
        assert (locked.status, "left out" in locked.err) == (0, True), locked.out
    async with hub_process(tmp_path) as running:
        await running.recording(1)
        async with running.machine() as machine:
            unlocked = await machine.post("/api/unlock", json={"password": PASSWORD})
            assert unlocked.json()["locked"] is False
        checked = await consentry("check", "--data", tmp_path, "--samples", "1000")
        assert (checked.status, checked.err) == (0, ""), checked.out
        assert "decrypted 0 units" not in checked.out
