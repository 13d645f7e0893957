"""Blocking libraries off the event loop, in threads that never keep the hub from ending.

The loop's own executor is joined at shutdown, and a mail server that swallows packets would hold
the hub for its whole time-out (15 s, where SIGTERM promises 5). A daemon thread is left behind.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from consentry.thread import NamedThread

Result = TypeVar("Result")


async def in_thread(name: str, function: Callable[[], Result]) -> Result:
    """Return ``function()`` as run in a daemon thread called ``name``; cancelling abandons it."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: BaseException | None) -> None:
        if answer.done():  # cancelled: nobody listens any more
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        result, error = None, None
        try:
            result = function()
        except BaseException as raised:  # noqa: BLE001 - handed over to the waiting task
            error = raised
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, error)

    NamedThread(target=work, name=name, daemon=True).start()
    return await answer
