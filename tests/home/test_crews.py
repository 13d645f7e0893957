"""Which process has which camera."""

import asyncio
import contextlib
import ctypes
import itertools
import signal
from dataclasses import replace
from functools import cache
from pathlib import Path

from consentry.config import Config
from consentry.home.cameras import NewCamera
from consentry.home.child import Crash
from consentry.home.hub import Hub
from consentry.home.supervisor import CRASHES_UNTIL_ALONE
from consentry.live.viewer import LivePart
from consentry.model.camera import Camera
from consentry.model.errors import NotFoundError
from consentry.model.ids import CameraId
from consentry.model.media import StreamName
from consentry.simcam import Film, FilmSpec, SimulatedCameras, film
from tests.home.house import House, breaches, house, is_unbroken, recorded, short_film, until


@cache
def hevc_film() -> Film:
    """Return four seconds of H.265."""
    return film(FilmSpec(codec="hevc"))


async def test_a_camera_two_crashes_named_runs_alone(tmp_path: Path) -> None:
    """After the second crash that names it a camera gets its own recorder, its viewer stays."""
    async with house(tmp_path, "bad", "good") as home:
        good, bad = await home.add("good"), await home.add("bad")
        await home.recording(good)
        await home.recording(bad)
        supervisor = home.hub._supervisor
        index = supervisor._indexes[bad.id, StreamName.MAIN]
        crash = Crash("recorder", -signal.SIGSEGV, index)
        assert supervisor.blame(Crash("recorder", -signal.SIGKILL, None)) is None
        assert supervisor.blame(crash) == bad.id
        assert len(home.hub.pids()["recorder"]) == 1
        async with home.hub.fanout.subscribe(bad.id, StreamName.MAIN) as viewer:
            assert supervisor.blame(crash) == bad.id
            await until(lambda: len(home.hub.pids()["recorder"]) == 2)
            parts = 0
            while parts < 3:
                parts += isinstance(await anext(viewer), LivePart)
        await home.recording(bad)
    assert is_unbroken(recorded(tmp_path, good.id).parts[0])
    assert breaches(tmp_path) == []


def readers(recorder: int, camera: Camera) -> list[int]:
    """Return the threads called after the camera's main stream: one, once it reads."""
    found = []
    for path in Path(f"/proc/{recorder}/task").iterdir():
        with contextlib.suppress(OSError):  # one that just ended
            if (path / "comm").read_text().strip() == f"main {camera.id}"[:15]:
                found.append(int(path.name))
    return found


async def replaced(home: House, recorder: int) -> None:
    """Wait until another process than ``recorder`` records."""
    await until(lambda: home.hub.pids()["recorder"] not in ([], [recorder]))


async def test_a_camera_whose_bytes_crash_its_recorder_runs_alone(tmp_path: Path) -> None:
    """SIGSEGV to the thread that reads a camera, twice: the crash note names it."""
    tgkill = ctypes.CDLL(None, use_errno=True).tgkill
    async with house(tmp_path, "bad", "good") as home:
        bad = await home.add("bad")
        supervisor = home.hub._supervisor
        for _ in range(CRASHES_UNTIL_ALONE):
            assert bad.id not in supervisor._alone
            await home.recording(bad)
            (recorder,) = home.hub.pids()["recorder"]
            await until(lambda: len(readers(recorder, bad)) == 1)  # noqa: B023 - awaited here
            (reader,) = readers(recorder, bad)
            assert tgkill(recorder, reader, signal.SIGSEGV) == 0
            await replaced(home, recorder)
        assert bad.id in supervisor._alone
        good = await home.add("good")
        await home.recording(good)
        await home.recording(bad)
        assert len(home.hub.pids()["recorder"]) == 2
    assert is_unbroken(recorded(tmp_path, good.id).parts[0])
    assert breaches(tmp_path) == []


async def test_processes_without_a_camera_end(tmp_path: Path) -> None:
    """The last camera of a recorder takes recorder, watcher and detector with it; others stay."""
    async with house(tmp_path, "cam", config=Config(data=tmp_path)) as home:
        first = await home.add("cam")
        await home.recording(first)
        more = []
        for number in range(8):
            new = NewCamera(f"cam {number}", home.server.url("cam"))
            more.append((await home.hub.cameras.add(new, check=False)).camera)
        await until(lambda: home.hub.health().recording == 9)
        before = home.hub.pids()
        assert len(before["recorder"]) == 2
        await home.hub.cameras.change(replace(more[-1], enabled=False))
        await until(lambda: len(home.hub.pids()["recorder"]) == 1)
        assert home.hub.pids()["watcher"] == before["watcher"]
        assert home.hub.cameras.view(first.id).recording
        for camera in (first, *more):
            await home.hub.remove_camera(camera.id)
        assert home.hub.pids() == {"recorder": [], "watcher": [], "detector": []}
        await until(lambda: all(map(has_ended, itertools.chain(*before.values()))))
        again = await home.add("cam")
        await home.recording(again)
        assert await home.hub.snapshot(again.id)
    assert breaches(tmp_path) == []


def has_ended(pid: int) -> bool:
    """Tell whether there is no such process any more."""
    return not Path(f"/proc/{pid}").exists()


async def test_an_hevc_camera_gets_a_timeline_for_every_browser(tmp_path: Path) -> None:
    """The H.264 sub stream of an H.265 camera is recorded too, without anybody asking for it."""
    films = {"main": hevc_film(), "sub": short_film()}
    with SimulatedCameras(films) as server:
        async with Hub(Config(data=tmp_path, detect=False)) as hub:
            new = NewCamera("door", server.url("main"), sub_url=server.url("sub"))
            camera = (await hub.cameras.add(new, check=False)).camera
            view = hub.cameras.view
            await until(lambda: view(camera.id).camera.record_sub)
            await until(lambda: view(camera.id).streams[StreamName.SUB].recording)
            await until(lambda: view(camera.id).main.recording)
    sub = recorded(tmp_path, camera.id, StreamName.SUB)
    assert sub.seconds > 0
    assert breaches(tmp_path) == []


async def pictured(home: House, camera: CameraId) -> bytes:
    """Return a picture of a camera as soon as there is one: recording may begin before watching."""
    while True:
        try:
            return await home.hub.snapshot(camera, width=64)
        except NotFoundError:
            await asyncio.sleep(0.1)


async def test_nine_cameras_need_two_recorders_and_one_watcher(tmp_path: Path) -> None:
    """A recorder has at most eight cameras, a watcher sixteen; there is one detector."""
    async with house(tmp_path, "cam", config=Config(data=tmp_path)) as home:
        for number in range(9):
            new = NewCamera(f"cam {number}", home.server.url("cam"))
            await home.hub.cameras.add(new, check=False)
        await until(lambda: home.hub.health().recording == 9)
        counts = {role: len(pids) for role, pids in home.hub.pids().items()}
        assert counts == {"recorder": 2, "watcher": 1, "detector": 1}
        views = home.hub.cameras.views()
        pictures = [await pictured(home, view.camera.id) for view in views]
        assert all(picture.startswith(b"\xff\xd8") for picture in pictures)
