"""The supervisor: which process has which camera, and what is done when one crashes.

Cameras are dealt to *crews*: one watcher (at most 16 cameras) and the recorders (at most 8 cameras
each) whose video it gets. A camera that was named by two crashes gets a crew of its own, so that
what it sends can only hurt itself. One detector serves all crews.
"""

import asyncio
import logging
import socket
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from consentry.home.child import Child, Crash
from consentry.home.messages import (
    BeginRecorder,
    CutSegments,
    ForgetCamera,
    PictureWanted,
    SealTo,
    StartStream,
    StopStream,
    StreamPlan,
    Unwatch,
    Watch,
    WatchCamera,
)
from consentry.home.packets import packet_pair
from consentry.home.roles import DetectorRole, RecorderRole, Reports, StreamKey, WatcherRole
from consentry.model.camera import Camera, RecordMode
from consentry.model.ids import CameraId
from consentry.model.media import StreamName
from consentry.model.secret import with_credentials
from consentry.seal import HouseholdPublic
from consentry.store.messages import KeyGranted

log = logging.getLogger(__name__)

CAMERAS_PER_RECORDER = 8
"""More would lose more to one crash, and threads queue for the interpreter."""

CAMERAS_PER_WATCHER = 16
CRASHES_UNTIL_ALONE = 2


class Work(Enum):
    """Which processes a hub has."""

    NOTHING = auto()
    """None: the command line opened the stores while no hub runs."""
    RECORDING = auto()
    ALL = auto()


@dataclass(slots=True)
class _Recorder:
    role: RecorderRole
    child: Child


@dataclass(slots=True)
class _Crew:
    """One watcher, its recorders and the pipes between them; owned by the supervisor.

    ``looks`` is the pipe from the watcher to the detector, made for the first watcher.
    """

    capacity: int
    units_in: socket.socket
    units_out: socket.socket
    looks: tuple[socket.socket, socket.socket] | None = None
    watcher: WatcherRole | None = None
    watcher_child: Child | None = None
    recorders: list[_Recorder] = field(default_factory=list)

    @property
    def cameras(self) -> int:
        return sum(len(recorder.role.cameras) for recorder in self.recorders)


