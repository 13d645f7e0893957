"""``consentry run``: the real process and what it survives."""

import asyncio
import os
import random
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from consentry import config as settings_file
from consentry.home.stores import Stores
from consentry.model.ids import CameraId
from consentry.simcam import SimulatedCameras
from consentry.store import cameras
from tests.cli.hub_process import consentry, hub_process
from tests.home.house import STOP_S, breaches, is_unbroken, recorded, short_film

KILLS = int(os.environ.get("CONSENTRY_KILLS", "4"))
PLAIN = "detect = false\n"


@pytest.fixture
def server() -> Iterator[SimulatedCameras]:
    """Serve two cameras."""
    with SimulatedCameras({"door": short_film(), "yard": short_film()}) as running:
        yield running


async def added(data: Path, server: SimulatedCameras, *names: str) -> None:
    """Add cameras by command, to a hub without watchers."""
    (data / "consentry.toml").write_text(PLAIN)
    for name in names:
        answer = await consentry(
            "camera", "add", "--data", data, "--unchecked", name, server.url(name)
        )
        assert answer.status == 0, answer.err


def command_lines(pids: list[int]) -> list[bytes]:
    """Return command line and environment of the processes."""
    return [
        Path(f"/proc/{pid}/{file}").read_bytes() for pid in pids for file in ("cmdline", "environ")
    ]


def ignores(pid: int, number: signal.Signals) -> bool:
    """Tell whether a process ignores a signal."""
    told = Path(f"/proc/{pid}/status").read_text()
    mask = next(line.split()[1] for line in told.splitlines() if line.startswith("SigIgn:"))
    return bool(int(mask, 16) & 1 << (number - 1))


def camera_id(data: Path, name: str) -> CameraId:
    """Return the id of a camera while no hub runs."""
    stores = Stores.open(settings_file.load(data))
    try:
        return stores.database.call(cameras.named, name).id
    finally:
        stores.database.close()


async def test_a_hub_runs_and_ends(tmp_path: Path, server: SimulatedCameras) -> None:
    """It is ready when health answers, prints a token, and ends with all segments closed."""
    await added(tmp_path, server, "door", "yard")
    async with hub_process(tmp_path) as hub:
        assert hub.process.stdout is not None
        assert "one-time token: " in (await hub.process.stdout.readline()).decode()
        assert (await hub.health())["total"] == 2
        await hub.recording(2)
        await hub.footage(50_000)
        hub.send(signal.SIGTERM)
        async with asyncio.timeout(STOP_S):
            assert await hub.process.wait() == 0
    assert breaches(tmp_path) == []
    assert not (tmp_path / "control.sock").exists()


async def test_a_closed_terminal_ends_a_hub_in_order(
    tmp_path: Path, server: SimulatedCameras
) -> None:
    """SIGHUP to the hub and all its children: it ends as by SIGTERM, with all segments closed."""
    await added(tmp_path, server, "door")
    async with hub_process(tmp_path) as hub:
        await hub.recording(1)
        await hub.footage(50_000)
        for child in hub.children().values():
            os.kill(child, signal.SIGHUP)
        hub.send(signal.SIGHUP)
        async with asyncio.timeout(STOP_S):
            assert await hub.process.wait() == 0
    assert breaches(tmp_path) == []


async def test_a_hub_outlives_its_terminal_where_that_was_asked_for(tmp_path: Path) -> None:
    """Begun by nohup, a hub goes on ignoring SIGHUP."""
    (tmp_path / "consentry.toml").write_text(PLAIN)
    async with hub_process(tmp_path, wrapped_by=("nohup",)) as hub:
        assert ignores(hub.process.pid, signal.SIGHUP)


async def test_a_stopped_hub_costs_no_recorded_picture(
    tmp_path: Path, server: SimulatedCameras
) -> None:
    """SIGSTOP to the hub for five seconds: the recording has no hole."""
    await added(tmp_path, server, "door")
    async with hub_process(tmp_path) as hub:
        await hub.recording(1)
        hub.send(signal.SIGSTOP)
        await asyncio.sleep(5)
        hub.send(signal.SIGCONT)
        await hub.footage(150_000)
    found = recorded(tmp_path, camera_id(tmp_path, "door"))
    assert len(found.parts) == 1
    assert is_unbroken(found.parts[0])
    assert found.seconds > 5
    assert breaches(tmp_path) == []


