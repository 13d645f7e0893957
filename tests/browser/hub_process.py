"""A hub as its owner starts it: the real command in its own process, read from its terminal."""

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.port import free_port

PATIENCE_S = 240.0
"""For a start on a busy machine, painting the demo's films included; no test is decided by it."""


@dataclass(frozen=True)
class Terminal:
    """What the command printed so far."""

    lines: list[str]

    def word(self, pattern: str) -> str:
        """Wait for a line that matches and return its first group."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            for line in list(self.lines):
                found = re.search(pattern, line)
                if found:
                    return found.group(1)
            time.sleep(0.05)
        message = f"nothing like {pattern} in: {''.join(self.lines)}"
        raise TimeoutError(message)


@dataclass(frozen=True)
class HubProcess:
    """A running hub: the address of its page and its terminal."""

    address: str
    terminal: Terminal


@contextmanager
def hub_process(command: str, data: Path, *, port: int | None = None) -> Iterator[HubProcess]:
    """Run ``consentry run`` or ``consentry demo``, on a free port, until the block ends.

    A hub that is started again at the same ``port`` is the same one to a browser.
    """
    port = free_port() if port is None else port
    process = subprocess.Popen(
        [sys.executable, "-m", "consentry", command, "--data", str(data), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    reader = threading.Thread(target=_read, args=(process, lines))
    reader.start()
    try:
        address = f"http://localhost:{port}"
        _ready(address, process, lines)
        yield HubProcess(address, Terminal(lines))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
        reader.join()
        if process.stdout is not None:
            process.stdout.close()


def _read(process: "subprocess.Popen[str]", lines: list[str]) -> None:
    if process.stdout is not None:
        lines.extend(process.stdout)


def _ready(address: str, process: "subprocess.Popen[str]", lines: list[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/api/health", timeout=PATIENCE_S).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    message = f"the hub did not start: {''.join(lines)}"
    raise RuntimeError(message)
