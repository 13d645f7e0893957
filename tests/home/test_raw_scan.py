"""The thief's view: every file of a house read raw, while it runs and after it was killed."""

import asyncio
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from consentry import config as settings_file
from consentry.home.stores import Stores
from consentry.model.ids import CameraId
from consentry.model.time import Micros, to_iso
from consentry.simcam import SimulatedCamera, SimulatedCameras
from consentry.store import events
from tests.cli.hub_process import PATIENCE_S, HubProcess, consentry, hub_process
from tests.home.house import short_film
from tests.store.house import event
from tests.web.home import jpeg

CAMERA, USER, CAMERA_PASSWORD = "Kinderzimmer oben", "cam-admin", "pa55-of-the-camera"
OWNER, PASSWORD = "Adalbertine", "correct horse battery"
NOTE, LABEL = "first steps of our daughter", "person"
TYPED = (CAMERA, USER, CAMERA_PASSWORD, OWNER, PASSWORD, NOTE, LABEL)
SIGNS = (b"JFIF\x00\x01", b"moof\x00\x00\x00\x10mfhd", b"SQLite format 3", b"ftypisom")
"""What pictures, footage, a plain database and a film begin with."""


@pytest.fixture
def server() -> Iterator[SimulatedCameras]:
    """Serve a camera that asks for a password."""
    shown = SimulatedCamera(short_film(), user=USER, password=CAMERA_PASSWORD)
    with SimulatedCameras({"door": shown}) as running:
        yield running


