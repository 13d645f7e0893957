"""Threads that the machine shows by name, and work in them that nobody has to wait for."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")


class NamedThread(threading.Thread):
    """A thread whose ``name`` the kernel knows: in ``top -H``, in debuggers, in core dumps.

    Linux keeps 15 bytes of it; elsewhere it stays Python's own. A thread without a name of its own
    is shown by that of the thread which started it. Python tells the system itself from 3.14 on.
    """

    def run(self) -> None:
        """Show the name, then work."""
        with contextlib.suppress(OSError):
            Path("/proc/thread-self/comm").write_text(self.name[:15])
        super().run()


def aside(name: str, function: Callable[[], Result]) -> Future[Result]:
    """Run ``function`` in a daemon thread called ``name``; the process ends without it.

    For what waits for others' machines. Threads of an executor are joined at shutdown, and a mail
    server or a camera that swallows packets would hold the hub for its whole time-out (15 s, where
    SIGTERM promises 5).
    """
    answer: Future[Result] = Future()
    answer.set_running_or_notify_cancel()

    def work() -> None:
        try:
            answer.set_result(function())
        except BaseException as error:  # noqa: BLE001 - handed over to whoever waits
            answer.set_exception(error)

    NamedThread(target=work, name=name, daemon=True).start()
    return answer


async def in_thread(name: str, function: Callable[[], Result]) -> Result:
    """Return ``function()`` as run aside; cancelling abandons it."""
    return await asyncio.wrap_future(aside(name, function))
