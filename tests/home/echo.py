"""A role for tests whose process answers what it is told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from consentry.home.child import Child, Crash, LiveFrame, Patience
from tests.home.house import until

IMPATIENT = Patience(later=5)
"""Shorter than a hub's, for the tests of children that hang; nobody's start has to be quick."""


@dataclass
class Echo:
    """A role whose process is ``echo_child.py``: it answers what it is told."""

    name: str = "echo"
    module: str = "tests.home.echo_child"
    greeting: object = "hello"
    received: asyncio.Queue[object] = field(default_factory=asyncio.Queue)
    live: asyncio.Queue[LiveFrame] = field(default_factory=asyncio.Queue)
    crashes: list[Crash] = field(default_factory=list)

    def descriptors(self) -> tuple[int, ...]:
        """Inherit nothing further."""
        return ()

    def begin(self, send: Callable[[object], None]) -> None:
        """Greet."""
        send(self.greeting)

    def receive(self, message: object) -> None:
        """Keep what the child says."""
        self.received.put_nowait(message)

    def receive_live(self, frame: LiveFrame) -> None:
        """Keep its live parts."""
        self.live.put_nowait(frame)

    async def crashed(self, crash: Crash) -> None:
        """Keep how it crashed."""
        self.crashes.append(crash)


async def started(
    role: Echo, tasks: asyncio.TaskGroup, *, patience: Patience | None = None
) -> Child:
    """Run a child of ``role`` whose greeting was answered; with ``patience``, a beat as well."""
    child = Child(role, patience=patience)
    tasks.create_task(child.run())
    assert await role.received.get() == role.greeting
    if patience is not None:
        await until(lambda: child._beats.heard)
    return child
