"""The hub's end of a child process: start it, talk to it, start it again when it crashes.

A child is ``python -m MODULE`` with inherited descriptors (ADR 0003). The hub reads its pipe on the
event loop; whatever a message causes must not block.
"""

import asyncio
import contextlib
import logging
import os
import pickle
import signal
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from consentry.home.crash_note import STOOD_STILL, CrashNote
from consentry.home.link import FRAME, LIVE, TAG_BEAT, TAG_LIVE

log = logging.getLogger(__name__)

END_TIMEOUT_S = 3.5
"""After the pipe was closed; then SIGKILL, which costs about a second of footage."""

_FIRST_DELAY_S = 0.2
_LAST_DELAY_S = 30.0
_STEADY_S = 60.0

BEAT_S = 1.0

_MEMORY = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(4 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20),
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
"""Children keep the memory that the next burst needs again. The C library gave it back after each
unit and picture: 300 page faults a second and camera, a seventh of a recorder's time. Huge pages,
where the kernel lends them: a look takes 4 % less. What the owner's environment says wins."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How many beats a child may leave unanswered before it counts as hung.

    At its ``start`` a watcher imports for seconds. ``later`` the detector's longest look takes two;
    six were too few where eight test runs shared two cores: children that only starved were killed.
    """

    start: int = 60
    later: int = 20


_UNSENT_LIMIT = 4 * 2**20
"""Bytes a child may leave unread (it is stopped); more is dropped: it gets all again at restart."""

_LIVE_HEAD = struct.Struct("!BB6xQ")
VIDEO_PART = 2


@dataclass(frozen=True, slots=True)
class LiveFrame:
    """A live part as it came by the pipe; ``frame`` is the WebSocket message."""

    index: int
    is_video: bool
    key: bool
    arrival: int
    frame: bytes


@dataclass(frozen=True, slots=True)
class Crash:
    """A child ended although nobody asked it to."""

    role: str
    status: int
    """Exit status as subprocess gives it: negative is a signal."""
    culprit: int | None
    """Index of the stream it was busy with, if it said."""
    hung: bool = False
    """It did not answer any more and was ended by us."""

    @property
    def sentence(self) -> str:
        """Say how it ended."""
        if self.hung:
            return f"The {self.role} hung: it did not answer any more and was ended."
        if self.status == STOOD_STILL:
            return f"One of the {self.role}'s threads stood still; the {self.role} was ended."
        if self.status < 0:
            return f"The {self.role} was ended by {signal.Signals(-self.status).name}."
        return f"The {self.role} ended with status {self.status}."


class Role(Protocol):
    """What one kind of child is for. Every method is called on the event loop, never at once."""

    name: str
    module: str

    def descriptors(self) -> tuple[int, ...]:
        """Return what the child inherits besides pipe and note, in the order of its arguments."""

    def begin(self, send: Callable[[object], None]) -> None:
        """Tell a fresh child everything it must know."""

    def receive(self, message: object) -> None:
        """Handle a message; must not block."""

    def receive_live(self, frame: LiveFrame) -> None:
        """Handle a live part; must not block."""

    async def crashed(self, crash: Crash) -> None:
        """Clean up after a crash, before the next one is started."""


@dataclass(slots=True)
class _Beats:
    """The questions to one process that it has not answered yet."""

    patience: Patience
    missed: int = 0
    heard: bool = False

    @property
    def hung(self) -> bool:
        return self.missed > (self.patience.later if self.heard else self.patience.start)

    def asked(self) -> None:
        self.missed += 1

    def answered(self) -> None:
        self.missed, self.heard = 0, True


