"""What the hub does by itself now and then: retention, and noticing what is wrong."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from consentry.clock import Clock
from consentry.home.cameras import Cameras, is_recorded
from consentry.home.crashes import Crashes
from consentry.home.messages import StreamStatus
from consentry.home.problems import Problems
from consentry.home.stores import Stores
from consentry.model.camera import Camera
from consentry.model.errors import CameraState, ConsentryError, StorageError
from consentry.model.ids import CameraId
from consentry.model.media import StreamName
from consentry.model.status import (
    CameraStorage,
    CameraView,
    ProblemCode,
    StorageReport,
    without_address,
)
from consentry.model.time import DAY, MINUTE, SECOND, Micros
from consentry.store import forecast, retention
from consentry.store.messages import StorageTrouble

log = logging.getLogger(__name__)

RETENTION_EVERY_S = 30.0
LOOK_EVERY_S = 5.0
DATABASE_EVERY_S = 30.0
"""So much of what was written last hangs on the write-ahead log, which has no mirror."""
_SCRUBBED = 512
"""Pages compared each time, 1 ms: the 260 MB of thirty days of eight cameras within the hour."""
_TOLD_FOR = DAY
"""What was mended is told for so long: it is nothing to act on unless it comes again."""
_TORN = 1
"""Change that a power cut may leave half written; whoever made it was never told it was safe."""
FORECAST_EVERY_S = 60.0
"""It takes the database's thread 51 ms at 345 600 segments: not every time one looks."""

DOWN_AFTER = Micros(MINUTE)
"""A camera that is away for less is not worth a message at night."""

BEHIND = Micros(5 * SECOND)
SHORT = 0.9
"""A forecast below this share of the promised days is told."""


