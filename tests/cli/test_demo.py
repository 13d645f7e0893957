"""``consentry demo``: one command, and there is something to see."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.hub_process import consentry, hub_process

pytestmark = pytest.mark.timeout(600)

PATIENCE_S = 240.0
"""Painting the films takes about ten seconds of two idle cores, once per machine; somebody walks
past every minute and a half, and a machine that does much else may miss the first."""


class Demo:
    """A running demo; its output goes to a file."""

    def __init__(self, data: Path, log: Path) -> None:
        """Start it on any free port."""
        self.data, self._log = data, log
        command = [sys.executable, "-m", "consentry.cli.main", "demo", "--data", str(data)]
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, "--port", "0"],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )

    def told(self, pattern: str) -> str:
        """Wait until the output matches; return the group."""
        return self.waits(lambda: re.search(pattern, self._log.read_text()))[1]

    def waits(self, look: object) -> re.Match[str]:
        """Poll until ``look`` finds something."""
        assert callable(look)
        deadline = time.monotonic() + PATIENCE_S
        while not (found := look()):
            assert self.process.poll() is None, self._log.read_text()
            assert time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.2)
        assert isinstance(found, re.Match)
        return found

    def end(self) -> int:
        """Ask it to end, as a service manager does; a hang fails the test."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Run one demo for all tests here."""
    folder = tmp_path_factory.mktemp("demo")
    running = Demo(folder / "data", folder / "log")
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()


@pytest.mark.slow
def test_the_demo_says_where_it_is_and_how_to_sign_in(demo: Demo) -> None:
    """The printed address answers, and the printed password opens it."""
    address = demo.told(r"Consentry runs at (http://\S+)")
    password = demo.told(r"Sign in as demo with the password (\S+)")
    cameras = httpx.get(f"{address}/api/health", timeout=PATIENCE_S).json()["cameras"]
    assert cameras["total"] == 2
    with httpx.Client(base_url=address, headers={"X-Consentry": "1"}, timeout=PATIENCE_S) as client:
        wrong = {"name": "demo", "password": password + "x"}
        assert client.post("/api/login", json=wrong).status_code == 401
        right = {"name": "demo", "password": password}
        assert client.post("/api/login", json=right).status_code == 200
        names = {camera["name"] for camera in client.get("/api/cameras").json()}
    assert names == {"Front garden", "Living room"}


@pytest.mark.slow
async def test_somebody_walks_past_and_raises_an_alert(demo: Demo) -> None:
    """The garden camera tells of a person, and of nothing else."""
    deadline = time.monotonic() + PATIENCE_S
    alerts: list[dict[str, object]] = []
    while not alerts:
        assert time.monotonic() < deadline
        await asyncio.sleep(2)  # asking without a rest would take a core from those asked
        answer = await consentry("events", "--data", demo.data, "--json")
        events = [json.loads(line) for line in answer.out.splitlines()]
        alerts = [event for event in events if event["alert"]]
    kinds = {(event["camera"], event["label"]) for event in alerts}
    assert ("Front garden", "person") in kinds
    assert kinds <= {("Front garden", "person"), ("Living room", "animal")}


@pytest.mark.slow
def test_sigterm_ends_the_demo_cleanly(demo: Demo) -> None:
    """The demo ends without complaint, and nothing of it keeps running."""
    children = Path(f"/proc/{demo.process.pid}/task/{demo.process.pid}/children").read_text()
    assert demo.end() == 0
    deadline = time.monotonic() + PATIENCE_S  # multiprocessing's own helper ends a moment later
    while any(Path(f"/proc/{pid}").exists() for pid in children.split()):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
async def test_the_demo_keeps_out_of_a_household(tmp_path: Path) -> None:
    """A folder that a household owns is refused in a sentence, whoever starts the demo on it."""
    async with (
        hub_process(tmp_path) as hub,
        httpx.AsyncClient(base_url=hub.url, timeout=PATIENCE_S) as client,
    ):
        assert hub.process.stdout is not None
        token = (await hub.process.stdout.readline()).decode().split()[-1]
        owner = {"token": token, "name": "Ada", "password": "of our own house"}
        answer = await client.post("/api/setup", json=owner, headers={"X-Consentry": "1"})
        assert answer.is_success
    refused = await consentry("demo", "--data", tmp_path, "--port", "0")
    assert refused.status == 2
    assert "belongs to a household" in refused.err
