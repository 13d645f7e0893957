"""The registry of cameras: what is configured, how each is doing, and changing either."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from consentry.clock import Clock
from consentry.home.messages import StreamStatus
from consentry.home.supervisor import Supervisor
from consentry.home.switches import LOOK_EVERY, Switches
from consentry.ingest import discover, find_streams
from consentry.model.camera import Camera, Place, RecordMode, StreamAddress
from consentry.model.errors import (
    CameraState,
    ConflictError,
    InputError,
    NotFoundError,
    Reason,
    StorageError,
)
from consentry.model.feed import CameraChanged
from consentry.model.ids import CameraId, random_id
from consentry.model.media import StreamName
from consentry.model.off import Off, OffReason
from consentry.model.probe import CameraReport, FoundDevice
from consentry.model.secret import Secret, split_credentials
from consentry.model.status import CameraView, Health, StreamState
from consentry.model.time import MINUTE, SECOND, Micros
from consentry.store import cameras as store
from consentry.store import gaps, pauses
from consentry.store.database import Database
from consentry.thread import in_thread

log = logging.getLogger(__name__)

PROBE_TIMEOUT_S = 15.0
EXPLAIN_EVERY = Micros(30 * SECOND)
"""What a crash may leave unexplained of the time a camera was off."""

_OFF_SENTENCES = {
    OffReason.SWITCH: "Switched off.",
    OffReason.PAUSE: "Paused for a while.",
    OffReason.SCHEDULE: "Off at this time of the week.",
}
_NOT_RUNNING = StreamState(CameraState.OFF, "The hub is not running.", Micros(0), recording=False)


@dataclass(frozen=True, slots=True)
class NewCamera:
    """What a person types to add a camera; the streams are found by themselves."""

    name: str
    url: str
    user: str = ""
    password: Secret = Secret("")
    sub_url: str | None = None
    place: Place = Place.INDOOR


class Cameras:
    """All cameras of the household; owned by the hub's event loop."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        supervisor: Supervisor,
        switches: Switches,
        publish: Callable[[CameraChanged], None],
    ) -> None:
        """Start empty; ``load`` reads what is configured."""
        self._database = database
        self._clock = clock
        self._supervisor = supervisor
        self._switches = switches
        self._publish = publish
        self._off: dict[CameraId, Micros] = {}
        """Since when each camera is off."""
        self._look = asyncio.Event()
        self._cameras: dict[CameraId, Camera] = {}
        self._streams: dict[tuple[CameraId, StreamName], StreamState] = {}
        self._changing = asyncio.Lock()
        self._changes: set[asyncio.Task[None]] = set()
        self._unseen = StreamState(
            CameraState.CONNECTING, "Not connected yet.", clock.wall(), recording=False
        )

    async def load(self) -> None:
        """Read every camera and start the streams of those that are not off."""
        self._switches.load(await self._database.run(pauses.all))
        for camera in await self._database.run(store.all):
            self._put(camera)

    def views(self) -> tuple[CameraView, ...]:
        """Return every camera in the owner's order."""
        ordered = sorted(self._cameras.values(), key=lambda camera: (camera.order, camera.name))
        return tuple(self._view(camera) for camera in ordered)

    def view(self, camera: CameraId) -> CameraView:
        """Return one camera. Raises NotFoundError."""
        found = self._cameras.get(camera)
        if found is None:
            message = "There is no such camera."
            raise NotFoundError(message)
        return self._view(found)

    def health(self) -> Health:
        """Return how many cameras there are, how many record, and how many are off."""
        views = self.views()
        recording = sum(view.recording for view in views)
        off = sum(view.off is not None for view in views)
        return Health("ok", total=len(views), recording=recording, off=off)

    def find(self, camera: CameraId) -> Camera | None:
        """Return one camera, None when it was removed meanwhile."""
        return self._cameras.get(camera)

    def named(self, name: str) -> CameraView:
        """Return the camera called ``name`` (or with that id). Raises NotFoundError."""
        for camera in self._cameras.values():
            if camera.id == name or camera.name.casefold() == name.casefold():
                return self._view(camera)
        names = ", ".join(view.camera.name for view in self.views()) or "none yet"
        message = f"There is no camera named {name!r}. Cameras: {names}."
        raise NotFoundError(message)

    async def add(self, new: NewCamera, *, check: bool = True) -> CameraView:
        """Add a camera and start recording it.

        With ``check`` its streams are opened first (CameraError says what is wrong, nothing is
        added). Raises ConflictError for a name that is taken.
        """
        name = new.name.strip()
        if not name:
            message = "A camera needs a name."
            raise InputError(message)
        self._require_free(name)
        url, user, password = _credentials(new)
        sub_url = split_credentials(new.sub_url)[0] if new.sub_url else None
        if check:
            report = await self.probe(url, user, password, sub_url=sub_url)
            url, sub_url = report.main.url, report.sub.url if report.sub else None
        camera = Camera(
            id=CameraId(random_id()),
            name=name,
            main=StreamAddress(StreamName.MAIN, url),
            sub=StreamAddress(StreamName.SUB, sub_url) if sub_url else None,
            place=new.place,
            user=user,
            password=password,
            order=max((known.order for known in self._cameras.values()), default=-1) + 1,
        )
        async with self._changing:
            self._require_free(name)
            await self._database.run(store.add, camera)
            self._put(camera)
        return self.view(camera.id)

    async def change(self, camera: Camera) -> CameraView:
        """Put the changed ``camera`` in force, restarting only what the change touches."""
        async with self._changing:
            before = self.view(camera.id).camera
            if before.name.casefold() != camera.name.casefold():
                self._require_free(camera.name)
            await self._database.run(store.change, camera)
            if is_recorded(camera) and not is_recorded(before):
                await self._explain(camera.id)
            await self._switch(camera)
        self._look.set()
        return self.view(camera.id)

    async def pause(self, camera: CameraId, duration: Micros) -> CameraView:
        """Be off for so long, whatever else is set; it goes on by itself, also over a restart."""
        async with self._changing:
            configured = self.view(camera).camera
            pause = self._switches.pause(camera, duration)
            await self._database.run(pauses.put, camera, pause)
            await self._switch(configured)
        self._look.set()
        return self.view(camera)

    async def resume(self, camera: CameraId) -> CameraView:
        """End a pause before its time; nothing happens without one."""
        async with self._changing:
            configured = self.view(camera).camera
            await self._end_pause(camera)
            await self._switch(configured)
        return self.view(camera)

    async def keep_switched(self) -> None:
        """Switch cameras off and on as weekly hours and pauses say, until cancelled."""
        explained = self._clock.monotonic()
        try:
            while True:
                self._look.clear()
                try:
                    await self._switch_what_is_due()
                    if self._clock.monotonic() - explained >= EXPLAIN_EVERY:
                        explained = self._clock.monotonic()
                        await self._explain_all()
                    wait = self._switches.next_look(self._cameras.values())
                except StorageError as error:
                    # The database's disk is full: the owner knows, and recording must not end.
                    log.error("switching must wait: %s", error)  # noqa: TRY400 - it says it all
                    wait = LOOK_EVERY
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait / SECOND):
                        await self._look.wait()
        finally:
            with contextlib.suppress(StorageError):
                await self._explain_all()

    async def _switch_what_is_due(self) -> None:
        async with self._changing:
            for camera in self._switches.over():
                await self._end_pause(camera)
            for configured in tuple(self._cameras.values()):
                if (self._switches.off(configured) is None) is (configured.id in self._off):
                    await self._switch(configured)

    async def _explain_all(self) -> None:
        for camera in tuple(self._off):
            await self._explain(camera)

    async def record_sub(self, camera: CameraId) -> None:
        """Record the camera's sub stream from now on."""
        known = self._cameras.get(camera)
        if known is not None and not known.record_sub:
            await self.change(replace(known, record_sub=True))

    async def forget(self, camera: CameraId) -> None:
        """Stop the camera's streams and drop it from the registry (the hub erases it)."""
        self.view(camera)
        async with self._changing:
            del self._cameras[camera]
            for stream in StreamName:
                self._streams.pop((camera, stream), None)
            self._off.pop(camera, None)
            self._switches.resume(camera)
            self._supervisor.remove(camera)

    async def probe(
        self,
        url: str,
        user: str = "",
        password: Secret = Secret(""),
        *,
        sub_url: str | None = None,
    ) -> CameraReport:
        """Open the streams at ``url`` and report. Raises CameraError, InputError."""
        bare, pasted_user, pasted_password = split_credentials(url)
        login = (user or pasted_user, password or pasted_password)
        look = partial(find_streams, bare, *login, PROBE_TIMEOUT_S, sub_url=sub_url)
        return await in_thread("probe", look)

    async def discover(self) -> list[FoundDevice]:
        """Ask the network for ONVIF cameras; takes about three seconds."""
        return await in_thread("discover", discover)

    async def snooze(self, camera: CameraId, minutes: int) -> CameraView:
        """Raise no alert for ``minutes`` (0 ends it)."""
        until = Micros(self._clock.wall() + minutes * MINUTE) if minutes > 0 else None
        return await self.change(replace(self.view(camera).camera, snoozed_until=until))

    def status(self, status: StreamStatus) -> bool:
        """Take what a recorder says about a stream; tell the page when it changed.

        What comes late, of a camera that is off or gone, is not taken: False.
        """
        camera = self._cameras.get(status.camera)
        if camera is None or camera.id in self._off:
            return False
        key = (status.camera, status.stream)
        before = self._streams.get(key)
        since = before.since if before and before.state is status.state else self._clock.wall()
        facts = status.facts or (before.facts if before else None)
        after = StreamState(status.state, status.message, since, status.recording, facts)
        self._streams[key] = after
        if before is None or not _alike(before, after):
            self._publish(CameraChanged(self._view(camera)))
        if _needs_sub(camera, self._streams):
            # Not every browser plays HEVC: then the sub stream is what the timeline shows.
            self._changes.add(change := asyncio.create_task(self.record_sub(camera.id)))
            change.add_done_callback(self._changes.discard)
        return True

    def crashed(self, camera: CameraId, sentence: str) -> None:
        """Show that the camera's recorder crashed; it is back within two seconds."""
        for stream in StreamName:
            if (camera, stream) in self._streams:
                self.status(
                    StreamStatus(camera, stream, CameraState.CRASHED, sentence, recording=False)
                )

    async def _switch(self, camera: Camera) -> None:
        """Put the camera in force; where that ends or begins a gap, say why it is one."""
        was_off, off = camera.id in self._off, self._switches.off(camera) is not None
        if was_off and not off:
            await self._explain(camera.id)
        before = self._streams.get((camera.id, StreamName.MAIN))
        self._put(camera)  # off before anything is written: a full disk keeps nobody watched
        if off and not was_off and before is not None:
            await self._explain_failure(camera.id, before.state)

    async def _end_pause(self, camera: CameraId) -> None:
        self._switches.resume(camera)
        await self._database.run(pauses.end, camera)

    async def _explain_failure(self, camera: CameraId, state: CameraState) -> None:
        """Write down what kept it from being recorded before it was switched off."""
        if state not in {CameraState.ONLINE, CameraState.CONNECTING}:
            await self._database.run(
                gaps.explain_until,
                self._clock.wall(),
                state.value,
                cameras=frozenset({camera}),
            )

    async def _explain(self, camera: CameraId) -> None:
        """Write down that the camera was off until now."""
        await self._database.run(
            gaps.explain_until,
            self._clock.wall(),
            gaps.OFF,
            cameras=frozenset({camera}),
        )

    def _put(self, camera: Camera) -> None:
        """Let the camera run, or not, as configured and as it is now."""
        self._cameras[camera.id] = camera
        off = self._switches.off(camera)
        if off is not None:
            since = self._off.setdefault(camera.id, self._clock.wall())
            state = StreamState(CameraState.OFF, _sentence(off), since, recording=False)
            for stream in StreamName:
                self._streams[camera.id, stream] = state
        elif self._off.pop(camera.id, None) is not None:
            for stream in StreamName:
                self._streams.pop((camera.id, stream), None)
        # Its processes know neither weeks nor pauses: only whether it runs.
        self._supervisor.put(replace(camera, enabled=off is None, off_hours=()))
        self._publish(CameraChanged(self._view(camera)))

    def _view(self, camera: Camera) -> CameraView:
        unseen = _NOT_RUNNING if self._supervisor.is_idle else self._unseen
        names = [StreamName.MAIN, *([StreamName.SUB] if camera.sub else [])]
        states = {name: self._streams.get((camera.id, name), unseen) for name in names}
        return CameraView(camera, states, self._switches.off(camera))

    def _require_free(self, name: str) -> None:
        if any(known.name.casefold() == name.casefold() for known in self._cameras.values()):
            message = f"There is already a camera named {name!r}: choose another name."
            raise ConflictError(message, reason=Reason.CAMERA_NAME_TAKEN, name=name)


