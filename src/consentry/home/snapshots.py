"""The newest picture of a camera: from its watcher, or from the recording when nobody watches."""

import asyncio

from consentry.clock import Clock
from consentry.home.messages import PictureTaken
from consentry.home.supervisor import Supervisor
from consentry.model.ids import CameraId
from consentry.store.footage import Footage

TIMEOUT_S = 2.0
DEFAULT_WIDTH = 1280


class Snapshots:
    """Pictures that were asked for; owned by the hub's event loop."""

    def __init__(self, supervisor: Supervisor, footage: Footage, clock: Clock) -> None:
        """Start with no question open."""
        self._supervisor = supervisor
        self._footage = footage
        self._clock = clock
        self._asked: dict[tuple[CameraId, int | None], asyncio.Future[bytes | None]] = {}

    async def take(self, camera: CameraId, *, width: int | None) -> bytes:
        """Return the newest picture as JPEG. Raises NotFoundError when there never was one."""
        jpeg = await self._ask(camera, width)
        if jpeg is None:
            jpeg = await asyncio.to_thread(
                self._footage.preview, camera, self._clock.wall(), width=width or DEFAULT_WIDTH
            )
        return jpeg

    def taken(self, picture: PictureTaken) -> None:
        """Take a watcher's answer."""
        answer = self._asked.pop((picture.camera, picture.width), None)
        if answer is not None and not answer.done():
            answer.set_result(picture.jpeg)

    async def _ask(self, camera: CameraId, width: int | None) -> bytes | None:
        """Ask the watcher, once for all who ask the same meanwhile."""
        key = (camera, width)
        answer = self._asked.get(key)
        if answer is None:
            if not self._supervisor.want_picture(camera, width):
                return None
            answer = self._asked[key] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await asyncio.shield(answer)
        except TimeoutError:
            self._asked.pop(key, None)
            return None
