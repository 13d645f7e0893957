"""Stopping while things are in the way."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

from consentry.config import Config
from consentry.home.cameras import NewCamera
from consentry.simcam import fault
from tests.home.house import STOP_S, breaches, house


async def test_cameras_that_do_not_answer_hold_up_no_stop(tmp_path: Path) -> None:
    """A hub ends in seconds while one camera hangs, one is silent and one is away."""
    async with house(tmp_path, "silent", "hanging") as home:
        home.server.set_faults("silent", fault.NoAnswer())
        home.server.set_faults("hanging", fault.Hang(after=0.5))
        await home.add("silent")
        await home.add("hanging")
        away = NewCamera("away", "rtsp://192.0.2.1/x")  # an address that never answers
        await home.hub.cameras.add(away, check=False)
        await asyncio.sleep(2)
        began = time.monotonic()
    assert time.monotonic() - began < STOP_S
    assert breaches(tmp_path) == []


async def test_a_hub_that_just_starts_can_stop(tmp_path: Path) -> None:
    """A hub that is told to end while its processes are starting ends cleanly, again and again."""
    for detect in (False, True, True):
        config = Config(data=tmp_path, detect=detect)
        async with house(tmp_path, "door", config=config) as home:
            if not home.hub.cameras.views():
                await home.add("door")
            began = time.monotonic()
        assert time.monotonic() - began < STOP_S
    assert breaches(tmp_path) == []


async def test_a_restarted_hub_goes_on(tmp_path: Path) -> None:
    """Cameras, their order and settings are there after a restart, and are recorded."""
    async with house(tmp_path, "door", "yard") as home:
        door, yard = await home.add("door"), await home.add("yard")
        await home.hub.cameras.change(replace(door, order=9, audio=False))
    async with house(tmp_path, "door", "yard") as home:
        views = home.hub.cameras.views()
        assert [view.camera.name for view in views] == ["yard", "door"]
        assert not views[1].camera.audio
        for camera in (door, yard):
            # The server has another port this time: the owner corrects the address.
            await home.hub.cameras.change(
                replace(camera, main=replace(camera.main, url=home.server.url(camera.name)))
            )
            await home.recording(camera)
    assert breaches(tmp_path) == []