def _sentence(off: Off) -> str:
    return _OFF_SENTENCES[off.reason]


def _needs_sub(camera: Camera, streams: dict[tuple[CameraId, StreamName], StreamState]) -> bool:
    """Tell whether the main stream is HEVC and an H.264 sub stream is there but not recorded."""
    if camera.sub is None or camera.record_sub:
        return False
    main, sub = (streams.get((camera.id, name)) for name in (StreamName.MAIN, StreamName.SUB))
    codecs = tuple(state.facts.codec if state and state.facts else "" for state in (main, sub))
    return codecs == ("hevc", "h264")


def _alike(before: StreamState, after: StreamState) -> bool:
    """Tell whether a page would show the same: the frame rate measures a little different ever."""
    if replace(before, facts=None) != replace(after, facts=None):
        return False
    if before.facts is None or after.facts is None:
        return before.facts == after.facts
    rates = (
        (before.facts.fps, after.facts.fps),
        (before.facts.key_frame_s, after.facts.key_frame_s),
    )
    same = replace(after.facts, fps=before.facts.fps, key_frame_s=before.facts.key_frame_s)
    return same == before.facts and all(abs(a - b) <= 0.2 * max(a, b) for a, b in rates)


def _credentials(new: NewCamera) -> tuple[str, str, Secret]:
    """Return (url without credentials, user, password): typed ones win over pasted ones."""
    url, user, password = split_credentials(new.url)
    if new.user or new.password:
        return url, new.user or user, new.password or password
    return url, user, password


def is_recorded(camera: Camera) -> bool:
    """Tell whether the camera's main stream should be on disk."""
    return camera.enabled and camera.retention.mode is not RecordMode.OFF
