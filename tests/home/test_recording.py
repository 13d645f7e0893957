"""Recording through the real processes, and what it survives."""

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import apsw

from consentry.clock import SystemClock
from consentry.config import Config
from consentry.live.viewer import LivePart
from consentry.model.errors import CameraState
from consentry.model.media import StreamName
from consentry.model.time import DAY, HOUR, Micros
from consentry.simcam import fault
from tests.home.house import ALWAYS, breaches, house, is_unbroken, recorded, until


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


async def test_a_recorder_that_stands_still_is_replaced(tmp_path: Path) -> None:
    """SIGSTOP to a recorder: it is ended and replaced, and the hole has a reason."""
    async with house(tmp_path, "door") as home:
        camera = await home.add("door")
        await home.recording(camera)
        os.kill(home.hub.pids()["recorder"][0], signal.SIGSTOP)
        await until(lambda: home.hub.cameras.view(camera.id).main.state is CameraState.CRASHED)
        assert "hung" in home.hub.cameras.view(camera.id).main.message
        await home.recording(camera)
    found = recorded(tmp_path, camera.id)
    assert len(found.parts) == 2
    assert found.gaps[0].reason == CameraState.CRASHED
    assert breaches(tmp_path) == []


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


async def test_a_hub_starts_without_its_disk(tmp_path: Path) -> None:
    """A hub whose recording disk is away starts, shows live pictures and tells its owner."""
    async with house(tmp_path, "door") as home:
        camera = await home.add("door")
        await home.recording(camera)
    disk, away = tmp_path / "recordings", tmp_path / "unplugged"
    disk.rename(away)
    async with house(tmp_path, "door") as home:
        await home.hub.cameras.change(
            replace(camera, main=replace(camera.main, url=home.server.url("door")))
        )
        view = home.hub.cameras.view
        await until(lambda: view(camera.id).main.state is CameraState.ONLINE)
        await until(lambda: "disk_missing" in {problem.code for problem in home.hub.problems()})
        async with home.hub.fanout.subscribe(camera.id, StreamName.MAIN) as viewer:
            seen = [await anext(viewer) for _ in range(5)]
        assert any(isinstance(item, LivePart) for item in seen)
        assert not disk.exists()
        away.rename(disk)
        await home.recording(camera)
    assert breaches(tmp_path) == []


class JumpingClock(SystemClock):
    """The machine's clock, whose wall time can be set wrong."""

    wrong = Micros(0)

    def wall(self) -> Micros:
        """Return the wrong time."""
        return Micros(super().wall() + self.wrong)


async def test_a_wrong_clock_deletes_and_hides_nothing(tmp_path: Path) -> None:
    """A clock a year ahead or an hour back: nothing expires, the owner is told and may confirm."""
    clock = JumpingClock()
    async with house(tmp_path, "door", clock=clock) as home:
        camera = await home.add("door")
        await home.recording(camera)
        before = await asyncio.to_thread(home.hub.footage.segments, camera.id, ALWAYS)
        for wrong in (365 * DAY, -HOUR):
            clock.wrong = Micros(wrong)
            await home.hub._housekeeping._retain()
            (problem,) = (found for found in home.hub.problems() if found.code == "clock")
            assert "nothing is deleted for its age" in problem.message
            after = await asyncio.to_thread(home.hub.footage.segments, camera.id, ALWAYS)
            assert [segment.id for segment in after] == [segment.id for segment in before]
            assert home.hub.cameras.view(camera.id).recording
        await home.hub.confirm_clock()
        assert "clock" not in {found.code for found in home.hub.problems()}
    assert breaches(tmp_path) == []


async def test_a_disk_too_small_for_the_promise_is_told_by_looking_ahead(tmp_path: Path) -> None:
    """The costly forecast is made by its own, rarer look; the frequent one asks only the disk."""
    async with house(tmp_path, "door") as home:
        camera = await home.add("door")
        await home.recording(camera)
        await home.hub.database.run(_write_much)
        housekeeping = home.hub._housekeeping
        await housekeeping._look()
        assert not home.hub.problems()
        await housekeeping._look_ahead()
        (problem,) = home.hub.problems()
        assert problem.code == "retention_short"


def _write_much(connection: apsw.Connection) -> None:
    """Let what was recorded be a petabyte, two hours ago."""
    connection.execute(
        "UPDATE segments SET state = 2, size = 1000000000000000, start = start - ?, end = start "
        "WHERE state > 0",
        (2 * HOUR,),
    )
