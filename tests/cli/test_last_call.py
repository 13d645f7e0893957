"""SIGTERM ends a hub within five seconds, whatever is in its way.

How long it really takes decides no test: hubs of other tests have a minute (``tests.conftest``).
"""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import unix_connect

from consentry.cli.run import LAST_CALL, LAST_CALL_S
from consentry.home import child, link, recorder
from consentry.simcam import SimulatedCamera, SimulatedCameras, fault
from consentry.web import server
from tests.cli.hub_process import PATIENCE_S, consentry, hub_process
from tests.home.house import breaches, short_film

PROMISED_S = 5


def test_the_deadlines_of_all_parts_fit_into_five_seconds() -> None:
    """The server, then the children all at once, then the last call; each child by itself too."""
    assert recorder.END_TIMEOUT_S + link.CLOSE_TIMEOUT_S < child.END_TIMEOUT_S
    assert server.GRACE + child.END_TIMEOUT_S < LAST_CALL_S < PROMISED_S


@pytest.mark.parametrize("seconds", ["soon", "-1", "nan"])
async def test_a_time_that_is_none_is_said_at_the_start(
    seconds: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A CONSENTRY_STOP_SECONDS that is no number of seconds is refused in a sentence, exit 2."""
    monkeypatch.setenv(LAST_CALL, seconds)
    answer = await consentry("run", "--data", tmp_path, "--port", "0")
    assert answer.status == 2
    assert answer.err.startswith(f"consentry: {LAST_CALL} must be a number of seconds")


@pytest.mark.parametrize("where", ["loop", "thread"])
async def test_a_hub_that_is_stuck_ends_all_the_same(tmp_path: Path, where: str) -> None:
    """A blocked event loop or a thread that never returns: it says where, and exits 1."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.cli.stuck_hub", tmp_path, where),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, LAST_CALL: "1"},
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            assert process.stdout is not None
            await process.stdout.readuntil(b"stuck\n")
            process.send_signal(signal.SIGTERM)
            _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    assert process.returncode == 1
    assert b"stuck_hub.py" in said


async def test_viewers_exports_and_hanging_cameras_hold_up_no_stop(tmp_path: Path) -> None:
    """With all of them there the hub ends by itself, not by its last call, and in order."""
    film = short_film()
    hanging = SimulatedCamera(film, faults=(fault.Hang(after=0.5),))
    (tmp_path / "consentry.toml").write_text("detect = false\n")
    with SimulatedCameras({"door": film, "hanging": hanging}) as cameras:
        for name in ("door", "hanging"):
            added = await consentry(
                "camera", "add", "--data", tmp_path, "--unchecked", name, cameras.url(name)
            )
            assert added.status == 0, added.err
        async with hub_process(tmp_path) as hub:
            await hub.recording(1)
            await hub.footage(50_000)
            socket = str(tmp_path / "control.sock")
            async with hub.machine() as machine:
                known = (await machine.get("/api/cameras")).json()
                door = next(camera["id"] for camera in known if camera["name"] == "door")
                route = f"/api/cameras/{door}"
                now = datetime.now(UTC)
                asked = {"from": (now - timedelta(minutes=9)).isoformat(), "to": now.isoformat()}
                async with (
                    unix_connect(socket, f"ws://hub{route}/live") as viewer,
                    machine.stream("GET", f"{route}/export.mp4", params=asked) as export,
                ):
                    assert export.status_code == httpx.codes.OK
                    await viewer.recv()
                    hub.send(signal.SIGTERM)
                    async with asyncio.timeout(PATIENCE_S):
                        assert await hub.process.wait() == 0
    assert breaches(tmp_path) == []


async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one byte a second for ever: never silent for so long that a time-out strikes."""
    with suppress(ConnectionError):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            await asyncio.sleep(1)
            writer.write(b"x")
            await writer.drain()


async def test_looking_for_a_camera_holds_up_no_stop(tmp_path: Path) -> None:
    """A device that never finishes its answer, and a scan of the network: the hub leaves both."""
    asked = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        try:
            await trickle(reader, writer)
        finally:
            writer.close()

    device = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = device.sockets[0].getsockname()[1]
    async with device, hub_process(tmp_path) as hub, hub.machine() as machine:
        url = f"http://127.0.0.1:{port}/onvif/device_service"
        looking = [
            asyncio.create_task(machine.post("/api/cameras/probe", json={"url": url})),
            asyncio.create_task(machine.post("/api/cameras/discover")),
        ]
        async with asyncio.timeout(PATIENCE_S):
            await asked.wait()
            hub.send(signal.SIGTERM)
            assert await hub.process.wait() == 0
        await asyncio.gather(*looking, return_exceptions=True)
    assert breaches(tmp_path) == []