async def test_random_kills_break_nothing(tmp_path: Path, server: SimulatedCameras) -> None:
    """SIGKILL to hub or recorder at random moments: each restart succeeds, every check passes.

    Four here; ``CONSENTRY_KILLS=50`` for a long one by hand (CONTRIBUTING.md).
    """
    await added(tmp_path, server, "door", "yard")
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    for round_ in range(KILLS):
        async with hub_process(tmp_path) as hub:
            await hub.recording(2)
            await asyncio.sleep(chance.random() * 1.5)
            if round_ % 3 == 2:
                os.kill(hub.children()["recorder"], signal.SIGKILL)
                await asyncio.sleep(chance.random())
            hub.send(signal.SIGKILL)
            await hub.process.wait()
            assert breaches(tmp_path) == []
    async with hub_process(tmp_path) as hub:
        await hub.recording(2)
    assert breaches(tmp_path) == []
    assert len(recorded(tmp_path, camera_id(tmp_path, "door")).parts) >= 3


async def test_secrets_stay_out_of_the_process_list(
    tmp_path: Path, server: SimulatedCameras
) -> None:
    """A camera's password is on no command line of any process of the hub."""
    await added(tmp_path, server)
    answer = await consentry(
        *("camera", "add", "--data", tmp_path, "--unchecked", "--user", "admin"),
        *("--password-stdin", "door", server.url("door")),
        stdin="tops3cret\n",
    )
    assert answer.status == 0
    async with hub_process(tmp_path) as hub:
        await hub.recording(1)
        shown = command_lines([hub.process.pid, *hub.children().values()])
    assert len(shown) > 1
    assert not [line for line in shown if b"tops3cret" in line]


async def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    """A port that another program has: one sentence, exit 2, nothing started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = await consentry("run", "--data", tmp_path, "--port", str(port))
    assert answer.status == 2
    assert answer.err == (
        f"consentry: Port {port} is in use by another program: stop it, or choose another port.\n"
    )


async def test_a_second_hub_is_one_sentence(tmp_path: Path) -> None:
    """A second hub on one folder: one sentence, exit 2; the first goes on."""
    tmp_path.joinpath("consentry.toml").write_text(PLAIN)
    async with hub_process(tmp_path) as hub:
        answer = await consentry("run", "--data", tmp_path, "--port", "0")
        assert answer.status == 2
        assert answer.err.startswith("consentry: Another hub already runs on ")
        assert (await hub.health())["total"] == 0


async def test_a_bad_settings_file_is_one_sentence(tmp_path: Path) -> None:
    """A mistake in the settings file: file, line and key in one sentence, exit 2."""
    file = tmp_path / "mine.toml"
    file.write_text('\nport = "eighty"\n')
    answer = await consentry("run", "--data", tmp_path / "data", "--config", file)
    assert answer == type(answer)(
        2,
        "",
        "consentry: port in mine.toml line 2 must be a whole number from 0 to 65535, "
        "not 'eighty'.\n",
    )


async def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    """A data folder that cannot be made: one sentence, exit 1."""
    file = tmp_path / "file"
    file.write_text("")
    answer = await consentry("run", "--data", file / "data", "--port", "0")
    assert answer.status == 1
    assert answer.err == (
        f"consentry: The data folder {file / 'data'} cannot be made: Not a directory.\n"
    )


async def test_a_file_where_recordings_should_go_is_one_sentence(tmp_path: Path) -> None:
    """A file named as the folder for recordings: one sentence, exit 1, the file as it was."""
    file = tmp_path / "film"
    file.write_text("mine")
    (tmp_path / "consentry.toml").write_text(f'recordings = "{file}"\n')
    answer = await consentry("run", "--data", tmp_path, "--port", "0")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err == f"consentry: {file} is a file: name a folder for the recordings.\n"
    assert file.read_text() == "mine"


@pytest.mark.parametrize("option", ["--data", "--host", "--config"])
async def test_a_variable_that_was_not_set_is_no_name(option: str, tmp_path: Path) -> None:
    """An empty name is refused: it would mean this very folder, or every network."""
    answer = await consentry("run", "--data", tmp_path / "house", "--port", "0", option, "")
    assert answer.status == 2
    assert answer.err.endswith(f"argument {option}: nothing is named\n")
    assert not (tmp_path / "house").exists()


async def test_a_lost_household_key_is_said_and_not_replaced(tmp_path: Path) -> None:
    """Without its household key an old data folder is refused, not given a new key."""
    async with hub_process(tmp_path, "--host", "127.0.0.1"):
        pass
    key = tmp_path / "keys" / "household.key"
    key.rename(tmp_path / "lost")
    answer = await consentry("run", "--data", tmp_path, "--port", "0")
    assert answer.status == 1
    assert "put it back from a backup" in answer.err
    assert not key.exists()


async def test_a_database_from_a_newer_version_is_one_sentence(tmp_path: Path) -> None:
    """A database that a newer Consentry wrote is refused with one sentence and left as it is."""
    stores = Stores.open(settings_file.load(tmp_path))
    stores.database.call(lambda connection: connection.execute("PRAGMA user_version = 999"))
    stores.database.close()
    answer = await consentry("run", "--data", tmp_path, "--port", "0")
    assert answer.status == 1
    assert "newer" in answer.err
    assert len(answer.err.splitlines()) == 1