def readable(folders: tuple[Path, ...], needles: tuple[bytes, ...]) -> list[str]:
    """Return which needle stands in which file, in its name or in its bytes."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 5
    return [
        f"{path.name}: {needle!r}"
        for path in files
        for content in [path.name.encode() + path.read_bytes()]
        for needle in needles
        if needle in content
    ]


def pieces(content: bytes) -> tuple[bytes, ...]:
    """Return some stretches of 24 bytes out of pictures or footage."""
    step = max(1, len(content) // 20)
    return tuple(content[at : at + 24] for at in range(step, len(content) - 24, step))


def somebody_came(data: Path, camera: CameraId) -> bytes:
    """Let a person have been seen, with a picture; return the picture."""
    stores = Stores.open(settings_file.load(data))
    try:
        seen, picture = event("event00000000001", 1, 2), jpeg(320, 180)
        sealed = events.seal_picture(stores.keyring.public, seen.id, picture)
        stores.database.call(events.put, replace(seen, camera=camera), picture=sealed)
        return picture
    finally:
        stores.database.close()


async def lived_in(hub: HubProcess) -> tuple[bytes, ...]:
    """Use the house as people do; return all that must not be readable on its disk."""
    assert hub.process.stdout is not None
    token = (await hub.process.stdout.readline()).decode().split()[-1]
    await hub.recording(1)
    await hub.footage(60_000)
    header = {"X-Consentry": "1"}
    async with httpx.AsyncClient(base_url=hub.url, headers=header, timeout=30) as browser:
        owner = {"token": token, "name": OWNER, "password": PASSWORD}
        assert (await browser.post("/api/setup", json=owner)).status_code == 200
        words = (await browser.post("/api/recovery/words")).json()
        answers = {number: words["words"][number - 1] for number in words["ask"]}
        confirmed = await browser.post("/api/recovery/confirm", json={"answers": answers})
        assert confirmed.status_code == 200
        camera = (await browser.get("/api/cameras")).json()[0]["id"]
        picture = await asyncio.to_thread(somebody_came, hub.data, camera)
        footage = await watched(browser, camera)
        cookie = next(iter(browser.cookies.values()))
    secrets = (cookie, token, " ".join(words["words"][:4]), *TYPED)
    return (
        *(secret.encode() for secret in secrets),
        *pieces(picture),
        *(piece for content in footage for piece in pieces(content)),
        *SIGNS,
    )


async def went_wrong(hub: HubProcess) -> None:
    """Let happen what people and software do wrong, so that the log has something to say."""
    header = {"X-Consentry": "1"}
    async with httpx.AsyncClient(base_url=hub.url, headers=header, timeout=30) as browser:
        for name, password in ((OWNER, "wrong"), (PASSWORD, OWNER)):
            body = {"name": name, "password": password}
            assert (await browser.post("/api/login", json=body)).status_code == 401
    async with hub.machine() as machine:
        camera = (await machine.get("/api/cameras")).json()[0]["id"]
        url = f"json://{USER}:{CAMERA_PASSWORD}@127.0.0.1:9/{PASSWORD}"
        channel = {"kind": "apprise", "name": NOTE, "url": url}
        made = await machine.post("/api/channels", json=channel)
        assert made.status_code == 201
        tested = await machine.post(f"/api/channels/{made.json()['id']}/test", timeout=PATIENCE_S)
        assert tested.status_code == 424  # nobody listens there; the log may say so, not where
        recorder = hub.children()["recorder"]
        os.kill(recorder, signal.SIGSEGV)
        await until_children(hub, without=recorder)
        await hub.recording(1)
        wrong = {"user": USER, "password": OWNER}
        await machine.patch(f"/api/cameras/{camera}", json=wrong)
        await refused(machine)
        await machine.patch(f"/api/cameras/{camera}", json={"password": CAMERA_PASSWORD})
        await hub.recording(1)


async def until_something_waits(hub: HubProcess, log: Path) -> None:
    """Wait until the write-ahead log, which is emptied twice a minute, holds changes."""
    async with hub.machine() as machine, asyncio.timeout(PATIENCE_S):
        camera = (await machine.get("/api/cameras")).json()[0]["id"]
        while (await asyncio.to_thread(log.stat)).st_size == 0:
            await machine.patch(f"/api/cameras/{camera}", json={"password": CAMERA_PASSWORD})


async def refused(machine: httpx.AsyncClient) -> None:
    """Wait until the camera has refused its password."""
    async with asyncio.timeout(PATIENCE_S):
        state = ""
        while state != "wrong_password":
            state = (await machine.get("/api/cameras")).json()[0]["state"]
            await asyncio.sleep(0.1)


async def until_children(hub: HubProcess, *, without: int) -> None:
    """Wait until the recorder is another one."""
    async with asyncio.timeout(PATIENCE_S):
        while hub.children().get("recorder", without) == without:  # noqa: ASYNC110 - by polling
            await asyncio.sleep(0.05)


async def watched(browser: httpx.AsyncClient, camera: str) -> tuple[bytes, ...]:
    """Watch, keep and preview what was just recorded; return what was seen."""
    now = datetime.now(UTC)
    asked = {
        "from": (now - timedelta(minutes=10)).isoformat(),
        "to": (now + timedelta(minutes=1)).isoformat(),
    }
    segment = (await browser.get(f"/api/cameras/{camera}/segments", params=asked)).json()[-1]
    start, end = segment["start_us"], segment["end_us"]
    clip = {"camera": camera, "from": to_iso(Micros(start)), "to": to_iso(Micros(end))}
    assert (await browser.post("/api/kept", json={**clip, "note": NOTE})).status_code == 201
    preview = await browser.get(f"/api/cameras/{camera}/preview.jpg", params={"at_us": start})
    assert preview.content.startswith(b"\xff\xd8")
    asked = {"from_us": str(start), "track": "video"}
    media = await browser.get(f"/api/segments/{segment['id']}/media", params=asked)
    assert SIGNS[1] in media.content
    return preview.content, media.content, await shared(browser, clip)


async def shared(browser: httpx.AsyncClient, clip: dict[str, str]) -> bytes:
    """Hand a clip out by a link and look at its preview; return that."""
    share = (await browser.post("/api/shares", json=clip)).json()["id"]
    terms = {"hours": 1, "passphrase": PASSWORD}
    assert (await browser.post(f"/api/shares/{share}/link", json=terms)).status_code == 200
    preview = await browser.get(f"/api/shares/{share}/preview.mp4")
    assert SIGNS[3] in preview.content
    return preview.content


async def test_a_thief_who_reads_the_disk_raw_reads_nothing(
    tmp_path: Path, server: SimulatedCameras
) -> None:
    """No name, label, password, word, cookie, picture or footage in any file, WAL, temp and log."""
    data, temporary, log = tmp_path / "data", tmp_path / "temporary", tmp_path / "logs" / "hub.log"
    temporary.mkdir()
    log.parent.mkdir()
    added = await consentry(
        *("camera", "add", CAMERA, server.url("door"), "--data", data, "--unchecked"),
        *("--user", USER, "--password-stdin"),
        stdin=CAMERA_PASSWORD + "\n",
    )
    assert added.status == 0, added.err
    await asyncio.to_thread((data / "consentry.toml").write_text, "detect = false\n")
    folders = (data, temporary, log.parent)
    logged = ("sh", "-c", 'exec env "TMPDIR=$0" "$@" 2>>"$LOG"', str(temporary))
    async with hub_process(data, wrapped_by=("env", f"LOG={log}", *logged)) as hub:
        needles = await lived_in(hub)
        await went_wrong(hub)
        for word in ("wrong name, password or code", "Restarting it", "wrong_password"):
            assert word in log.read_text("utf-8")  # or this test reads a log of nothing
        assert len(needles) > 40
        await until_something_waits(hub, data / "consentry.db-wal")
        assert await asyncio.to_thread(readable, folders, needles) == []
        hub.send(signal.SIGKILL)
        await hub.process.wait()
    assert await asyncio.to_thread(readable, folders, needles) == []
