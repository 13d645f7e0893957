"""A real terminal in which a command runs, and whoever types and reads there."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.hub_process import PATIENCE_S, read_proc

INTERRUPT, END_OF_FILE = "\x03", "\x04"
"""What Ctrl-C and Ctrl-D send."""

_SPAWN = (
    "import os, pty, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])) & 255)"
)
"""Heeds Ctrl-C, as every shell in a terminal does: tests that run in the background do not."""


@dataclass
class Terminal:
    """A command in a terminal of its own."""

    process: asyncio.subprocess.Process
    shown: str = ""
    """Everything that stood there so far."""
    _read: int = field(default=0)

    async def until(self, text: str) -> None:
        """Wait until ``text`` was shown, after what was waited for before."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            while (at := self.shown.find(text, self._read)) < 0:
                more = await self.process.stdout.read(4096)
                assert more, f"no {text!r} in {self.shown!r}"
                self.shown += more.decode()
        self._read = at + len(text)

    def type(self, text: str) -> None:
        """Type."""
        assert self.process.stdin is not None
        self.process.stdin.write(text.encode())

    async def ended(self) -> int:
        """Wait until the command has ended; return its status."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            while more := await self.process.stdout.read(4096):
                self.shown += more.decode()
            return await self.process.wait()

    def command_lines(self) -> list[str]:
        """Return what the process list shows of the command, its environment included."""
        found = []
        children = [self.process.pid]
        while children:
            pid = children.pop()
            for task in Path(f"/proc/{pid}/task").iterdir():
                children += map(int, read_proc(task / "children").split())
            found += [read_proc(Path(f"/proc/{pid}/{kind}")) for kind in ("cmdline", "environ")]
        return found


@asynccontextmanager
async def terminal(*arguments: str | Path, home: Path) -> AsyncIterator[Terminal]:
    """Run ``consentry`` in a terminal; ``home`` is where a shell would keep its history."""
    command = [sys.executable, "-m", "consentry", *(os.fspath(each) for each in arguments)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _SPAWN, *command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "HOME": str(home), "TERM": "dumb"},
    )
    try:
        yield Terminal(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
