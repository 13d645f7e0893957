"""The event desk: sightings in, events out, to the database, the page and the channels.

Each camera has a pure ``Machine``. What it puts out goes through one queue: the database first,
then whoever listens, so that a page told of an event can fetch it.
"""

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Protocol

import apsw

from consentry.clock import Clock
from consentry.events.machine import Machine
from consentry.events.outputs import (
    AlertRaised,
    EventClosed,
    EventOpened,
    EventUpdated,
    MotionSeen,
    Output,
    Tick,
)
from consentry.home.messages import Seen
from consentry.model.camera import Camera
from consentry.model.feed import AlertShown, EventChanged, FeedMessage, MotionChanged
from consentry.model.ids import CameraId
from consentry.model.settings import Settings
from consentry.model.time import SECOND, Micros
from consentry.store import events, identity, motion
from consentry.store.database import Database

log = logging.getLogger(__name__)

QUEUE_LIMIT = 1000
"""Outputs that may wait for the database. When full, updates are dropped: a later one tells all."""

_STILL_AFTER = Micros(5 * SECOND)


class Publish(Protocol):
    """Where feed messages go."""

    def __call__(self, message: FeedMessage, *, picture: bytes | None = None) -> None:
        """Tell the page and the channels."""


@dataclass(slots=True)
class _Desk:
    """One camera at the desk."""

    machine: Machine
    camera: Camera
    moved: Micros | None = None
    """When something last moved; None while nothing does."""


class EventDesk:
    """All cameras' machines; owned by the hub's event loop."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        settings: Settings,
        publish: Publish,
    ) -> None:
        """Start without cameras."""
        self._database = database
        self._clock = clock
        self._settings = settings
        self._publish = publish
        self._desks: dict[CameraId, _Desk] = {}
        self._outputs: asyncio.Queue[tuple[CameraId, Output]] = asyncio.Queue(QUEUE_LIMIT)
        self.dropped = 0

    def put(self, camera: Camera) -> None:
        """Take a new or changed camera; its tracks go on."""
        if desk := self._desks.get(camera.id):
            desk.machine.update(camera, self._settings)
            desk.camera = camera
        else:
            self._desks[camera.id] = _Desk(Machine(camera, self._settings), camera)

    def remove(self, camera: CameraId) -> None:
        """Forget a camera that is erased with all its events."""
        self._desks.pop(camera, None)

    def apply(self, settings: Settings) -> None:
        """Put quiet hours, cool-down and zone in force."""
        self._settings = settings
        for desk in self._desks.values():
            desk.machine.update(desk.camera, settings)

    def seen(self, seen: Seen) -> None:
        """Take one sighting."""
        desk = self._desks.get(seen.camera)
        if desk is None:
            return
        self._queue(seen.camera, desk.machine.step(seen.sighting, self._clock.wall()))
        if seen.sighting.motion.boxes:
            if desk.moved is None:
                self._publish(MotionChanged(seen.camera, moving=True))
            desk.moved = self._clock.monotonic()

    async def run(self) -> None:
        """Write and tell until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tick())
            tasks.create_task(self._write())

    async def close(self) -> None:
        """End what is still open: the hub stops."""
        for camera, desk in self._desks.items():
            self._queue(camera, desk.machine.close(self._clock.wall()))
        while not self._outputs.empty():
            await self._write_batch()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(1)
            for camera, desk in list(self._desks.items()):
                self._queue(camera, desk.machine.step(Tick(), self._clock.wall()))
                still = self._clock.monotonic() - _STILL_AFTER
                if desk.moved is not None and desk.moved < still:
                    desk.moved = None
                    self._publish(MotionChanged(camera, moving=False))

    def _queue(self, camera: CameraId, outputs: tuple[Output, ...]) -> None:
        for output in outputs:
            if self._outputs.full() and isinstance(output, EventUpdated):
                self.dropped += 1
                continue
            if self._outputs.full():
                self._outputs.get_nowait()
                self.dropped += 1
            self._outputs.put_nowait((camera, output))

    async def _write(self) -> None:
        while True:
            await self._write_batch()

    async def _write_batch(self) -> None:
        batch = [await self._outputs.get()]
        while not self._outputs.empty():
            batch.append(self._outputs.get_nowait())
        try:
            await self._database.run(_store, batch)
        except Exception:
            # Whatever is wrong with these, the next ones are worth trying, and people are told.
            log.exception("events could not be stored: count=%d", len(batch))
        for _, output in batch:
            self._tell(output)

    def _tell(self, output: Output) -> None:
        match output:
            case EventOpened(event=event) | EventUpdated(event=event) | EventClosed(event=event):
                self._publish(EventChanged(event))
            case AlertRaised(event, picture):
                self._publish(AlertShown(event), picture=picture)
            case MotionSeen():
                pass


def finish_events(connection: apsw.Connection) -> None:
    """Give events that a crashed hub left open their last sighting as their end."""
    for event in events.unfinished(connection):
        last = max((seen.time for seen in event.path), default=event.start)
        events.put(connection, replace(event, end=max(last, event.start)))


def _store(connection: apsw.Connection, batch: list[tuple[CameraId, Output]]) -> None:
    """Write a batch in one transaction; what belongs to a camera removed meanwhile is left out."""
    public = identity.public(connection)
    for camera, output in batch:
        match output:
            case EventOpened(event, picture, embedding) | EventUpdated(event, picture, embedding):
                events.put(
                    connection,
                    event,
                    picture=events.seal_picture(public, event.id, picture) if picture else None,
                    embedding=None
                    if embedding is None
                    else events.seal_embedding(public, event.id, embedding),
                )
            case EventClosed(event) | AlertRaised(event=event):
                events.put(connection, event)
            case MotionSeen(span):
                motion.add(connection, camera, span)
