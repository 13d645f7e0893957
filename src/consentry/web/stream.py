"""A WebSocket that only sends: it ends when the browser leaves or its session is over."""

import asyncio
import contextlib
from collections.abc import Awaitable

from starlette.websockets import WebSocket, WebSocketDisconnect

SIGNED_OUT = 4401
"""Close code that tells the page to ask for the session again (4000-4999 are ours to give)."""


async def send_until_over(
    websocket: WebSocket, sending: Awaitable[None], *, over: Awaitable[None]
) -> None:
    """Run ``sending`` until it ends, the browser leaves, or ``over`` (its session) returns."""
    tasks = {
        sender := asyncio.ensure_future(sending),
        asyncio.ensure_future(_departure(websocket)),
        ended := asyncio.ensure_future(over),
    }
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    with contextlib.suppress(WebSocketDisconnect):
        if sender in done:
            sender.result()
            await websocket.close()
        elif ended in done:
            await websocket.close(SIGNED_OUT, "signed out")


async def _departure(websocket: WebSocket) -> None:
    """Read and ignore whatever the browser says, until it leaves."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass
