"""A WebSocket that only sends: it ends when the browser leaves, or may no longer see it."""

import asyncio
import contextlib
from collections.abc import Awaitable

from starlette.websockets import WebSocket, WebSocketDisconnect


async def send_until_over(
    websocket: WebSocket, sending: Awaitable[None], *, over: Awaitable[int]
) -> None:
    """Run ``sending`` until it ends, the browser leaves, or ``over`` returns a close code."""
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
            await websocket.close(ended.result())


async def _departure(websocket: WebSocket) -> None:
    """Read and ignore whatever the browser says, until it leaves."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass
