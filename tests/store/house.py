"""A household for the tests: real database, keys and files, and the hub's side of a recorder."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from consentry.model.camera import Camera, StreamAddress
from consentry.model.event import AlertReason, Event, TimedBox
from consentry.model.ids import CameraId, EventId
from consentry.model.media import Part, Segment, StreamName
from consentry.model.time import SECOND, Micros, Span
from consentry.model.vision import Box, Label
from consentry.seal import Household
from consentry.store import cameras, segments, volumes
from consentry.store.database import Database, database_key
from consentry.store.footage import Footage
from consentry.store.messages import (
    KeyWanted,
    SegmentClosed,
    SegmentOpened,
    StorageTrouble,
    WriterMessage,
)
from consentry.store.segment_writer import SegmentWriter
from consentry.store.volume import Volume
from tests.store.film import START, Film

DOOR = CameraId("door000000000001")


class HandClock:
    """A Clock that moves by hand; wall and monotonic time together unless told otherwise."""

    def __init__(self, wall: Micros = START) -> None:
        """Begin at ``wall``."""
        self._wall = wall
        self._monotonic = Micros(1_000 * SECOND)

    def wall(self) -> Micros:
        """Return the wall time set."""
        return self._wall

    def monotonic(self) -> Micros:
        """Return the monotonic time passed."""
        return self._monotonic

    def pass_time(self, duration: int) -> None:
        """Let time go by."""
        self._wall = Micros(self._wall + duration)
        self._monotonic = Micros(self._monotonic + duration)

    def set_wall(self, wall: Micros) -> None:
        """Set the wall clock, as a person or NTP does."""
        self._wall = wall


@dataclass
class House:
    """One data folder and what a hub does with a recorder's messages."""

    folder: Path
    database: Database
    household: Household
    volume: Volume
    clock: HandClock = field(default_factory=HandClock)
    messages: list[WriterMessage] = field(default_factory=list)

    @property
    def footage(self) -> Footage:
        """Read what is recorded, with empty caches."""
        return Footage(self.database, self.household, self.volume)

    @property
    def troubles(self) -> list[str | None]:
        """The sentences that writers told."""
        return [m.sentence for m in self.messages if isinstance(m, StorageTrouble)]

    def writer(
        self, camera: CameraId = DOOR, stream: StreamName = StreamName.MAIN
    ) -> "GrantingWriter":
        """Return a writer whose messages reach the database, as the hub would do it."""

        def emit(message: WriterMessage) -> None:
            self.receive(message)
            if isinstance(message, KeyWanted):
                granted.append(message)

        granted: list[KeyWanted] = []
        writer = GrantingWriter(
            camera,
            stream,
            volume=self.volume,
            public=self.household.public,
            emit=emit,
            clock=self.clock,
        )
        writer.wanted = granted
        return writer

    def receive(self, message: WriterMessage) -> None:
        """Do what the hub does."""
        self.messages.append(message)
        match message:
            case KeyWanted():
                self.database.call(segments.reserve, self.volume, message)
            case SegmentOpened():
                self.database.call(segments.opened, message)
            case SegmentClosed():
                self.database.call(segments.closed, message)
            case StorageTrouble():
                pass

    def record(
        self, film: Film, camera: CameraId = DOOR, stream: StreamName = StreamName.MAIN
    ) -> None:
        """Record a whole film and close its last segment."""
        writer = self.writer(camera, stream)
        self.write(writer, film)
        writer.close()

    def write(self, writer: SegmentWriter, film: Film) -> None:
        """Send a film through a writer; time passes as its parts arrive."""
        writer.begin(film.run)
        self.feed(writer, film.parts)

    def feed(self, writer: SegmentWriter, parts: Iterable[Part]) -> None:
        """Send parts of the run that was begun."""
        for part in parts:
            self.clock.pass_time(max(0, part.arrival - self.clock.wall()))
            writer.write(part)

    def recorded(
        self, camera: CameraId = DOOR, stream: StreamName = StreamName.MAIN
    ) -> tuple[Segment, ...]:
        """Return every segment around the films."""
        ids = self.database.call(segments.ids, camera, stream)
        footage = self.footage
        return tuple(footage.segment(id_) for id_ in ids)


class GrantingWriter(SegmentWriter):
    """A writer with a hub at its side that grants at once what it made durable."""

    wanted: list[KeyWanted]

    def write(self, part: Part) -> None:
        """Grant, then write."""
        while self.wanted:
            self.grant(self.wanted.pop(0).segment)
        super().write(part)


def build(folder: Path, *, recordings: Path | None = None) -> House:
    """Open (or make) a household in a folder, recording there or elsewhere."""
    household = Household.load_or_create(folder / "keys" / "household.key")
    path = folder / "consentry.db"
    key = database_key(folder / "keys" / "database.key", database=path)
    database = Database.open(path, key)
    try:
        volume = database.call(volumes.current, recordings or folder / "recordings")
        if not database.call(cameras.all):
            address = StreamAddress(StreamName.MAIN, "rtsp://192.0.2.1/main")
            database.call(cameras.add, Camera(DOOR, "Front door", address))
    except BaseException:
        database.close()
        raise
    return House(folder, database, household, volume)


def span(start: float, end: float) -> Span:
    """Return a stretch of the film in seconds."""
    return Span(Micros(START + round(start * SECOND)), Micros(START + round(end * SECOND)))


def event(name: str, start: float, end: float) -> Event:
    """Return an event of a person."""
    box = TimedBox(Micros(START + round(start * SECOND)), Box(0.1, 0.1, 0.2, 0.2), 0.9)
    return Event(
        id=EventId(name),
        camera=DOOR,
        label=Label.PERSON,
        start=box.time,
        end=Micros(START + round(end * SECOND)),
        score=0.9,
        alert=True,
        reason=AlertReason.ALERTED,
        incident=EventId(name),
        path=(box,),
        best=box,
    )
