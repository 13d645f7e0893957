"""Writes one camera stream into sealed segment files, in a recorder process, without a database.

Keys: the writer makes a data key, seals it to the household and asks for it to be made durable
(``KeyWanted``); only a granted key is written under. One granted key lies ready, so that a new
segment never waits for the hub; while none does, the current segment goes on, and before the first
one arrives parts wait in memory.

Disks: a failing disk never stops the stream. The segment is closed as far as it got, the sentence
is told (``StorageTrouble``), parts are dropped and counted, and at a key frame after five seconds
writing is tried again. The hole is named by the next ``SegmentOpened.after``.
"""

import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from consentry.clock import Clock, RunClock
from consentry.model.errors import StorageError
from consentry.model.ids import CameraId, SegmentId
from consentry.model.media import Part, Run, StreamName, TrackKind
from consentry.model.time import MINUTE, SECOND, Micros
from consentry.seal import HouseholdPublic
from consentry.store import gaps, segments
from consentry.store.appender import Appender, Sync
from consentry.store.key_supply import KeySupply
from consentry.store.messages import (
    SegmentClosed,
    SegmentOpened,
    StorageTrouble,
    WriterMessage,
)
from consentry.store.segment_file import MOST_PARTS, Description, presentation, video_end
from consentry.store.volume import Volume

UNIT_TIME = Micros(SECOND)
UNIT_BYTES = 512 * 1024
SYNC_TIME = Micros(5 * SECOND)
SEGMENT_TIME = Micros(MINUTE)
LONGEST_SEGMENT = Micros(5 * MINUTE)
"""A camera without key frames for so long has its segment cut anyway, between two key frames."""
UNGRANTED_SEGMENT = Micros(segments.LONGEST - 10 * MINUTE)
"""A hub that grants nothing for so long has hung; longer segments would not be found by time."""
RETRY_TIME = Micros(5 * SECOND)
MOST_WAITING = 32 * 1024 * 1024
"""Bytes that wait for a first key: a minute of 4 Mbit/s, far beyond the 5 s a hub may stall."""


@dataclass(slots=True)
class _Open:
    """The segment being written; ``end`` is the presentation time its written video reaches."""

    appender: Appender
    segment: SegmentId
    media_start: Micros
    end: Micros
    synced: Micros


