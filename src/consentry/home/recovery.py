"""When index and files are brought together again: at the start, after crashes, once unlocked."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import astuple
from functools import partial

from consentry.clock import Clock
from consentry.home.stores import Stores
from consentry.model.errors import StorageError
from consentry.model.ids import CameraId
from consentry.store.recovery import Recovered, recover, recover_waiting

log = logging.getLogger(__name__)


class Recovery:
    """Recovers through the stores, aside the event loop.

    Where the disk is not there recording waits for it, and recovery for the next occasion.
    """

    def __init__(self, stores: Stores, clock: Clock) -> None:
        """Work on these; nothing is touched yet."""
        self._stores = stores
        self._clock = clock

    async def everything(self) -> None:
        """Recover all cameras: before anything records."""
        await self._some(None)

    async def of(self, cameras: frozenset[CameraId]) -> None:
        """Recover what a crashed recorder left of its cameras, before the next one writes."""
        if cameras:
            await self._some(cameras)

    async def unlocked(self) -> None:
        """Complete what waited for somebody to unlock the recordings."""
        stores = self._stores
        await _logged(partial(recover_waiting, stores.database, stores.volume, stores.keyring))

    async def _some(self, cameras: frozenset[CameraId] | None) -> None:
        stores = self._stores
        await _logged(
            partial(
                recover,
                stores.database,
                stores.volume,
                stores.keyring,
                now=self._clock.wall(),
                cameras=cameras,
            )
        )


async def _logged(work: Callable[[], Recovered]) -> None:
    try:
        recovered = await asyncio.to_thread(work)
    except StorageError as error:
        log.error("recovery must wait: %s", error)  # noqa: TRY400 - the sentence says it all
    else:
        if any(astuple(recovered)):
            log.info("recovered: %s", recovered)
