"""Adding, changing, removing cameras, and deleting, while the hub runs."""

import asyncio
import gc
from dataclasses import replace
from pathlib import Path

import pytest

from consentry.config import Config
from consentry.home.cameras import NewCamera
from consentry.home.hub import Hub
from consentry.model.camera import RecordMode, Retention
from consentry.model.errors import CameraState, ConflictError, NotFoundError
from consentry.model.media import StreamName
from consentry.model.secret import Secret
from consentry.model.time import SECOND, Micros, Span
from consentry.seal import DataKey
from tests.home.house import breaches, house, recorded, until


async def test_a_name_is_given_once(tmp_path: Path) -> None:
    """A second camera of one name, in whatever case, is refused with one sentence."""
    async with house(tmp_path, "door", "yard") as home:
        await home.add("door")
        yard = await home.add("yard")
        with pytest.raises(ConflictError, match="already a camera named 'DOOR'"):
            await home.hub.cameras.add(NewCamera("DOOR", "rtsp://127.0.0.1/x"), check=False)
        with pytest.raises(ConflictError, match="already a camera named"):
            await home.hub.cameras.change(replace(yard, name="Door"))


async def test_only_one_hub_a_folder(tmp_path: Path) -> None:
    """A second hub on one data folder is refused with one sentence."""
    async with house(tmp_path):
        with pytest.raises(ConflictError, match="Another hub already runs"):
            await Hub(Config(data=tmp_path)).__aenter__()


async def test_a_pasted_password_is_kept_apart_from_the_address(tmp_path: Path) -> None:
    """A URL with credentials is split: the address is stored without them."""
    async with house(tmp_path) as home:
        new = NewCamera("door", "rtsp://admin:s3cret@127.0.0.1:9/x")
        camera = (await home.hub.cameras.add(new, check=False)).camera
        assert camera.main.url == "rtsp://127.0.0.1:9/x"
        assert (camera.user, camera.password) == ("admin", Secret("s3cret"))
        assert "s3cret" not in repr(home.hub.cameras.views())


async def test_a_camera_can_be_switched_off_and_on(tmp_path: Path) -> None:
    """A disabled camera is disconnected and says so; enabled it records again."""
    async with house(tmp_path, "door") as home:
        camera = await home.add("door")
        await home.recording(camera)
        view = await home.hub.cameras.change(replace(camera, enabled=False))
        assert view.main.state is CameraState.OFF
        assert home.hub.health().recording == 0
        await home.hub.cameras.change(camera)
        await home.recording(camera)
        assert home.server.sessions("door") == 2


async def test_mode_off_is_never_written(tmp_path: Path) -> None:
    """A camera whose mode is off is shown live but not one byte of it is written."""
    async with house(tmp_path, "door") as home:
        camera = await home.add("door")
        await home.recording(camera)
        off = replace(camera, retention=Retention(RecordMode.OFF))
        await home.hub.cameras.change(off)
        await until(lambda: not home.hub.cameras.view(camera.id).recording)
        files = sorted((tmp_path / "recordings").rglob("*.seg"))
        async with home.hub.fanout.subscribe(camera.id, StreamName.MAIN) as viewer:
            seen = 0
            async for _ in viewer:
                seen += 1
                if seen > 20:
                    break
        assert sorted((tmp_path / "recordings").rglob("*.seg")) == files


async def test_what_is_being_written_can_be_erased(tmp_path: Path) -> None:
    """Erasing up to now closes the open segment first; the recording goes on after it."""
    async with house(tmp_path, "door") as home:
        camera = await home.add("door")
        await home.recording(camera)
        now = home.hub.clock.wall()
        await home.hub.erase(camera.id, Span(Micros(0), now))
        await home.recording(camera)
    found = recorded(tmp_path, camera.id)
    assert all(part.arrival >= now for run in found.parts for part in run)
    assert breaches(tmp_path) == []


def keys_in_memory() -> set[bytes]:
    """Return every data key that this process can open footage with."""
    gc.collect()
    return {each.reveal() for each in gc.get_objects() if isinstance(each, DataKey)}


async def test_keys_of_what_was_deleted_leave_the_memory(tmp_path: Path) -> None:
    """What was watched, and is then deleted, cannot be opened with what the hub still remembers."""
    before = keys_in_memory()
    async with house(tmp_path, "door") as home:
        camera = await home.add("door")
        await home.recording(camera)
        begun = home.hub.cameras.view(camera.id).main.since
        await asyncio.to_thread(
            home.hub.footage.preview, camera.id, Micros(begun + SECOND), width=64
        )
        watched = keys_in_memory() - before
        assert watched
        await home.hub.erase(camera.id, Span(Micros(0), home.hub.clock.wall()))
        assert keys_in_memory() & watched == set()


async def test_a_removed_camera_is_gone(tmp_path: Path) -> None:
    """Removing a camera ends its recording and leaves neither a file nor a name."""
    async with house(tmp_path, "door", "yard") as home:
        door, yard = await home.add("door"), await home.add("yard")
        await home.recording(door)
        await home.recording(yard)
        await home.hub.remove_camera(door.id)
        with pytest.raises(NotFoundError):
            home.hub.cameras.view(door.id)
        assert list((tmp_path / "recordings").glob(f"{door.id}/**/*.seg")) == []
        assert home.hub.cameras.view(yard.id).recording
    assert breaches(tmp_path) == []
    assert recorded(tmp_path, yard.id).seconds > 0