class SegmentWriter:
    """Owner of all fields: the stream's thread. ``grant`` and ``cut`` may come from any thread."""

    def __init__(  # noqa: PLR0913 - one place puts a recorder together
        self,
        camera: CameraId,
        stream: StreamName,
        *,
        volume: Volume,
        public: HouseholdPublic,
        emit: Callable[[WriterMessage], None],
        clock: Clock,
        sync: Sync = os.fdatasync,
    ) -> None:
        """Begin without a segment; the first key is asked for at once."""
        self.dropped = 0
        """Parts that arrived and were not written."""
        self._camera, self._stream = camera, stream
        self._volume, self._emit = volume, emit
        self._clock, self._sync = clock, sync
        self._keys = KeySupply(camera, stream, public, emit)
        self._cut = threading.Event()
        self._run: Run | None = None
        self._run_clock = RunClock(clock.wall())
        self._open: _Open | None = None
        self._unit: list[Part] = []
        self._unit_bytes = 0
        self._waiting: deque[Part] = deque()
        self._waiting_bytes = 0
        self._continuing = False
        self._after = ""
        self._trouble: str | None = None
        self._retry_at = Micros(0)

    @property
    def recording(self) -> bool:
        """Tell whether parts reach the disk."""
        return self._open is not None

    @property
    def trouble(self) -> str | None:
        """Return the sentence of what keeps parts from the disk, None when nothing does."""
        return self._trouble

    def grant(self, segment: SegmentId) -> None:
        """Take the hub's word that the row of ``segment`` is durable."""
        self._keys.grant(segment)

    def seal_to(self, public: HouseholdPublic) -> None:
        """Seal the keys of coming segments to another household key; from any thread."""
        self._keys.seal_to(public)

    def cut(self) -> None:
        """Close the open segment at the next part or tick, so that its footage can be erased."""
        self._cut.set()

    def begin(self, run: Run) -> None:
        """Start a run: what comes until the next ``begin`` or ``end`` belongs to it."""
        self.end(run.reason)
        self._run = run
        self._run_clock = RunClock(run.start)
        self._after = self._after or run.reason

    def write(self, part: Part) -> None:
        """Take the next part of the run; never raises for a disk and never waits for the hub."""
        shown = self._shown(part)
        if part.kind is TrackKind.VIDEO:
            decoded = part.media_time(self._require_run().init.video.timescale)
            self._run_clock.observe(decoded, part.arrival)
        self._obey()
        if self._open is not None:
            self._close_when_due(part, shown)
        if self._open is not None:
            self._add(self._open, part)
        else:
            self._wait(part)

    def tick(self) -> None:
        """Finish a unit that got old and obey ``cut``, about once a second when no part comes."""
        self._obey()
        if self._open is not None and self._unit:
            age = self._clock.wall() - self._unit[0].arrival
            if age >= UNIT_TIME:
                self._flush(self._open)

    def end(self, reason: str) -> None:
        """Finish the run: the open segment is completed, synced and closed."""
        if self._open is not None:
            self._close(self._open, reason)
        self._forget_waiting()
        self._continuing = False
        self._run = None
        self._after = self._after or reason

    def close(self, reason: str = "stopped") -> None:
        """Finish for good. A granted key that was never used is cleared away by recovery."""
        self.end(reason)

    def _obey(self) -> None:
        """Close the segment when another thread asked for it."""
        if self._cut.is_set():
            self._cut.clear()
            if self._open is not None:
                self._close(self._open, "cut")
                self._continuing = True  # in the middle of a group of pictures, but without a hole

    # ---- from part to segment

    def _shown(self, part: Part) -> Micros:
        return presentation(part, self._require_run().init.timescale(part.kind))

    def _require_run(self) -> Run:
        if self._run is None:
            message = "A part came before its run."
            raise RuntimeError(message)
        return self._run

    def _close_when_due(self, part: Part, shown: Micros) -> None:
        current = self._open
        if current is None:
            return
        age = shown - current.media_start
        if not self._keys.ready:
            if age >= UNGRANTED_SEGMENT:
                self._close(current, gaps.NO_KEY)
            return
        enterable = part.kind is TrackKind.VIDEO and part.key
        if (enterable and age >= SEGMENT_TIME) or age >= LONGEST_SEGMENT:
            self._close(current, "full")
            self._open_segment(part)

    def _wait(self, part: Part) -> None:
        """Keep parts from a key frame on until a segment can be opened, then write them all."""
        enterable = part.kind is TrackKind.VIDEO and part.key
        begins = enterable and self._clock.monotonic() >= self._retry_at
        if not (self._waiting or self._continuing or begins):
            self.dropped += self._trouble is not None
            return
        self._waiting.append(part)
        self._waiting_bytes += len(part.data)
        if not self._keys.ready:
            if self._waiting_bytes > MOST_WAITING:
                self._forget_waiting()
                self._fail(_no_key(), reason=gaps.NO_KEY)
            return
        if not self._open_segment(self._waiting[0]):
            self._forget_waiting()
            return
        waiting, self._waiting, self._waiting_bytes = self._waiting, deque(), 0
        while waiting and self._open is not None:
            later = waiting.popleft()
            self._add(self._open, later)
        self.dropped += len(waiting)

    def _forget_waiting(self) -> None:
        self.dropped += len(self._waiting)
        self._waiting.clear()
        self._waiting_bytes = 0

    def _open_segment(self, first: Part) -> bool:
        run = self._require_run()
        media_start = self._shown(first)
        start = self._run_clock.wall(media_start)
        granted = self._keys.next
        try:
            self._volume.verify()
            self._volume.require_space()
            description = Description(run, start, media_start)
            appender = Appender(
                self._volume,
                granted.place,
                key=granted.key,
                description=description,
                sync=self._sync,
            )
        except StorageError as error:
            self._fail(str(error), reason=gaps.STORAGE)
            return False
        self._keys.used()
        segment = granted.place.segment
        self._open = _Open(appender, segment, media_start, media_start, self._clock.monotonic())
        self._emit(
            SegmentOpened(
                self._camera,
                self._stream,
                segment,
                run,
                start,
                media_start,
                self._after or run.reason,
            )
        )
        self._after = ""
        self._continuing = False
        self._recovered()
        self._keys.want()
        return True

    # ---- from part to unit

    def _add(self, current: _Open, part: Part) -> None:
        enterable = part.kind is TrackKind.VIDEO and part.key
        if self._unit and (
            enterable
            or part.arrival - self._unit[0].arrival >= UNIT_TIME
            or self._unit_bytes + len(part.data) > UNIT_BYTES
            or len(self._unit) == MOST_PARTS
        ):
            self._flush(current)
        if self._open is not current:  # the flush failed
            self.dropped += 1
            return
        self._unit.append(part)
        self._unit_bytes += len(part.data)

    def _flush(self, current: _Open) -> None:
        """Seal and write the unit; sync when five seconds have passed."""
        parts, self._unit, self._unit_bytes = self._unit, [], 0
        if not parts:
            return
        first = parts[0]
        media_time = Micros(self._shown(first) - current.media_start)
        key_frame = first.kind is TrackKind.VIDEO and first.key
        try:
            current.appender.append(parts, media_time=media_time, key_frame=key_frame)
            current.end = max(current.end, video_end(parts, self._require_run().init))
            now = self._clock.monotonic()
            if now - current.synced >= SYNC_TIME:
                current.appender.sync()
                current.synced = now
        except StorageError as error:
            self.dropped += len(parts)
            self._close(current, gaps.STORAGE)
            self._fail(str(error), reason=gaps.STORAGE)

    def _close(self, current: _Open, reason: str) -> None:
        if self._unit:
            self._flush(current)
        if self._open is not current:  # the flush failed and closed it
            return
        self._open = None
        try:
            current.appender.close()
        except StorageError as error:
            self._fail(str(error), reason=gaps.STORAGE)
        self._emit(
            SegmentClosed(
                self._camera,
                self._stream,
                current.segment,
                Micros(current.end - current.media_start),
                current.appender.size,
                tuple(current.appender.key_frames),
                reason,
            )
        )

    # ---- trouble

    def _fail(self, sentence: str, *, reason: str) -> None:
        self._after = reason
        self._retry_at = Micros(self._clock.monotonic() + RETRY_TIME)
        if sentence != self._trouble:
            self._trouble = sentence
            self._emit(StorageTrouble(self._camera, self._stream, sentence))

    def _recovered(self) -> None:
        self._retry_at = Micros(0)
        if self._trouble is not None:
            self._trouble = None
            self._emit(StorageTrouble(self._camera, self._stream, None))


def _no_key() -> str:
    return "The hub grants no key for recording: its database does not answer or its disk is full."
