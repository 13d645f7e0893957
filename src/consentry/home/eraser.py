"""Deleting for good, also what is being written right now."""

import asyncio
from collections.abc import Callable

from consentry.home.cameras import Cameras
from consentry.home.journal import Journal
from consentry.home.stores import Stores
from consentry.home.supervisor import Supervisor
from consentry.model.errors import ConflictError
from consentry.model.ids import CameraId, EventId
from consentry.model.time import Micros, Span
from consentry.store import erase, events

CUT_TIMEOUT_S = 15.0
"""A recorder cuts at its next part; a stalled one when its camera is given up, after 5 s, and
later on a machine that has much else to do."""


class Eraser:
    """Erases through the stores; lets the recorder close an open segment first."""

    def __init__(
        self,
        stores: Stores,
        supervisor: Supervisor,
        journal: Journal,
        cameras: Cameras,
        *,
        forget: Callable[[], None],
    ) -> None:
        """Work on these; ``forget`` drops keys and pictures of footage from memory."""
        self.patience_s = CUT_TIMEOUT_S
        self._forget = forget
        self._stores = stores
        self._supervisor = supervisor
        self._journal = journal
        self._cameras = cameras

    async def erase(self, camera: CameraId, span: Span) -> None:
        """Delete all footage of ``span``. Raises NotFoundError, ConflictError when it can't yet."""
        self._cameras.view(camera)
        stores = self._stores
        await self._cut(
            camera,
            lambda: erase.erase_range(stores.database, stores.volume, stores.keyring, camera, span),
        )

    async def erase_event(self, event: EventId) -> None:
        """Delete an event with picture and footage."""
        stores = self._stores
        found = await stores.database.run(events.get, event)
        span = found.span(Micros(found.best.time))
        await self._cut(
            found.camera,
            lambda: erase.erase_event(stores.database, stores.volume, stores.keyring, event, span),
        )

    async def remove_camera(self, camera: CameraId) -> None:
        """Stop the camera, then delete it with everything it recorded."""
        await self._cameras.forget(camera)
        stores = self._stores
        await self._cut(camera, lambda: erase.erase_camera(stores.database, stores.volume, camera))

    async def _cut(self, camera: CameraId, work: Callable[[], object]) -> None:
        """Do ``work``; while it meets an open segment, let it be closed and try again.

        Raises ConflictError when that takes longer than anybody waits.
        """
        loop = asyncio.get_running_loop()
        late = loop.time() + self.patience_s
        while True:
            await self._journal.settled()
            try:
                await asyncio.to_thread(work)
            except ConflictError:
                if loop.time() >= late:
                    raise
                self._supervisor.cut(camera)
                await asyncio.sleep(0.2)
            else:
                self._forget()  # deleted means gone, from memory too
                return
