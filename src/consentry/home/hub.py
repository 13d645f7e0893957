"""The hub: the one object that web and command line work with, and the one composition root."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Self

from consentry.clock import Clock, ForwardClock, SystemClock
from consentry.config import Config
from consentry.home.camera_keys import CameraKeys
from consentry.home.cameras import Cameras
from consentry.home.child import Crash
from consentry.home.crashes import Crashes
from consentry.home.diary import CHANGED, Diary
from consentry.home.eraser import Eraser
from consentry.home.event_desk import EventDesk, finish_events
from consentry.home.feed import Feed
from consentry.home.guessing import Guessing
from consentry.home.housekeeping import Housekeeping
from consentry.home.journal import Journal
from consentry.home.lock import FolderLock
from consentry.home.locksmith import Locksmith
from consentry.home.members import Members
from consentry.home.messages import BeginRecorder, StreamStatus, WatcherStatus
from consentry.home.passwords import PasswordDesk
from consentry.home.problems import Problems
from consentry.home.recovery import Recovery
from consentry.home.recovery_words import RecoveryWords
from consentry.home.roles import Reports
from consentry.home.rotation import Rotation
from consentry.home.sharing import Sharing
from consentry.home.snapshots import Snapshots
from consentry.home.stores import HOUSEHOLD_KEY, Stores
from consentry.home.supervisor import Supervisor, Work
from consentry.home.switches import Switches
from consentry.live.fanout import Fanout
from consentry.live.viewer import LiveState
from consentry.model.account import Account, Member
from consentry.model.diary import Viewer
from consentry.model.errors import ConflictError, ConsentryError, Reason
from consentry.model.event import Correction, Event
from consentry.model.feed import CameraChanged, CameraGone, EventChanged, FeedMessage, SignedIn
from consentry.model.ids import CameraId, EventId, MemberId
from consentry.model.rights import Grant, Moment, Role
from consentry.model.secret import Secret
from consentry.model.settings import Channel, ChannelId, Settings
from consentry.model.status import Health, Problem, ProblemCode, StorageReport
from consentry.model.time import Span, to_datetime
from consentry.notify.outbox import Outbox
from consentry.seal.lock import Cost
from consentry.store import events as event_store
from consentry.store import latest, owed
from consentry.store import settings as settings_store
from consentry.store.check import Report, check
from consentry.store.footage import Footage

log = logging.getLogger(__name__)


class Hub:
    """One household's camera system. Enter it to start it; leaving ends every process in order.

    Everything here belongs to the event loop that entered it. With ``Work.NOTHING`` the stores
    are opened and nothing records: the command line works so while no hub runs.
    """

    def __init__(
        self,
        config: Config,
        *,
        work: Work | None = None,
        clock: Clock | None = None,
        cost: Cost | None = None,
        database_key: bytes | None = None,
    ) -> None:
        """Remember the configuration; nothing is opened yet.

        ``clock`` is the machine's, ``cost`` of passwords' locks what this machine bears, and
        ``database_key`` in its file, unless the database waits for a passphrase.
        """
        self._database_key = database_key
        self.config = config
        self.clock = clock or SystemClock()
        self.feed = Feed()
        self.setup_token = Secret(secrets.token_urlsafe(12))
        """With this the first account is made; new at each start, printed while there is none."""
        self.passwords = PasswordDesk(cost)
        self._work = work or (Work.ALL if config.detect else Work.RECORDING)
        self._changing = asyncio.Lock()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Open the stores, recover, start the processes.

        Raises StorageError or ConflictError with the sentence that says what is in the way.
        """
        try:
            await self._open(self._stack)
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes (segments closed cleanly), then the stores.

        An error of the body passes by the task group, which would wrap it into a group.
        """
        if isinstance(error, Exception):
            await self._stack.aclose()
        else:
            await self._stack.__aexit__(kind, error, trace)

    @property
    def settings(self) -> Settings:
        """Return the settings in force."""
        return self._settings

    def now(self) -> Moment:
        """Return the moment rights are judged by."""
        local = to_datetime(self.clock.wall(), self.settings.zone)
        return Moment(self.forward.wall(), local, behind=self.forward.behind)

    def _local(self) -> datetime:
        return self.now().local

    async def change_settings(self, change: Callable[[Settings], Settings]) -> None:
        """Store what ``change`` makes of the settings and put it in force.

        One change after the other: what it is given is what it changes.
        """
        async with self._changing:
            settings = change(self.settings)
            await self.database.run(settings_store.save, settings)
            self._settings = settings
            self._switches.zone = settings.zone
            self._desk.apply(settings)
            await self.outbox.apply(settings)

    async def change_member(
        self, member: MemberId, *, role: Role | None = None, grants: Iterable[Grant] | None = None
    ) -> Member:
        """Put another role or other grants in force: on pages, streams and channels at once."""
        self.members.get(member)
        async with self.locks.steady():
            become = None if role is None else (role, await self.locks.keys_as(member, role))
            changed = await self.members.change(member, role=become, grants=grants)
        await self.outbox.review(member)
        return changed

    def signed_in(self, account: Account, *, address: str, device: str) -> None:
        """Tell adults that somebody signed in."""
        now = self.clock.wall()
        self._publish(SignedIn(account.id, account.name, address, device, now))

    async def remove_member(self, member: MemberId) -> None:
        """Forget somebody with their sessions and channels. ConflictError for the last owner."""
        await self.members.remove(member)
        await self.change_settings(lambda settings: settings.without_channels(member))
        await self.sharing.sweep()

    async def erase(self, camera: CameraId, span: Span) -> None:
        """Delete all footage of ``span`` for good, what is being written right now included."""
        await self.sharing.end_touching(camera, span)
        await self._eraser.erase(camera, span)
        self.outbox.forget(camera, span)
        self.footage.forget()

    async def erase_event(self, event: EventId) -> None:
        """Delete an event with its picture and footage, for good."""
        found = await self.database.run(event_store.get, event)
        span = found.span(found.best.time)
        await self.sharing.end_touching(found.camera, span)
        await self._eraser.erase_event(event)
        self.outbox.forget(found.camera, span)
        self.footage.forget()

    async def remove_camera(self, camera: CameraId) -> None:
        """Remove a camera with its recordings and events, for good."""
        await self.database.run(owed.add, self.outbox.told_of(camera), camera)
        await self._eraser.remove_camera(camera)
        self.footage.forget()
        await self.sharing.sweep()
        self._desk.remove(camera)
        self._problems.forget(camera)
        self.fanout.forget(camera)
        self._publish(CameraGone(camera))

    async def snapshot(self, camera: CameraId, *, width: int | None = None) -> bytes:
        """Return the newest picture as JPEG.

        Raises NotFoundError when there never was one, ConflictError while the camera is off.
        """
        view = self.cameras.view(camera)
        if view.off is not None:
            message = f"{view.camera.name} is off: there is no picture of now."
            raise ConflictError(message, reason=Reason.CAMERA_OFF, camera=view.camera.name)
        return await self._snapshots.take(camera, width=width)

    async def correct(self, event: EventId, correction: Correction | None) -> Event:
        """Store what the owner says of the event; None takes it back."""
        corrected = await self.database.run(event_store.correct, event, correction)
        self._publish(EventChanged(corrected))
        return corrected

    async def storage(self) -> StorageReport:
        """Return what the recordings take and how long they will last."""
        return await self._housekeeping.storage()

    async def confirm_clock(self) -> None:
        """Take the owner's word that the clock is right: retention counts age again."""
        await self._housekeeping.confirm_clock()
        if self.clock.wall() < self.forward.wall():
            await self._note_time()  # what ended within the last minute has ended, too
            await self.database.run(latest.believe, self.forward.believe())
            await self.members.load()
            await self.sharing.put_right()

    async def acknowledge_diary(self, viewer: Viewer) -> None:
        """Take note that the diary was changed: no problem any more. Raises StorageError."""
        await self.diary.acknowledge(viewer)
        self._problems.report(ProblemCode.DIARY, None)

    async def check(self, *, samples: int) -> Report:
        """Verify the invariants of the recordings, opening so many of them."""
        stores = self._stores
        return await asyncio.to_thread(
            check, stores.database, stores.volume, stores.keyring, samples=samples
        )

    def lock_keys(self) -> None:
        """Lock the recordings: what was opened of them leaves the memory. Not with a key file."""
        self.keyring.lock()
        if self.keyring.locked:
            self.footage.forget()

    def report(self, code: ProblemCode, sentence: str | None, *, what: str = "") -> None:
        """Say that something is wrong, or with None that it is not (any more); see ``Problems``."""
        self._problems.report(code, sentence, what=what)

    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong now."""
        return self._problems.now()

    def health(self) -> Health:
        """Return how many cameras there are and how many record; from memory."""
        return self.cameras.health()

    def pids(self) -> dict[str, list[int]]:
        """Return the child processes by role (for measurements and tests)."""
        return self._supervisor.pids()

    async def _open(self, stack: AsyncExitStack) -> None:
        """Enter everything in order; leaving is the reverse."""
        lock = stack.enter_context(await asyncio.to_thread(FolderLock.of_new, self.config.data))
        await self._open_stores(stack)
        changed = await self.diary.open()
        await self._recovery.everything()
        await self.database.run(finish_events)
        self._compose(await stack.enter_async_context(asyncio.TaskGroup()), lock)
        await self._start(stack)
        if changed is not None:  # said now that the channels hear it, too
            self._problems.report(ProblemCode.DIARY, CHANGED, since=changed)
        await self.cameras.load()
        if self._work is not Work.NOTHING:
            await stack.enter_async_context(self._working(self.cameras.keep_switched()))
            await stack.enter_async_context(self._working(self.camera_keys.run()))
        self.rotation.wake()

    async def _open_stores(self, stack: AsyncExitStack) -> None:
        """Open what is stored, and make the parts that need nothing else."""
        idle = self._work is Work.NOTHING
        self._stores = stores = await Stores.open_aside(
            self.config, last_used=idle, key=self._database_key
        )
        stack.callback(stores.database.close)
        stack.callback(self.passwords.close)
        self.database, self.keyring = stores.database, stores.keyring
        self.footage = Footage(stores.database, stores.keyring, stores.volume)
        self._settings = await self.database.run(settings_store.load)
        self.forward = ForwardClock(self.clock, await self.database.run(latest.load))
        self._switches = Switches(self.clock, self.forward)
        self._switches.zone = self._settings.zone
        self.members = Members(self.database, self.now)
        await self.members.load()
        self.locks = Locksmith(
            stores.database,
            stores.keyring,
            self.passwords,
            self.clock,
            self.members,
            key_file=self.config.data / "keys" / HOUSEHOLD_KEY,
            opened=self._unlocked,
            turned=self._turned,
        )
        self.rotation = Rotation(stores.database, stores.keyring)
        self.sharing = Sharing(stores, self.footage, self.config.data / "shares", self.forward)
        self.words = RecoveryWords(stores, self.clock, keys=self.config.data / "keys")
        await self.words.load()
        self._problems = Problems(self.clock, self._publish)
        self.guessing = Guessing(self.clock, partial(self._problems.report, ProblemCode.GUESSING))
        self._crashes = Crashes(self.clock)
        self.outbox = Outbox(
            self._settings,
            self._channel_failed,
            self.members.may_hear,
            note=self._picture_leaves,
            local=self._local,
        )
        channels = [channel.id for channel in self._settings.channels]
        self.outbox.owe(await self.database.run(owed.load, channels), self._broker_forgot)
        self.diary = Diary(stores.database, self.clock, self._publish)
        self._recovery = Recovery(stores, self.clock)

    async def _start(self, stack: AsyncExitStack) -> None:
        """Start what was composed; leaving ends it in the reverse order."""
        stack.push_async_callback(self._note_time)
        stack.push_async_callback(self.diary.close)
        await stack.enter_async_context(self._working(self.diary.run()))
        await stack.enter_async_context(self._working(self._journal.run()))
        await stack.enter_async_context(self._working(self.rotation.run()))
        stack.push_async_callback(self._journal.settled)
        if self._work is not Work.NOTHING:
            await stack.enter_async_context(self.outbox)
            stack.push_async_callback(self._desk.close)
            await stack.enter_async_context(self._working(self._desk.run()))
            stack.push_async_callback(self._supervisor.close)
            await stack.enter_async_context(self._working(self._housekeeping.run()))
            await stack.enter_async_context(self._working(self._keep_time()))
            await stack.enter_async_context(self._working(self.sharing.run()))

    def _compose(self, tasks: asyncio.TaskGroup, lock: FolderLock) -> None:
        """Make the parts and connect them; nothing runs yet."""
        stores = self._stores
        self._tasks = tasks
        begin = BeginRecorder(stores.volume, stores.keyring.public)
        self._supervisor = Supervisor(begin, tasks, lock=lock.recorders, work=self._work)
        self._journal = Journal(
            stores.database, stores.volume, grant=self._supervisor.grant, tell=self._index_refused
        )
        self._desk = EventDesk(
            stores.database,
            self.clock,
            settings=self._settings,
            publish=self._publish,
        )
        self.fanout = Fanout(
            self.clock, on_watch=self._supervisor.watch, on_unwatch=self._supervisor.unwatch
        )
        self._snapshots = Snapshots(self._supervisor, self.footage, self.clock)
        self.cameras = Cameras(
            stores.database, self.clock, self._supervisor, self._switches, self._camera_changed
        )
        self.camera_keys = CameraKeys(stores.database, self.cameras)
        self._eraser = Eraser(
            stores,
            self._supervisor,
            self._journal,
            self.cameras,
            forget=self.footage.forget,
        )
        free = self.config.keep_free_gigabytes
        self._housekeeping = Housekeeping(
            stores,
            self.cameras,
            self._problems,
            self._crashes,
            self.clock,
            floor=None if free is None else int(free * 1e9),
            forget=self.footage.forget,
        )
        self._supervisor.report_to(
            Reports(
                status=self._status,
                entry=self._journal.put,
                trouble=self._housekeeping.trouble,
                live=self.fanout.publish,
                seen=self._desk.seen,
                picture=self._snapshots.taken,
                watcher=self._watcher_status,
                crashed=self._crashed,
            )
        )

    @asynccontextmanager
    async def _working(self, work: Coroutine[None, None, None]) -> AsyncIterator[None]:
        """Run ``work`` as a task of the hub inside the context."""
        task = self._tasks.create_task(work)
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait((task,))

    async def _keep_time(self) -> None:
        """Note the latest time once a minute: a clock set back revives nothing older."""
        while True:
            await self._note_time()
            self.guessing.look()
            await asyncio.sleep(60)

    async def _note_time(self) -> None:
        await self.database.run(latest.note, self.forward.wall())

    def _turned(self) -> None:
        """Let everybody seal to the household's new key."""
        self._supervisor.seal_to(self.keyring.public)
        self.rotation.wake()

    async def _unlocked(self) -> None:
        """Do what waited for somebody to unlock the recordings."""
        self.rotation.wake()
        await self._recovery.unlocked()

    async def _crashed(self, crash: Crash, cameras: frozenset[CameraId]) -> None:
        """Clean up after a child that crashed, before the next one is started."""
        self._supervisor.blame(crash)
        self._crashes.note(crash)
        for camera in cameras:
            self.cameras.crashed(camera, crash.sentence)
        await self._journal.settled()
        await self._recovery.of(cameras)

    def _status(self, status: StreamStatus) -> None:
        """Take what a recorder says of a stream."""
        if not self.cameras.status(status):
            return
        self.fanout.publish(status.camera, status.stream, LiveState(status.state, status.message))
        camera = self.cameras.find(status.camera)
        if camera is not None:
            self._housekeeping.heard(camera, status)

    def _watcher_status(self, status: WatcherStatus) -> None:
        """Log what a watcher could not do."""
        if status.dropped_looks or status.broken:
            log.debug("watcher: %s", status)

    def _camera_changed(self, change: CameraChanged) -> None:
        """Tell the desk and everybody else of a camera that is new or changed, or does better."""
        view = change.view
        self._desk.put(view.camera)
        if view.off is not None:
            for name, stream in view.streams.items():
                self.fanout.publish(view.camera.id, name, LiveState(stream.state, stream.message))
        self._publish(change)

    def _publish(self, message: FeedMessage, *, picture: bytes | None = None) -> None:
        """Tell the page and the channels."""
        self.feed.publish(message)
        self.outbox.post(message, picture=picture)

    async def _picture_leaves(self, event: Event, channels: tuple[Channel, ...]) -> bool:
        """Write down in the diary to whom a picture of the event is about to be sent."""
        camera = self.cameras.find(event.camera)
        return camera is not None and await self.diary.picture_leaves(event, camera, channels)

    def _index_refused(self, sentence: str | None) -> None:
        """Take what the database's disk says."""
        self._problems.report(ProblemCode.DISK_FAILING, sentence, what="index")

    def _broker_forgot(self, channel: ChannelId, cameras: frozenset[CameraId]) -> None:
        """Forget what a broker had to; when that fails, it is told once more at the next start."""
        self._tasks.create_task(self._note_paid(channel, cameras))

    async def _note_paid(self, channel: ChannelId, cameras: frozenset[CameraId]) -> None:
        try:
            await self.database.run(owed.paid, channel, cameras)
        except ConsentryError as error:
            log.warning("what a broker forgot was not noted: %s", error)

    def _channel_failed(self, channel: Channel, sentence: str | None) -> None:
        self.report(ProblemCode.NOTIFIER, sentence, what=channel.id)
