"""The diary: every look is durable before its first byte leaves, and its end when it is over.

A look is a sitting (``home.sitting``): the first request writes a begin and waits for the disk, all
that follow within 30 s only touch memory. What waits meanwhile is written in one transaction with
one fsync. A begin that cannot be written is an error for whoever asked: no entry, no picture.

Lifecycle: ``open`` at the start, ``run`` until cancelled, ``close`` ends what goes on. A hub that
is killed leaves begins without end.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import apsw

from consentry.clock import Clock
from consentry.home.sitting import Seat, Sitting
from consentry.model.camera import Camera, Place
from consentry.model.diary import (
    WHOLE,
    Act,
    Begin,
    Done,
    LookKind,
    LookNow,
    Noted,
    Via,
    Viewed,
    Viewer,
)
from consentry.model.errors import ConsentryError, StorageError
from consentry.model.event import Event
from consentry.model.feed import WatchingChanged
from consentry.model.ids import CameraId, MemberId
from consentry.model.settings import Channel
from consentry.model.time import SECOND, Micros, Span, to_iso
from consentry.store import diary as store
from consentry.store.database import Database
from consentry.tlog import Checkpoint, Verifier

log = logging.getLogger(__name__)

IDLE = Micros(30 * SECOND)
"""A sitting is over when nothing was asked for so long."""

CHANGED = "The diary of looks was changed or damaged since it was signed last."
"""What the problem says until an adult has taken note."""

_LOOK_EVERY_S = 5.0
_MOST_AT_ONCE = 1000
"""Entries in one transaction: 25 ms."""

_Key = tuple[str, LookKind, CameraId, Span | None, str]


@dataclass(slots=True)
class _Waiting:
    """An entry on its way to the disk; ``index`` is set when it is durable."""

    noted: Noted
    index: asyncio.Future[int]


class Diary:
    """Writes the diary; owned by the hub's event loop.

    ``_waiting`` is as long as there are requests that wait for it, and ends to be written.
    """

    def __init__(
        self, database: Database, clock: Clock, publish: Callable[[WatchingChanged], None]
    ) -> None:
        """Remember where; ``open`` comes before everything else."""
        self._database = database
        self._clock = clock
        self._publish = publish
        self._sittings: dict[_Key, Sitting] = {}
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._told: dict[CameraId, tuple[str, ...]] = {}
        self._doubted: Micros | None = None
        self._log: store.Log

    async def open(self) -> Micros | None:
        """Read how far the log is; return since when a change of it waits to be acknowledged."""
        self._log, self._doubted = await self._database.run(_opened, self._clock.wall())
        if not self._log.sound:
            log.error("the diary of looks is not what its last checkpoint signed")
        return self._doubted

    async def acknowledge(self, viewer: Viewer) -> None:
        """Take note that the log was changed; who did is written into it first.

        Nothing is written when nothing waits: of two who press the button one was first.
        """
        since, self._doubted = self._doubted, None
        if since is None:
            return
        try:
            await self.act(Act.DIARY_ACKNOWLEDGED, viewer, detail=to_iso(since))
            await self._database.run(store.believe)
        except BaseException:
            self._doubted = since
            raise

    @property
    def verifier(self) -> Verifier:
        """Return the key under which browsers know this diary."""
        return self._log.verifier

    @property
    def checkpoint(self) -> Checkpoint:
        """Return how far the log is, as this process wrote it: whatever the disk says of it now."""
        return self._log.checkpoint()

    def note(self, checkpoint: Checkpoint) -> str:
        """Return the checkpoint signed."""
        return checkpoint.sign(self._log.signer)

    async def look(
        self,
        kind: LookKind,
        seat: Seat,
        camera: Camera,
        *,
        span: Span | None = None,
        detail: str = "",
    ) -> None:
        """Note that somebody sees ``span`` of a camera; returns when it may be shown.

        Raises StorageError when it cannot be written: then nothing may be shown.
        """
        sitting = self._sit(kind, seat, camera, span=span, detail=detail)
        await asyncio.shield(sitting.begun)

    @asynccontextmanager
    async def watching(self, seat: Seat, camera: Camera) -> AsyncIterator[None]:
        """Note that somebody watches live inside the context. Raises StorageError."""
        sitting = self._sit(LookKind.LIVE, seat, camera, span=None, detail="")
        sitting.holders += 1
        try:
            await asyncio.shield(sitting.begun)
            self._tell(camera)
            yield
        finally:
            sitting.holders -= 1
            sitting.touch(self._clock.monotonic(), None)
            self._tell(camera)

    async def act(
        self,
        act: Act,
        viewer: Viewer,
        *,
        camera: Camera | None = None,
        about: MemberId | None = None,
        detail: str = "",
    ) -> None:
        """Write down what somebody did; durable when it returns. Raises StorageError.

        What is done to a person (``about``) is found with them, and erased with them.
        """
        viewed = Viewed.of(camera) if camera is not None else None
        done = Done(act, self._clock.wall(), viewer, viewed, detail)
        person = about if about is not None else viewer.member
        await self._write(Noted(done, person, camera.id if camera is not None else None))

    async def sent(self, to: Viewer, camera: Camera, *, span: Span, detail: str = "") -> None:
        """Write down that an alert's picture is about to be sent: a moment, without end."""
        begin = Begin(
            LookKind.ALERT_PICTURE, self._clock.wall(), to, Viewed.of(camera), span, detail
        )
        await self._write(Noted(begin, to.member, camera.id))

    async def picture_leaves(
        self, event: Event, camera: Camera, channels: tuple[Channel, ...]
    ) -> bool:
        """Write down to whom an event's picture is about to be sent; False: it must not leave."""
        moment = Span(event.best.time, event.best.time)
        try:
            for channel in channels:
                to = Viewer(channel.name, Via.CHANNEL, member=channel.member)
                await self.sent(to, camera, span=moment, detail=event.id)
        except StorageError as error:
            log.error("an alert goes without its picture: %s", error)  # noqa: TRY400 - it says all
            return False
        return True

    async def erase_person(self, member: MemberId, by: Viewer) -> None:
        """Destroy what the diary says of somebody who has no account here any more.

        That it was done, by whom, and how many entries went, is written down. Raises ConflictError
        while they still have an account: nobody erases their looks and goes on looking.
        """
        theirs = [key for key, each in self._sittings.items() if each.begin.by.member == member]
        await asyncio.gather(*(self._end(self._sittings.pop(key)) for key in theirs))
        count = await self._database.run(store.erase_person, member)
        await asyncio.to_thread(self._database.checkpoint)
        await self.act(Act.ERASED, by, detail=str(count))

    def now(self) -> tuple[LookNow, ...]:
        """Return the looks that go on, the oldest first."""
        return tuple(
            LookNow(sitting.begun.result(), sitting.begin)
            for sitting in self._sittings.values()
            if sitting.begun.done() and not sitting.begun.cancelled()
        )

    def watchers(self, camera: CameraId) -> tuple[str, ...]:
        """Return the names of those who watch a camera live right now."""
        names = {
            sitting.begin.by.name: None
            for sitting in self._sittings.values()
            if sitting.holders and sitting.begin.camera.id == camera
        }
        return tuple(names)

    async def run(self) -> None:
        """End the sittings that are over, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            try:
                await self.end_idle()
            except Exception:
                # An end that is lost is shown as unknown; the next ones are worth trying.
                log.exception("ends of looks could not be written")

    async def end_idle(self, *, idle: Micros = IDLE) -> None:
        """Write the ends of sittings in which nothing was asked for so long."""
        now = self._clock.monotonic()
        over = [key for key, sitting in self._sittings.items() if sitting.is_over(now, idle=idle)]
        await asyncio.gather(*(self._end(self._sittings.pop(key)) for key in over))

    async def close(self) -> None:
        """End everything that goes on: the hub stops."""
        now = self._clock.monotonic()
        for sitting in self._sittings.values():
            if sitting.holders:
                sitting.touch(now, None)
        going, self._sittings = self._sittings, {}
        await asyncio.gather(*(self._end(sitting) for sitting in going.values()), *self._ending)
        if self._writing is not None:
            await asyncio.wait((self._writing,))

    def _sit(
        self, kind: LookKind, seat: Seat, camera: Camera, *, span: Span | None, detail: str
    ) -> Sitting:
        """Return the sitting this look belongs to, begun now if there is none."""
        key = (seat.id, kind, camera.id, span if kind in WHOLE else None, detail)
        now = self._clock.monotonic()
        sitting = self._sittings.get(key)
        if sitting is not None and sitting.is_over(now, idle=IDLE):
            self._ending.add(ending := asyncio.create_task(self._end(self._sittings.pop(key))))
            ending.add_done_callback(self._ending.discard)
            sitting = None
        if sitting is None:
            begin = Begin(kind, self._clock.wall(), seat.viewer, Viewed.of(camera), span, detail)
            begun = asyncio.create_task(self._begin(key, begin))
            sitting = self._sittings[key] = Sitting(begin, begun, now, now)
        sitting.touch(now, span)
        return sitting

    async def _begin(self, key: _Key, begin: Begin) -> int:
        """Write a begin; a sitting that could not be written is none."""
        try:
            return await self._write(Noted(begin, begin.by.member, begin.camera.id))
        except BaseException:
            self._sittings.pop(key, None)
            raise

    async def _end(self, sitting: Sitting) -> None:
        begin = sitting.begin
        try:
            end = sitting.end(await asyncio.shield(sitting.begun))
            await self._write(Noted(end, begin.by.member, begin.camera.id))
        except ConsentryError as error:
            log.error("the end of a look could not be written: %s", error)  # noqa: TRY400

    async def _write(self, noted: Noted) -> int:
        """Return the entry's index once it is durable."""
        waiting = _Waiting(noted, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_waiting())
        return await waiting.index

    async def _write_waiting(self) -> None:
        """Write all that waits, and what comes meanwhile, a transaction at a time."""
        while self._waiting:
            batch = self._waiting[:_MOST_AT_ONCE]
            del self._waiting[:_MOST_AT_ONCE]
            first = self._log.frontier.size
            try:
                self._log = await self._database.run(
                    store.append, self._log, [each.noted for each in batch]
                )
            except Exception as error:  # noqa: BLE001 - each of those who wait gets it
                for each in batch:
                    if not each.index.done():
                        each.index.set_exception(error)
                continue
            for index, each in enumerate(batch, first):
                if not each.index.done():
                    each.index.set_result(index)
        self._writing = None

    def _tell(self, camera: Camera) -> None:
        """Tell residents who watches an indoor camera, when that changed."""
        people = self.watchers(camera.id)
        if camera.place is Place.INDOOR and self._told.get(camera.id, ()) != people:
            self._told[camera.id] = people
            self._publish(WatchingChanged(camera.id, camera.name, people))


def _opened(connection: apsw.Connection, now: Micros) -> tuple[store.Log, Micros | None]:
    """Open the log and remember in the same transaction that it was changed: it is signed anew."""
    opened = store.open_log(connection)
    if not opened.sound:
        store.doubt(connection, now)
    return opened, store.doubted(connection)
