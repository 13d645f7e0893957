"""A stream's thread that hangs while its process works on."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from consentry.home.pulse import LOOKS, Pulse
from consentry.model.camera import Camera
from consentry.model.errors import CameraState
from consentry.simcam import fault
from tests.home.house import House, breaches, house, is_unbroken, recorded, until
from tests.home.stuck_recorder import STUCK


async def with_sticky_threads(home: House) -> None:
    """Replace the recorder by one whose threads can be made to hang."""
    (crew,) = home.hub._supervisor._crews
    (recorder,) = crew.recorders
    recorder.role.module = "tests.home.stuck_recorder"
    (before,) = home.hub.pids()["recorder"]
    os.kill(before, signal.SIGKILL)
    await until(lambda: home.hub.pids()["recorder"] not in ([], [before]))


def stick(path: Path, camera: Camera, *, where: str = "") -> None:
    """Let the thread of the camera's main stream hang."""
    aside = path.with_suffix(".new")
    aside.write_text(f"{where}main {camera.id}")
    aside.rename(path)


async def is_mended(home: House, camera: Camera) -> None:
    """Wait until it is said that a thread stood still, and then until the camera is recorded."""
    state = home.hub.cameras.view
    await until(lambda: state(camera.id).main.state is CameraState.CRASHED)
    assert "stood still" in state(camera.id).main.message
    await home.recording(camera)


async def test_a_stuck_thread_is_noticed_and_its_recorder_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deadlock in one camera's thread: it is recorded again, and each hole has its reason.

    The second one gives that camera a recorder of its own.
    """
    file = tmp_path / "stuck"
    monkeypatch.setenv(STUCK, str(file))
    async with house(tmp_path / "data", "bad", "good") as home:
        good, bad = await home.add("good"), await home.add("bad")
        await home.recording(good)
        await home.recording(bad)
        await with_sticky_threads(home)
        for _ in range(2):
            assert bad.id not in home.hub._supervisor._alone
            await home.recording(good)
            await home.recording(bad)
            stick(file, bad)
            await is_mended(home, bad)
        assert bad.id in home.hub._supervisor._alone
        await home.recording(good)
        assert len(home.hub.pids()["recorder"]) == 2
    for camera in (good, bad):  # the bad one last
        found = recorded(tmp_path / "data", camera.id)
        assert all(is_unbroken(parts) for parts in found.parts)
        assert {gap.reason for gap in found.gaps} <= {CameraState.CRASHED, "start"}
    assert CameraState.CRASHED in {gap.reason for gap in found.gaps}
    assert breaches(tmp_path / "data") == []


async def test_a_thread_that_hangs_between_attempts_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A camera that is away and whose thread hangs is recorded when it is there again."""
    file = tmp_path / "stuck"
    monkeypatch.setenv(STUCK, str(file))
    async with house(tmp_path / "data", "bad") as home:
        bad = await home.add("bad")
        await home.recording(bad)
        await with_sticky_threads(home)
        home.server.set_faults("bad", fault.NotFound())
        home.server.disconnect("bad")
        await until(lambda: home.hub.cameras.view(bad.id).main.state is CameraState.NOT_FOUND)
        stick(file, bad)
        await until(lambda: not file.exists())
        home.server.set_faults("bad")
        await is_mended(home, bad)
    assert breaches(tmp_path / "data") == []


async def test_a_disk_that_takes_long_ends_no_recorder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that does not answer is told for as long as it takes; the same process goes on."""
    file = tmp_path / "stuck"
    monkeypatch.setenv(STUCK, str(file))
    async with house(tmp_path / "data", "door") as home:
        camera = await home.add("door")
        await home.recording(camera)
        await with_sticky_threads(home)
        await home.recording(camera)
        before = home.hub.pids()["recorder"]
        stick(file, camera, where="disk ")
        await until(lambda: "has not answered" in str(home.hub.problems()))
        file.unlink()
        await until(lambda: not home.hub.problems())
        await home.recording(camera)
        assert home.hub.pids()["recorder"] == before
    assert breaches(tmp_path / "data") == []


def looks(pulse: Pulse, count: int) -> list[bool]:
    """Return what so many looks tell."""
    return [pulse.stood_still() for _ in range(count)]


def test_a_thread_that_turns_never_stands_still() -> None:
    """One turn begins the count anew; without one the standstill is noticed in bounds."""
    pulse = Pulse()
    for _ in range(3):
        pulse.is_set()
        assert not any(looks(pulse, LOOKS))
    assert pulse.stood_still()


def test_a_thread_that_rests_does_not_stand_still() -> None:
    """However long a thread waits between two attempts: that is no standstill."""
    pulse = Pulse()
    resting = threading.Thread(target=pulse.wait)
    resting.start()
    while not pulse._resting:
        time.sleep(0.001)
    assert not any(looks(pulse, 3 * LOOKS))
    pulse.set()
    resting.join()
    assert not any(looks(pulse, LOOKS))
    assert pulse.stood_still()
