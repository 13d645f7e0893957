"""Recording through the real processes, and what it survives."""

import os
import signal
from pathlib import Path

from consentry.config import Config
from consentry.model.errors import CameraState
from consentry.simcam import fault
from tests.home.house import breaches, house, is_unbroken, recorded, until


async def test_what_a_camera_sends_is_recorded(tmp_path: Path) -> None:
    """Two cameras are recorded side by side, picture by picture, and every invariant holds."""
    async with house(tmp_path, "door", "yard") as home:
        cameras = [await home.add(name) for name in ("door", "yard")]
        for camera in cameras:
            await home.recording(camera)
        assert home.hub.health().recording == 2
        await until(lambda: all(view.main.facts for view in home.hub.cameras.views()))
        facts = home.hub.cameras.view(cameras[0].id).main.facts
        assert facts is not None
        assert (facts.codec, facts.width, facts.height) == ("h264", 320, 180)
    assert breaches(tmp_path) == []
    for camera in cameras:
        found = recorded(tmp_path, camera.id)
        assert len(found.parts) == 1
        assert is_unbroken(found.parts[0])


async def test_a_crashed_watcher_costs_no_recorded_picture(tmp_path: Path) -> None:
    """SIGSEGV to the watcher: it is replaced, pictures come again, the recording has no hole."""
    async with house(tmp_path, "door", config=Config(data=tmp_path)) as home:
        camera = await home.add("door")
        await home.recording(camera)
        (watcher,) = home.hub.pids()["watcher"]
        await home.hub.snapshot(camera.id)
        os.kill(watcher, signal.SIGSEGV)
        await until(lambda: home.hub.pids()["watcher"] not in ([], [watcher]))

        assert await home.hub.snapshot(camera.id)
    found = recorded(tmp_path, camera.id)
    assert len(found.parts) == 1
    assert is_unbroken(found.parts[0])
    assert breaches(tmp_path) == []


async def test_a_crashed_recorder_is_back_and_others_are_untouched(tmp_path: Path) -> None:
    """SIGKILL to a recorder: its camera records again, the gap is named, nothing is broken."""
    async with house(tmp_path, "door", config=Config(data=tmp_path)) as home:
        camera = await home.add("door")
        await home.recording(camera)
        before = home.hub.pids()
        os.kill(before["recorder"][0], signal.SIGKILL)
        await until(lambda: home.hub.cameras.view(camera.id).main.state is CameraState.CRASHED)
        await home.recording(camera)
        after = home.hub.pids()
        assert after["recorder"] != before["recorder"]
        assert after["watcher"] == before["watcher"]
        assert after["detector"] == before["detector"]
    found = recorded(tmp_path, camera.id)
    assert len(found.parts) == 2
    assert all(is_unbroken(parts) for parts in found.parts)
    assert breaches(tmp_path) == []  # a hole of over a second without a gap's row is one


async def test_one_bad_camera_never_stops_another(tmp_path: Path) -> None:
    """A camera with a wrong password says so and waits; the other one's recording has no hole."""
    async with house(tmp_path, "bad", "good") as home:
        home.server.set_faults("bad", fault.WrongPassword())
        good, bad = await home.add("good"), await home.add("bad")
        await home.recording(good)
        await until(lambda: home.hub.cameras.view(bad.id).main.state is CameraState.WRONG_PASSWORD)
        assert home.hub.health().recording == 1
    assert is_unbroken(recorded(tmp_path, good.id).parts[0])


async def test_a_lost_camera_comes_back_by_itself(tmp_path: Path) -> None:
    """A camera that hangs up is shown so, tried again, and the hole has a reason."""
    async with house(tmp_path, "door") as home:
        camera = await home.add("door")
        await home.recording(camera)
        home.server.set_faults("door", fault.NotFound())
        home.server.disconnect("door")
        state = home.hub.cameras.view
        await until(lambda: state(camera.id).main.state is CameraState.NOT_FOUND)
        assert not state(camera.id).recording
        home.server.set_faults("door")
        await home.recording(camera)
    found = recorded(tmp_path, camera.id)
    assert len(found.parts) == 2
    assert [gap.reason for gap in found.gaps] == [CameraState.DISCONNECTED.value]


async def test_a_missing_disk_is_told_and_never_replaced_by_its_folder(tmp_path: Path) -> None:
    """When the recording disk goes, nothing is written to its empty folder until it is back."""
    disk, away = tmp_path / "recordings", tmp_path / "unplugged"
    async with house(tmp_path, "door") as home:
        camera = await home.add("door")
        await home.recording(camera)
        disk.rename(away)
        disk.mkdir()
        await until(lambda: "disk_missing" in {problem.code for problem in home.hub.problems()})
        home.server.disconnect("door")
        await until(lambda: not home.hub.cameras.view(camera.id).recording)
        await until(lambda: home.hub.cameras.view(camera.id).main.state is CameraState.ONLINE)
        assert list(disk.iterdir()) == []
        disk.rmdir()
        away.rename(disk)
        await home.recording(camera)
        await until(lambda: "disk_missing" not in {problem.code for problem in home.hub.problems()})
    assert breaches(tmp_path) == []
    assert len(recorded(tmp_path, camera.id).parts) >= 2