class Supervisor:
    """Every child process; owned by the hub's event loop."""

    def __init__(
        self,
        begin: BeginRecorder,
        tasks: asyncio.TaskGroup,
        *,
        lock: int,
        work: Work,
    ) -> None:
        """Start no process until there is a camera; run children as tasks of ``tasks``."""
        self._begin = begin
        self._lock = lock
        self._work = work
        self._tasks = tasks
        self._crews: list[_Crew] = []
        self._pipes: list[socket.socket] = []
        self._detector: tuple[DetectorRole, Child] | None = None
        self._indexes: dict[StreamKey, int] = {}
        self._blamed: Counter[CameraId] = Counter()
        self._alone: set[CameraId] = set()
        self._cameras: dict[CameraId, Camera] = {}
        self._viewed: set[StreamKey] = set()

    @property
    def is_idle(self) -> bool:
        """Tell whether this hub runs no process at all."""
        return self._work is Work.NOTHING

    def report_to(self, reports: Reports) -> None:
        """Say where the children's messages go; before the first camera."""
        self._reports = reports

    def put(self, camera: Camera) -> None:
        """Record and watch ``camera`` as configured, restarting only what changed."""
        if self.is_idle:
            return
        self._cameras[camera.id] = camera
        plans = {plan.stream: plan for plan in self._plans(camera)}
        if not plans:
            self._stop(camera.id)
            return
        crew, recorder = self._place(camera.id)
        for stream in StreamName:
            key = (camera.id, stream)
            before, after = recorder.role.plans.get(key), plans.get(stream)
            if after is None and before is not None:
                del recorder.role.plans[key]
                recorder.role.watched.discard(key)
                recorder.child.send(StopStream(camera.id, stream))
            elif after is not None and after != before:
                recorder.role.plans[key] = after
                recorder.child.send(StartStream(after))
                if before is None and key in self._viewed:  # viewers stay while a camera is off
                    self.watch(*key)
        self._watch(crew, camera, plans)
        self._dismiss()

    def remove(self, camera: CameraId) -> None:
        """Stop everything of ``camera``."""
        self._cameras.pop(camera, None)
        self._stop(camera)

    def _stop(self, camera: CameraId) -> None:
        for crew in self._crews:
            if crew.watcher and crew.watcher_child and crew.watcher.cameras.pop(camera, None):
                crew.watcher_child.send(ForgetCamera(camera))
            for recorder in crew.recorders:
                for key in [key for key in recorder.role.plans if key[0] == camera]:
                    del recorder.role.plans[key]
                    recorder.role.watched.discard(key)
                    recorder.child.send(StopStream(*key))
        self._dismiss()

    def grant(self, granted: KeyGranted) -> None:
        """Hand a granted key to its recorder."""
        if recorder := self._recorder_of(granted.camera):
            recorder.child.send(granted)

    def watch(self, camera: CameraId, stream: StreamName) -> None:
        """Let the recorder send the stream's parts, as soon as there is one."""
        self._viewed.add((camera, stream))
        if recorder := self._recorder_of(camera):
            recorder.role.watched.add((camera, stream))
            recorder.child.send(Watch(camera, stream))

    def unwatch(self, camera: CameraId, stream: StreamName) -> None:
        """Let the recorder send them no more."""
        self._viewed.discard((camera, stream))
        if recorder := self._recorder_of(camera):
            recorder.role.watched.discard((camera, stream))
            recorder.child.send(Unwatch(camera, stream))

    def cut(self, camera: CameraId) -> None:
        """Let the recorder close the camera's open segments."""
        if recorder := self._recorder_of(camera):
            recorder.child.send(CutSegments(camera))

    def seal_to(self, public: HouseholdPublic) -> None:
        """Let every recorder seal to another household key."""
        self._begin = replace(self._begin, public=public)
        for crew in self._crews:
            for recorder in crew.recorders:
                recorder.role.seal_to(public)
                recorder.child.send(SealTo(public))

    def want_picture(self, camera: CameraId, width: int | None) -> bool:
        """Ask the camera's watcher for its newest picture; False when nobody watches it."""
        for crew in self._crews:
            if crew.watcher and crew.watcher_child and camera in crew.watcher.cameras:
                crew.watcher_child.send(PictureWanted(camera, width))
                return True
        return False

    def blame(self, crash: Crash) -> CameraId | None:
        """Find the camera that a crash names; after two, give it a crew of its own."""
        culprit = next((key for key, i in self._indexes.items() if i == crash.culprit), None)
        if culprit is None or crash.culprit is None:
            return None
        camera = culprit[0]
        self._blamed[camera] += 1
        if self._blamed[camera] >= CRASHES_UNTIL_ALONE and camera not in self._alone:
            log.error("camera crashed its process twice, it runs alone now: camera=%s", camera)
            self._alone.add(camera)
            if configured := self._cameras.get(camera):
                recorder = self._recorder_of(camera)
                watched = recorder.role.watched.copy() if recorder else set()
                self.remove(camera)
                self.put(configured)
                for key in watched:
                    self.watch(*key)
        return camera

    def pids(self) -> dict[str, list[int]]:
        """Return the running processes by role."""
        recorders = [r.child.pid for crew in self._crews for r in crew.recorders]
        watchers = [crew.watcher_child.pid for crew in self._crews if crew.watcher_child]
        detectors = [self._detector[1].pid] if self._detector else []
        return {
            "recorder": [pid for pid in recorders if pid],
            "watcher": [pid for pid in watchers if pid],
            "detector": [pid for pid in detectors if pid],
        }

    async def close(self) -> None:
        """End every child, all at once; recorders close their segments."""
        children = [r.child for crew in self._crews for r in crew.recorders]
        children += [crew.watcher_child for crew in self._crews if crew.watcher_child]
        children += [self._detector[1]] if self._detector else []
        async with asyncio.TaskGroup() as ends:
            for child in children:
                ends.create_task(child.end())
        for pipe in self._pipes:
            pipe.close()

    def _plans(self, camera: Camera) -> list[StreamPlan]:
        if not camera.enabled:
            return []
        plans = []
        for address in (camera.main, camera.sub):
            if address is None:
                continue
            record = address.name is StreamName.MAIN or camera.record_sub
            key = (camera.id, address.name)
            plans.append(
                StreamPlan(
                    index=self._indexes.setdefault(key, len(self._indexes) + 1),
                    camera=camera.id,
                    stream=address.name,
                    address=with_credentials(address.url, camera.user, camera.password),
                    audio=camera.audio,
                    record=record and camera.retention.mode is not RecordMode.OFF,
                    watch=self._work is Work.ALL and camera.detect and address is camera.watched,
                )
            )
        return plans

    def _watch(self, crew: _Crew, camera: Camera, plans: dict[StreamName, StreamPlan]) -> None:
        """Tell the crew's watcher about the camera, or that it is none of its business."""
        plan = plans.get(camera.watched.name)
        if plan is None or not plan.watch:
            if crew.watcher and crew.watcher_child and crew.watcher.cameras.pop(camera.id, None):
                crew.watcher_child.send(ForgetCamera(camera.id))
            return
        if crew.watcher is None or crew.watcher_child is None:
            if crew.looks is None:
                crew.looks = self._pair()
                self._add_to_detector(crew.looks[1])
            ours = crew.looks[0]
            crew.watcher = WatcherRole(self._reports, access_units=crew.units_out, detector=ours)
            crew.watcher_child = self._start(crew.watcher)
        watched = WatchCamera(plan.index, camera)
        if crew.watcher.cameras.get(camera.id) != watched:
            crew.watcher.cameras[camera.id] = watched
            crew.watcher_child.send(watched)

    def _add_to_detector(self, pipe: socket.socket) -> None:
        """Give the detector a further watcher's pipe: it inherits pipes, so it starts anew."""
        if self._detector is None:
            role = DetectorRole(self._reports)
            role.watchers.append(pipe)
            self._detector = role, self._start(role)
        else:
            self._detector[0].watchers.append(pipe)
            self._detector[1].renew()

    def _dismiss(self) -> None:
        """End the processes that have no camera any more, and close the pipes of empty crews."""
        children: list[Child] = []
        pipes: list[socket.socket] = []
        for crew in self._crews:
            children += [each.child for each in crew.recorders if not each.role.plans]
            crew.recorders = [each for each in crew.recorders if each.role.plans]
            if crew.watcher and crew.watcher_child and not crew.watcher.cameras:
                children.append(crew.watcher_child)
                crew.watcher = crew.watcher_child = None
            if not crew.recorders:
                pipes += (crew.units_in, crew.units_out, *(crew.looks or ()))
                children += self._take_from_detector(crew)
        self._crews = [crew for crew in self._crews if crew.recorders]
        if children:
            self._tasks.create_task(self._retire(children, pipes))

    def _take_from_detector(self, crew: _Crew) -> list[Child]:
        """Let the detector forget a crew's pipe; return the detector when that was its last."""
        if crew.looks is None or self._detector is None:
            return []
        role, child = self._detector
        role.watchers.remove(crew.looks[1])
        if role.watchers:
            child.renew()
            return []
        self._detector = None
        return [child]

    async def _retire(self, children: list[Child], pipes: list[socket.socket]) -> None:
        """End children, then close the pipes that only they used."""
        async with asyncio.TaskGroup() as ends:
            for child in children:
                ends.create_task(child.end())
        for pipe in pipes:
            pipe.close()
            self._pipes.remove(pipe)

    def _place(self, camera: CameraId) -> tuple[_Crew, _Recorder]:
        """Return where the camera is, or where there is room for it."""
        for crew in self._crews:
            for recorder in crew.recorders:
                if camera in recorder.role.cameras:
                    return crew, recorder
        alone = camera in self._alone
        for crew in self._crews:
            if alone or crew.cameras >= crew.capacity:
                continue
            for recorder in crew.recorders:
                if len(recorder.role.cameras) < CAMERAS_PER_RECORDER:
                    return crew, recorder
            return crew, self._add_recorder(crew)
        crew = _Crew(1 if alone else CAMERAS_PER_WATCHER, *self._pair())
        self._crews.append(crew)
        return crew, self._add_recorder(crew)

    def _pair(self) -> tuple[socket.socket, socket.socket]:
        """Return a new pipe between children; both ends stay open here until the hub ends."""
        pair = packet_pair()
        self._pipes += pair
        return pair

    def _add_recorder(self, crew: _Crew) -> _Recorder:
        role = RecorderRole(self._begin, self._reports, watcher=crew.units_in, lock=self._lock)
        recorder = _Recorder(role, self._start(role))
        crew.recorders.append(recorder)
        return recorder

    def _start(self, role: RecorderRole | WatcherRole | DetectorRole) -> Child:
        child = Child(role)
        self._tasks.create_task(child.run())
        return child

    def _recorder_of(self, camera: CameraId) -> _Recorder | None:
        for crew in self._crews:
            for recorder in crew.recorders:
                if camera in recorder.role.cameras:
                    return recorder
        return None