class Child:
    """Keeps one process of a role running: the only level that restarts processes."""

    def __init__(self, role: Role, *, patience: Patience | None = None) -> None:
        """Prepare; ``run`` starts it."""
        self._role = role
        self._patience = patience or Patience()
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._ending = asyncio.Event()
        self._renewing = False
        self._beats = _Beats(self._patience)
        self._over = asyncio.Event()
        self.crashes = 0

    @property
    def pid(self) -> int | None:
        """Return the running process's id."""
        return self._process.pid if self._process else None

    def send(self, message: object) -> None:
        """Send a message; dropped while the process is down (``begin`` tells the next one all)."""
        writer = self._writer
        if writer is None or writer.is_closing():
            return
        if writer.transport.get_write_buffer_size() > _UNSENT_LIMIT:
            log.error("%s does not read: message dropped", self._role.name)
            return
        content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        writer.write(FRAME.pack(len(content), 0) + content)

    async def run(self) -> None:
        """Keep the process running until ``end``; after a crash the next starts in 0.2 s.

        A process that crashes again within a minute waits twice as long each time, up to 30 s.
        """
        try:
            await self._keep_running()
        finally:
            self._over.set()

    async def _keep_running(self) -> None:
        delay = _FIRST_DELAY_S
        loop = asyncio.get_running_loop()
        while not self._ending.is_set():
            began = loop.time()
            crash = await self._run_once()
            if crash is None:
                continue
            self.crashes += 1
            log.error("%s Restarting it.", crash.sentence)
            await self._role.crashed(crash)
            delay = _FIRST_DELAY_S if loop.time() - began > _STEADY_S else delay
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._ending.wait()
            delay = min(delay * 2, _LAST_DELAY_S)

    def renew(self) -> None:
        """Let the process end and start a fresh one (it must inherit something new)."""
        if self._writer is not None:
            self._renewing = True
            self._close_pipe()

    async def end(self) -> None:
        """Close the pipe: the child finishes what it does and exits; kill it after 3.5 s."""
        self._ending.set()
        self._close_pipe()
        try:
            async with asyncio.timeout(END_TIMEOUT_S):
                await self._over.wait()
        except TimeoutError:
            log.warning("%s did not end in %.1f s: killed", self._role.name, END_TIMEOUT_S)
            if self._process is not None:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
                await self._over.wait()

    async def _run_once(self) -> Crash | None:
        """Start the process and handle its messages until it ends; None when that was asked for."""
        ours, theirs = socket.socketpair()
        note = CrashNote.create()
        minding: asyncio.Task[None] | None = None
        try:
            inherited = (theirs.fileno(), *self._role.descriptors(), note.descriptor)
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self._role.module,
                *map(str, inherited),
                pass_fds=inherited,
                stdin=asyncio.subprocess.DEVNULL,
                env={**_MEMORY, **os.environ},
            )
            theirs.close()
            reader, writer = await asyncio.open_connection(sock=ours, limit=2**20)
            self._writer = writer
            self._role.begin(self.send)
            if self._ending.is_set():
                self._close_pipe()
            self._beats = _Beats(self._patience)
            minding = asyncio.create_task(self._mind(self._process, self._beats))
            await self._read(reader)
            status = await self._process.wait()
            writer.close()
            if self._ending.is_set():
                return None
            if self._beats.hung:
                return Crash(self._role.name, status, culprit=None, hung=True)
            if self._renewing:
                return None
            return Crash(self._role.name, status, note.culprit())
        finally:
            if minding is not None:
                minding.cancel()
            self._renewing = False
            self._process = self._writer = None
            theirs.close()
            note.close()

    async def _mind(self, process: asyncio.subprocess.Process, beats: "_Beats") -> None:
        """Ask every second whether the child still works; kill it when it hangs.

        Time is counted in questions of ours: while the hub is stopped or the machine sleeps none
        are asked, so nobody is killed for what he could not answer.
        """
        while not beats.hung:
            await asyncio.sleep(BEAT_S)
            if self._writer is not None:
                self._writer.write(FRAME.pack(0, TAG_BEAT))
            beats.asked()
        with contextlib.suppress(ProcessLookupError):
            process.kill()

    def _close_pipe(self) -> None:
        """Close our direction: the child reads to its end and finishes."""
        if self._writer is not None:
            with contextlib.suppress(OSError, RuntimeError):
                self._writer.write_eof()
            self._writer = None

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                length, tag = FRAME.unpack(await reader.readexactly(FRAME.size))
                content = await reader.readexactly(length)
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            try:
                self._handle(tag, content)
            except Exception:
                # A bug in what one sighting causes must not end the recording of every camera.
                log.exception("message of the %s failed", self._role.name)

    def _handle(self, tag: int, content: bytes) -> None:
        if tag == TAG_BEAT:
            self._beats.answered()
        elif tag == TAG_LIVE:
            (index,) = LIVE.unpack_from(content)
            kind, flags, arrival = _LIVE_HEAD.unpack_from(content, LIVE.size)
            frame = LiveFrame(
                index, kind == VIDEO_PART, bool(flags & 1), arrival, content[LIVE.size :]
            )
            self._role.receive_live(frame)
        else:
            self._role.receive(pickle.loads(content))  # noqa: S301 - our own child wrote it