class Housekeeping:
    """Periodic work; owned by the hub's event loop."""

    def __init__(  # noqa: PLR0913 - the hub puts it together once
        self,
        stores: Stores,
        cameras: Cameras,
        problems: Problems,
        crashes: Crashes,
        clock: Clock,
        *,
        floor: int | None,
        forget: Callable[[], None],
    ) -> None:
        """Keep at least ``floor`` bytes of the recording disk free (None: a twentieth of it).

        ``forget`` drops keys and pictures of footage from memory, when some of it expired.
        """
        self._forget = forget
        self._stores = stores
        self._cameras = cameras
        self._problems = problems
        self._crashes = crashes
        self._clock = clock
        self._floor = floor
        self._delivered: dict[CameraId, Micros] = {}
        self._disk_is_well = False
        self._troubles: dict[tuple[CameraId, StreamName], str] = {}
        self._mended = 0
        self._opened = self._decayed = clock.monotonic()
        self._boot_id = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._every(RETENTION_EVERY_S, self._retain))
            tasks.create_task(self._every(DATABASE_EVERY_S, self._tend_database))
            tasks.create_task(self._every(LOOK_EVERY_S, self._look))
            tasks.create_task(self._every(FORECAST_EVERY_S, self._look_ahead))

    async def confirm_clock(self) -> None:
        """Take the owner's word that the machine's clock is right."""
        await asyncio.to_thread(
            retention.confirm_clock, self._stores.database, clock=self._clock, boot_id=self._boot_id
        )
        self._problems.report(ProblemCode.CLOCK, None)

    async def storage(self) -> StorageReport:
        """Return what the recordings take and how long they will last."""
        volume = self._stores.volume
        space = await asyncio.to_thread(volume.space)
        cameras = await self._stores.database.run(forecast.forecast, volume, self._clock.wall())
        return StorageReport(str(volume.path), space.free, space.total, cameras)

    def trouble(self, trouble: StorageTrouble) -> None:
        """Remember what a writer says of its disk; a sick disk is one problem, not one a camera."""
        key = (trouble.camera, trouble.stream)
        if trouble.sentence is None:
            self._troubles.pop(key, None)
        else:
            self._troubles[key] = trouble.sentence

    def heard(self, camera: Camera, status: StreamStatus) -> None:
        """Notice a recorder that handles its parts ever later."""
        behind = status.lag > BEHIND and status.state is CameraState.ONLINE
        self._problems.report(
            ProblemCode.RECORDER_BEHIND,
            f"The recorder is {status.lag // SECOND} s behind with {camera.name}: "
            "the machine or its disk is too slow."
            if behind
            else None,
            camera=camera.id,
            what=status.stream,
        )

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Do ``work`` again and again; what fails is logged and done again the next time."""
        while True:
            try:
                await work()
            except ConsentryError as error:
                log.error("housekeeping: %s", error)  # noqa: TRY400 - the sentence says it all
            except Exception:
                # A bug here must not end the recording.
                log.exception("housekeeping failed")
            await asyncio.sleep(seconds)

    async def _retain(self) -> None:
        """Delete what retention no longer keeps; say so when a clock makes it wait."""
        report = await asyncio.to_thread(
            retention.enforce,
            self._stores.database,
            self._stores.volume,
            clock=self._clock,
            boot_id=self._boot_id,
            floor=self._floor,
        )
        if report.segments:
            self._forget()
        self._problems.report(ProblemCode.CLOCK, report.paused)

    async def _tend_database(self) -> None:
        """Empty its write-ahead log, compare some pages with their twins, say what is bad."""
        database, now = self._stores.database, self._clock.monotonic()
        refused = await _complaint(database.checkpoint)
        self._problems.report(ProblemCode.DATABASE, refused, what="checkpoint")
        await asyncio.to_thread(database.scrub, _SCRUBBED)
        damage = database.damage
        if damage.mended > self._mended:
            self._mended, self._decayed = damage.mended, now
        self._problems.report(
            ProblemCode.DISK_DECAY,
            f"The disk has changed what was stored (pages of the database: {damage.mended}). Each "
            "was replaced by its second copy. If this comes again, replace the disk."
            if damage.mended and now - self._decayed < _TOLD_FOR
            else None,
        )
        self._problems.report(
            ProblemCode.DATABASE,
            f"The disk has damaged pages of the database and their second copies: "
            f"{len(damage.lost)}. What lies on them cannot be read, all else can. Replace the disk."
            if damage.lost
            else None,
            what="pages",
        )
        self._problems.report(
            ProblemCode.DATABASE,
            f"The disk has damaged the last {database.lost_changes} changes before the hub "
            "stopped: footage of its last minute may be missing. Replace the disk."
            if database.lost_changes > _TORN and now - self._opened < _TOLD_FOR
            else None,
            what="log",
        )

    async def _look(self) -> None:
        """Compare what should be with what is."""
        for view in self._cameras.views():
            self._look_at(view)
        for role, sentence in self._crashes.loops().items():
            self._problems.report(ProblemCode.WATCHER, sentence, what=role)
        await self._look_at_disk()

    def _look_at(self, view: CameraView) -> None:
        camera, main = view.camera, view.main
        now = self._clock.monotonic()
        if main.state is CameraState.ONLINE or view.off is not None:
            self._delivered[camera.id] = now
        down = now - self._delivered.setdefault(camera.id, now) > DOWN_AFTER
        self._problems.report(
            ProblemCode.CAMERA_DOWN,
            # Read by all who may see the camera, and sent to them: without its address.
            f"{camera.name} does not deliver pictures. {without_address(main.state)}"
            if down
            else None,
            camera=camera.id,
        )

    async def _look_at_disk(self) -> None:
        """Name what is wrong with the recording disk: not there, full, or failing."""
        async with asyncio.TaskGroup() as tasks:
            asked = tasks.create_task(self._ask_disk())
            while not (await asyncio.wait((asked,), timeout=LOOK_EVERY_S))[0]:
                # A disk that does not answer keeps us waiting as well as the writers.
                self._problems.report(ProblemCode.DISK_FAILING, self._trouble())
        missing, full = asked.result()
        self._problems.report(ProblemCode.DISK_MISSING, missing)
        self._problems.report(ProblemCode.DISK_FULL, full)
        writers = self._trouble()
        failing = None if missing or full else writers
        self._problems.report(ProblemCode.DISK_FAILING, failing)
        self._disk_is_well = not (missing or full or failing)

    async def _ask_disk(self) -> tuple[str | None, str | None]:
        """Return why the disk is not there, and why nothing more fits on it."""
        missing = await _complaint(self._stores.volume.verify)
        full = None if missing else await _complaint(self._stores.volume.require_space)
        return missing, full

    def _trouble(self) -> str | None:
        return next(iter(self._troubles.values()), None)

    async def _look_ahead(self) -> None:
        """Name the cameras whose footage will not last as long as promised."""
        if not self._disk_is_well:
            return
        report = await self.storage()
        for stored in report.cameras:
            camera = self._cameras.find(stored.camera)
            if camera is not None:
                self._problems.report(
                    ProblemCode.RETENTION_SHORT, _short(camera, stored), camera=camera.id
                )


async def _complaint(check: Callable[[], object]) -> str | None:
    try:
        await asyncio.to_thread(check)
    except StorageError as error:
        return str(error)
    return None


def _short(camera: Camera, stored: CameraStorage) -> str | None:
    """Return the sentence when the disk will not hold what the owner was promised."""
    promised = camera.retention.max_age / DAY
    if stored.forecast_days is None or stored.forecast_days >= promised * SHORT:
        return None
    limit = camera.retention.max_bytes
    if not is_recorded(camera) or (limit and stored.bytes > limit * SHORT):
        return None  # a size that the owner set himself is no problem of the disk's
    return (
        f"{camera.name} is set to keep {promised:.0f} days, "
        f"but the disk will hold {stored.forecast_days:.0f} at this rate."
    )
