"""The real ``consentry`` command for tests: a hub in its own process, and short commands."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from consentry.model.time import from_datetime

PATIENCE_S = 120.0
"""For a machine that has much else to do; no test is decided by it."""


@dataclass(frozen=True)
class Answer:
    """How a command ended."""

    status: int
    out: str
    err: str


async def consentry(*arguments: str | Path, stdin: str = "") -> Answer:
    """Run one command to its end."""
    process = await asyncio.create_subprocess_exec(
        *_command(*arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            out, err = await process.communicate(stdin.encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    assert process.returncode is not None
    return Answer(process.returncode, out.decode(), err.decode())


@dataclass(frozen=True)
class HubProcess:
    """A running ``consentry run``."""

    process: asyncio.subprocess.Process
    data: Path
    greeting: str
    url: str

    async def health(self) -> dict[str, int]:
        """Return the cameras of /api/health."""
        async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
            answer = (await client.get(f"{self.url}/api/health")).json()
        assert answer["status"] == "ok"
        cameras: dict[str, int] = answer["cameras"]
        return cameras

    async def recording(self, cameras: int) -> None:
        """Wait until so many cameras record."""
        async with asyncio.timeout(PATIENCE_S):
            while (await self.health())["recording"] < cameras:  # noqa: ASYNC110 - by polling
                await asyncio.sleep(0.1)

    async def footage(self, size: int) -> None:
        """Wait until so many bytes of recordings are on the disk."""
        async with asyncio.timeout(PATIENCE_S):
            while recorded_bytes(self.data) < size:  # noqa: ASYNC110 - a disk tells nobody
                await asyncio.sleep(0.1)

    async def footage_until(self, moment: datetime) -> None:
        """Wait until the first camera has been recorded up to ``moment``."""
        around = (moment - timedelta(minutes=10), moment + timedelta(minutes=10))
        stretch = dict(zip(("from", "to"), (end.isoformat() for end in around), strict=True))
        end = 0
        async with asyncio.timeout(PATIENCE_S), self.machine() as machine:
            camera = (await machine.get("/api/cameras")).json()[0]["id"]
            while end < from_datetime(moment):
                await asyncio.sleep(0.1)
                answer = await machine.get(f"/api/cameras/{camera}/segments", params=stretch)
                end = max((segment["end_us"] for segment in answer.json()), default=0)

    async def told(self, code: str, word: str) -> None:
        """Wait until the hub tells the machine's owner of a problem, with this word about it."""
        async with asyncio.timeout(PATIENCE_S), self.machine() as machine:
            while True:
                problems = (await machine.get("/api/problems")).json()
                if any(each["code"] == code and word in each["message"] for each in problems):
                    return
                await asyncio.sleep(0.1)

    def machine(self) -> httpx.AsyncClient:
        """Return a client of the control socket: who may open that is the machine's owner."""
        transport = httpx.AsyncHTTPTransport(uds=str(self.data / "control.sock"))
        return httpx.AsyncClient(transport=transport, base_url="http://hub", timeout=PATIENCE_S)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the hub alone."""
        self.process.send_signal(number)

    def children(self) -> dict[str, int]:
        """Return the hub's child processes by their module's name."""
        found = {}
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            for child in read_proc(task / "children").split():
                words = read_proc(Path(f"/proc/{child}/cmdline")).split("\0")
                if "-m" in words:
                    found[words[words.index("-m") + 1].rpartition(".")[2]] = int(child)
        return found


def read_proc(path: Path) -> str:
    """Return what /proc says of a thread or process; nothing once it has ended."""
    try:
        return path.read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


@asynccontextmanager
async def hub_process(
    data: Path, *arguments: str, wrapped_by: tuple[str, ...] = ()
) -> AsyncIterator[HubProcess]:
    """Run a hub on ``data`` and any free port; it is ended, if it still runs, and must end well."""
    process = await asyncio.create_subprocess_exec(
        *wrapped_by,
        *_command("run", "--data", data, "--port", "0", *arguments),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE_S):
            greeting = (await process.stdout.readline()).decode()
        assert "http://" in greeting
        yield HubProcess(process, data, greeting, greeting.split()[-1])
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()
    assert process.returncode in {0, -signal.SIGKILL}


def recorded_bytes(data: Path) -> int:
    """Return how many bytes of recordings there are."""
    return sum(file.stat().st_size for file in (data / "recordings").rglob("*.seg"))


def _command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "consentry", *(os.fspath(part) for part in arguments)]
