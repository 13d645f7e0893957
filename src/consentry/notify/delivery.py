"""One channel's queue and the task that empties it: the only place where sending is retried."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from itertools import chain, repeat

from consentry.model.errors import DeliveryError
from consentry.notify.bug import log_bug
from consentry.notify.notifier import Message, Notifier

LIMIT = 32
"""Messages that wait per channel; beyond, the oldest is dropped: news counts more than history."""

PAUSES = (2.0, 10.0, 60.0, 300.0)
"""Seconds before each new attempt. After the last (6 minutes) a message is given up."""

_LOG = logging.getLogger(__name__)


class Delivery:
    """Carries messages to one notifier, one at a time, in order.

    ``tell`` gets a sentence when sending fails, with the number of messages lost so far, and
    None when it works again. ``dropped`` counts since the start. All fields belong to the event
    loop's thread.
    """

    def __init__(
        self,
        notifier: Notifier,
        tell: Callable[[str | None], None],
        *,
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        """Make an empty queue; ``run`` empties it."""
        self._notifier = notifier
        self._tell = tell
        self._pauses = pauses
        self._waiting: deque[Message] = deque()
        self._posted = asyncio.Event()
        self.dropped = 0

    def post(self, message: Message) -> None:
        """Queue a message; never blocks."""
        if len(self._waiting) == LIMIT:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(message)
        self._posted.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            await self._posted.wait()
            while self._waiting:
                await self._deliver(self._waiting.popleft())
            self._posted.clear()

    async def _deliver(self, message: Message) -> None:
        for pause in chain(self._pauses, repeat(None, 1)):
            try:
                await self._notifier.send(message)
            except DeliveryError as error:
                self._complain(str(error))
            except Exception as error:  # noqa: BLE001 - a plugin's bug must not end the hub
                log_bug(_LOG, "sending failed unexpectedly", error)
                self._complain("A message could not be sent; the hub's log has the details.")
            else:
                self._tell(None)
                return
            if pause is not None:
                await asyncio.sleep(pause)
        self.dropped += 1

    def _complain(self, sentence: str) -> None:
        lost = f" Messages lost: {self.dropped}." if self.dropped else ""
        self._tell(sentence + lost)
