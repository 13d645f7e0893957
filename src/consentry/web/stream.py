"""What is sent for as long as it may be seen: sockets that only send, answers that break off."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from consentry.model.errors import LockedError

LOCKED = 4423
"""Close code of streams when somebody locked the house."""


async def send_until_over(
    websocket: WebSocket, sending: Awaitable[None], *over: Awaitable[int]
) -> None:
    """Run ``sending`` until it ends, the browser leaves, or one ``over`` returns a close code."""
    sender = asyncio.ensure_future(sending)
    ends = [asyncio.ensure_future(each) for each in over]
    tasks: list[asyncio.Future[Any]] = [
        sender,
        asyncio.ensure_future(_departure(websocket)),
        *ends,
    ]
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
        else:
            code = next((end.result() for end in ends if end in done), None)
            if code is not None:
                await websocket.close(code)


class Cut(StreamingResponse):
    """An answer that breaks off when the recordings are locked, also where nobody reads on.

    What it reads from is closed then: file, thread and data key are let go.
    """

    def __init__(
        self,
        content: AsyncGenerator[bytes],
        until_locked: Callable[[], Awaitable[None]],
        *,
        media_type: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer ``content`` until ``until_locked`` returns."""
        super().__init__(content, status_code=status, headers=headers, media_type=media_type)
        self._content = content
        self._until_locked = until_locked

    async def stream_response(self, send: Send) -> None:
        """Send it. Raises LockedError where it broke off: the connection ends without an end."""
        sending = asyncio.ensure_future(super().stream_response(send))
        locking = asyncio.ensure_future(self._until_locked())
        try:
            await asyncio.wait({sending, locking}, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                raise LockedError
            sending.result()
        finally:
            sending.cancel()
            locking.cancel()
            await asyncio.gather(sending, locking, return_exceptions=True)
            await self._content.aclose()


async def _departure(websocket: WebSocket) -> None:
    """Read and ignore whatever the browser says, until it leaves."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass
