"""A simulated camera, a real hub with its processes, real HTTP and WebSockets: the whole way."""

import asyncio
import contextlib
import io
import json
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import av
import httpx
import pytest_asyncio
import websockets

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.time import SECOND, Micros, to_iso
from consentry.simcam import FilmSpec, SimulatedCamera, SimulatedCameras, fault, film
from consentry.web.server import bind, bind_control, serve
from tests.web.home import CHEAP

HEADER = struct.Struct(">BB6xQ")
PASSWORD = "correct horse"


@dataclass(frozen=True, slots=True)
class Running:
    """A hub that serves, and simulated cameras."""

    hub: Hub
    browser: httpx.AsyncClient
    machine: httpx.AsyncClient
    cameras: SimulatedCameras

    @property
    def websocket(self) -> str:
        """The hub's address for WebSockets."""
        return str(self.browser.base_url).replace("http", "ws", 1).rstrip("/")

    @property
    def cookie(self) -> dict[str, str]:
        """The header that carries the session."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
        return {"Cookie": cookies}

    async def add(self, name: str = "Front door", **more: str) -> dict[str, object]:
        """Add the simulated camera called front."""
        body = {"name": name, "url": self.cameras.url("front"), **more}
        answer = await self.browser.post("/api/cameras", json=body)
        assert answer.status_code == 201, answer.text
        added: dict[str, object] = answer.json()
        return added


@pytest_asyncio.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    """Return a served hub that records, its owner signed in by the printed token."""
    shown = film(FilmSpec(seconds=4, key_frame_s=1.0, audio="aac"))
    locked = SimulatedCamera(shown, user="ada", password=PASSWORD)
    async with contextlib.AsyncExitStack() as stack:
        served = SimulatedCameras({"front": shown, "locked": locked})
        cameras = stack.enter_context(served)
        hub = await stack.enter_async_context(
            Hub(Config(data=tmp_path / "data"), work=Work.RECORDING, cost=CHEAP)
        )
        page, control = bind("127.0.0.1", 0), bind_control(tmp_path / "control.sock")
        serving = asyncio.create_task(serve(hub, sockets=[page, control]))
        stack.push_async_callback(_end, serving)
        browser = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{page.getsockname()[1]}",
                headers={"X-Consentry": "1"},
                timeout=120,
            )
        )
        machine = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url="http://hub",
                transport=httpx.AsyncHTTPTransport(uds=str(tmp_path / "control.sock")),
                timeout=120,
            )
        )
        body = {"token": hub.setup_token.reveal(), "name": "Ada", "password": PASSWORD}
        assert (await browser.post("/api/setup", json=body)).status_code == 200
        yield Running(hub, browser, machine, cameras)


async def _end(serving: "asyncio.Task[None]") -> None:
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def recording(running: Running) -> None:
    """Wait until /api/health says that a camera records."""
    async with asyncio.timeout(120):
        while True:
            health = (await running.browser.get("/api/health")).json()
            if health["cameras"]["recording"] == 1:
                return
            await asyncio.sleep(0.1)


async def test_from_an_address_to_a_picture(running: Running) -> None:
    """Probe, add, live picture, timeline, footage, preview: what a new owner does, over HTTP."""
    report = (
        await running.browser.post("/api/cameras/probe", json={"url": running.cameras.url("front")})
    ).json()
    assert report["main"]["codec"] == "h264"
    assert (report["main"]["width"], report["main"]["height"]) == (320, 180)
    camera = await running.add()
    await recording(running)
    await _watch_live(running, str(camera["id"]))
    segment = await _recorded(running, str(camera["id"]))
    await _play(running, segment)
    await _export(running, str(camera["id"]), segment)
    preview = await running.browser.get(
        f"/api/cameras/{camera['id']}/preview.jpg",
        params={"at_us": segment["start_us"], "width": 160},
    )
    assert preview.headers["content-type"] == "image/jpeg"


async def _watch_live(running: Running, camera: str) -> None:
    address = f"{running.websocket}/api/cameras/{camera}/live?stream=main&audio=1"
    async with (
        asyncio.timeout(120),
        websockets.connect(address, additional_headers=running.cookie, max_size=None) as socket,
    ):
        tracks: dict[int, list[bytes]] = {0: [], 1: [], 2: [], 3: []}
        told: list[str] = []
        while len(tracks[2]) < 20 or not tracks[3]:
            message = await socket.recv()
            if isinstance(message, str):
                told.append(json.loads(message)["type"])
            else:
                tracks[HEADER.unpack(message[:16])[0]].append(message[16:])
    assert told[0] == "state"
    assert told.count("init") == 2
    with av.open(io.BytesIO(tracks[0][0] + b"".join(tracks[2])), "r") as container:
        assert sum(1 for _ in container.decode(video=0)) >= 20


async def _recorded(running: Running, camera: str) -> dict[str, int]:
    """Return a segment with at least three seconds in it, the one being written included."""
    query = {"from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"}
    assert (await running.browser.get(f"/api/cameras/{camera}/segments", params=query)).json() == []
    now = running.hub.clock.wall() // SECOND
    query = {"from": _iso(now - 3600), "to": _iso(now + 3600)}
    async with asyncio.timeout(120):
        while True:
            answer = await running.browser.get(f"/api/cameras/{camera}/segments", params=query)
            for segment in answer.json():
                if segment["end_us"] - segment["start_us"] > 3 * SECOND:
                    found: dict[str, int] = segment
                    return found
            await asyncio.sleep(0.2)


def _iso(seconds: int) -> str:
    return to_iso(Micros(seconds * SECOND))


async def _play(running: Running, segment: dict[str, int]) -> None:
    path = f"/api/segments/{segment['id']}"
    init = (await running.browser.get(f"{path}/init")).content
    query = {"from_us": segment["start_us"], "to_us": segment["start_us"] + 2 * SECOND}
    media = (await running.browser.get(f"{path}/media", params=query)).content
    with av.open(io.BytesIO(init + media), "r") as container:
        assert sum(1 for _ in container.decode(video=0)) == 20


async def _export(running: Running, camera: str, segment: dict[str, int]) -> None:
    """Export up to now, while the recording goes on: the file is whole and as long as it says."""
    query = {
        "from": to_iso(Micros(segment["start_us"] + SECOND // 2)),
        "to": to_iso(running.hub.clock.wall()),
    }
    answer = await running.browser.get(f"/api/cameras/{camera}/export.mp4", params=query)
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["content-length"])
    with av.open(io.BytesIO(answer.content), "r") as container:
        assert sum(1 for _ in container.decode(video=0)) >= 15


async def test_a_wrong_password_has_its_state_and_the_right_one_works(running: Running) -> None:
    """The probe says wrong_password; with the password the camera is added and it never shows."""
    body = {"url": running.cameras.url("locked"), "user": "ada", "password": "wrong"}
    answer = await running.browser.post("/api/cameras/probe", json=body)
    assert answer.status_code == 424
    assert answer.json()["error"]["state"] == "wrong_password"
    body = {"name": "Locked", "url": body["url"], "user": "ada", "password": PASSWORD}
    answer = await running.browser.post("/api/cameras", json=body)
    assert answer.status_code == 201
    assert answer.json()["has_password"] is True
    assert PASSWORD not in answer.text


async def test_nobody_there_is_said(running: Running) -> None:
    """A port where nothing answers is refused with its state, and nothing is added."""
    body = {"name": "Ghost", "url": "rtsp://127.0.0.1:9/none"}
    answer = await running.browser.post("/api/cameras", json=body)
    assert answer.status_code == 424
    assert answer.json()["error"]["state"] == "refused"
    assert (await running.browser.get("/api/cameras")).json() == []


async def test_two_cameras_of_one_name_are_a_conflict(running: Running) -> None:
    """The second is refused with a sentence that names it."""
    await running.add()
    body = {"name": "FRONT DOOR", "url": running.cameras.url("front")}
    answer = await running.browser.post("/api/cameras", json=body)
    assert answer.status_code == 409
    assert "FRONT DOOR" in answer.json()["error"]["message"]


async def test_the_page_learns_that_a_camera_went_away(running: Running) -> None:
    """The feed tells when a camera is lost, and when it is back."""
    await running.add()
    await recording(running)
    async with websockets.connect(
        f"{running.websocket}/api/feed", additional_headers=running.cookie
    ) as feed:
        running.cameras.set_faults("front", fault.NotFound())
        running.cameras.disconnect("front")
        assert await _state_told(feed, lambda state: state != "online") != "online"
        running.cameras.set_faults("front")
        assert await _state_told(feed, lambda state: state == "online") == "online"


async def _state_told(feed: websockets.ClientConnection, wanted: Callable[[str], bool]) -> str:
    async with asyncio.timeout(60):
        while True:
            message = json.loads(await feed.recv())
            if message["type"] == "camera" and wanted(message["camera"]["state"]):
                return str(message["camera"]["state"])


async def test_the_machine_itself_is_the_owner(running: Running) -> None:
    """Over the control socket the same API answers without session and header."""
    body = {"name": "By hand", "url": running.cameras.url("front")}
    assert (await running.machine.post("/api/cameras", json=body)).status_code == 201
    (camera,) = (await running.machine.get("/api/cameras")).json()
    assert camera["name"] == "By hand"
    assert (await running.machine.delete(f"/api/cameras/{camera['id']}")).status_code == 204
    assert (await running.browser.get("/api/cameras")).json() == []
