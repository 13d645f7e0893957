"""The live feed: what changes in the house, broadcast to every open page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from consentry.model.feed import FeedMessage

QUEUE_LIMIT = 256
"""Messages one page may lag behind. When full the oldest go: the page asks the API again anyway."""


class Feed:
    """Broadcasts messages to subscribers; owned by the hub's event loop."""

    def __init__(self) -> None:
        """Start with no subscriber."""
        self._queues: set[asyncio.Queue[FeedMessage]] = set()
        self.dropped = 0

    def publish(self, message: FeedMessage) -> None:
        """Hand ``message`` to everybody; never blocks, a full queue loses its oldest (counted)."""
        for queue in self._queues:
            if queue.full():
                queue.get_nowait()
                self.dropped += 1
            queue.put_nowait(message)

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[AsyncIterator[FeedMessage]]:
        """Receive every message published inside the context."""
        queue: asyncio.Queue[FeedMessage] = asyncio.Queue(QUEUE_LIMIT)
        self._queues.add(queue)
        try:
            yield _drain(queue)
        finally:
            self._queues.discard(queue)


async def _drain(queue: asyncio.Queue[FeedMessage]) -> AsyncIterator[FeedMessage]:
    while True:
        yield await queue.get()
