"""Reading back: which segments, their init, their fragments, and preview pictures.

Blocking and thread-safe: the web server calls from its worker threads. The index is asked on the
database's thread; files are read and opened on the caller's. Nothing decrypted is kept but data
keys and small previews, in memory, in caches of fixed size.
"""

import bisect
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Generic, TypeVar

from consentry.fmp4 import init_segment, retimed
from consentry.model.errors import IntegrityError, NotFoundError, StorageError
from consentry.model.ids import CameraId, SegmentId
from consentry.model.media import KeyFrame, Part, Segment, StreamName, TrackKind
from consentry.model.time import SECOND, Micros, Span
from consentry.seal import DataKey, Opener
from consentry.store import preview, seams, segments, volumes
from consentry.store.database import Database
from consentry.store.intact import intact_units
from consentry.store.segment_file import HEADER_SIZE, Place, UnitHeader, presentation, video_end
from consentry.store.segment_reader import SegmentReader, key_frames_of
from consentry.store.segments import Row, State
from consentry.store.volume import Volume

log = logging.getLogger(__name__)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

LEAD = Micros(SECOND)
"""Audio is read from this long before the key frame: tracks are interleaved by arrival."""
SLACK = Micros(2 * SECOND)
"""A unit that begins this long after the wanted end holds nothing of it any more."""
_KEYS = 512
_PREVIEWS = 256  # of about 10 kB


class Footage:
    """The household's recordings on the current volume."""

    def __init__(self, database: Database, household: Opener, volume: Volume) -> None:
        """Take what opens recordings; nothing is read yet."""
        self._database = database
        self._household = household
        self._volume = volume
        self._volume_key = database.call(volumes.key, volume)
        self._keys: Recent[SegmentId, DataKey] = Recent(_KEYS)
        self._previews: Recent[tuple[SegmentId, Micros, int], bytes] = Recent(_PREVIEWS)

    def forget(self) -> None:
        """Drop every key and picture from memory: they are locked, or of footage just erased."""
        self._keys.clear()
        self._previews.clear()

    def segment(self, segment: SegmentId) -> Segment:
        """Return one segment, up to now when it is still being written; NotFoundError."""
        return self.opened(self._database.call(segments.get, segment))

    def opened(self, row: Row) -> Segment:
        """Return the segment of a row, its key open. Reads its file only while it is written."""
        segment = self._current(row)
        self._keys.get(segment.id, lambda: self._opened_key(row))
        return segment

    def segments(
        self, camera: CameraId, span: Span, stream: StreamName = StreamName.MAIN
    ) -> tuple[Segment, ...]:
        """Return the segments that touch the span in recorded order, the one being written too."""
        return self.listed(self._database.call(segments.find, camera, span, stream), span)

    def listed(self, rows: Sequence[Row], span: Span) -> tuple[Segment, ...]:
        """Return the segments of the rows that touch the span. Reads files only of open ones.

        One key is opened, so that locked recordings say so before the first picture; the others
        when they are read: 0.12 ms each, and a page lists twenty to play one.
        """
        here = [row for row in rows if row.volume == self._volume_key] or rows
        if here:
            self.opened(here[0])
        found = (self._current(row) for row in here)
        return tuple(segment for segment in found if segment.span.end > span.start)

    def init(self, segment: Segment, track: TrackKind) -> bytes:
        """Return the init segment of one track; NotFoundError when there is no such track."""
        if track is TrackKind.AUDIO and segment.init.audio is None:
            message = "That recording has no sound."
            raise NotFoundError(message)
        return init_segment(segment.init, (track,))

    def fragments(
        self, segment: Segment, span: Span, track: TrackKind, *, key_frames_only: bool = False
    ) -> Iterator[bytes]:
        """Yield fragments from the key frame at or before ``span.start`` up to ``span.end``.

        Only the units needed are read. With ``key_frames_only`` each key frame lasts until the next
        (for playing faster than 4x).
        """
        if key_frames_only:
            return self._pictures(segment, span) if track is TrackKind.VIDEO else iter(())
        units = self.units(segment, span, before=self._entered(segment), tracks=(track,))
        return (part.data for parts in units for part in parts)

    def parts(self, segment: Segment, span: Span) -> Iterator[Part]:
        """Yield both tracks in written order, video from the key frame at or before the start."""
        units = self.units(segment, span, before=self._entered(segment))
        yield from chain.from_iterable(units)

    def units(
        self,
        segment: Segment,
        span: Span,
        *,
        before: Segment | None,
        tracks: Collection[TrackKind] = tuple(TrackKind),
    ) -> Iterator[tuple[Part, ...]]:
        """Yield the same parts, unit by unit: about a second at a time.

        ``before`` is what is shown right before; where the segment does not go on from it, H.265
        is made to be entered (``seams``). Reading ends where all of ``tracks`` have reached the
        end: a second shown after a seek is two units to open and not five.
        """
        first = _media(segment, span.start)
        last = Micros(_media(segment, span.end) + segment.media_start)
        entry = _entry(segment, first)
        # Entering in the middle drops pictures shown before the key frame they follow; going on
        # from the segment before keeps everything.
        enter = entry.time + segment.media_start if entry and first > 0 else None
        lead = LEAD if TrackKind.AUDIO in tracks else 0
        early = _entry(segment, Micros(entry.time - lead)) if entry else None
        offset = early.offset if early else HEADER_SIZE

        going = {kind for kind in tracks if kind is TrackKind.VIDEO or segment.init.audio}

        def wanted(part: Part) -> bool:
            timescale = segment.init.timescale(part.kind)
            if part.media_time(timescale) >= last:
                going.discard(part.kind)
                return False
            return enter is None or presentation(part, timescale) >= enter

        until = Micros(last - segment.media_start + SLACK)
        seam = not seams.goes_on(before, segment)
        for parts in self._units(segment, offset, until, seam=seam):
            yield tuple(part for part in parts if part.kind in tracks and wanted(part))
            if not going:
                return

    def preview(
        self,
        camera: CameraId,
        at: Micros,
        *,
        width: int = 320,
        stream: StreamName | None = None,
    ) -> bytes:
        """Return a JPEG of the key frame at or before ``at``; NotFoundError where nothing is.

        Decoded now, never on disk. The sub stream is taken where it was recorded: it costs less.
        """
        streams = (StreamName.SUB, StreamName.MAIN) if stream is None else (stream,)
        for candidate in streams:
            row = self._database.call(segments.covering, camera, at, candidate)
            if row is None:
                continue
            segment = self.opened(row)
            entry = _entry(segment, _media(segment, at)) or next(iter(segment.key_frames), None)
            if entry is not None and at < segment.span.end + SECOND:
                return self._preview(segment, entry, width)
        message = "Nothing was recorded at that moment."
        raise NotFoundError(message)

    def _preview(self, segment: Segment, entry: KeyFrame, width: int) -> bytes:
        def decode() -> bytes:
            part = self._at(segment, entry)
            return preview.jpeg(segment.init.video, bytes(part.sample), width=width)

        return self._previews.get((segment.id, entry.time, width), decode)

    def _pictures(self, segment: Segment, span: Span) -> Iterator[bytes]:
        first = _entry(segment, _media(segment, span.start))
        last = min(_media(segment, span.end), segment.span.duration)
        wanted = [
            entry
            for entry in segment.key_frames
            if (first.time if first else 0) <= entry.time < last
        ]
        timescale = segment.init.video.timescale
        ends = [entry.time for entry in wanted[1:]] + [last]
        for entry, end in zip(wanted, ends, strict=True):
            try:
                part = self._at(segment, entry)
            except IntegrityError as error:
                log.warning("left out while reading: %s", error)
                continue
            duration = max(1, (end - entry.time) * timescale // SECOND)
            yield retimed(part.data, dts=part.dts, duration=duration)

    def _at(self, segment: Segment, entry: KeyFrame) -> Part:
        """Return the key frame of a table entry; IntegrityError when it is damaged."""
        with self._reader(segment) as reader:
            for header in reader.headers(entry.offset):
                for part in reader.parts(header, self._key(segment)):
                    return part
        message = f"A key frame of segment {segment.id} is missing in its file."
        raise IntegrityError(message)

    def _units(
        self, segment: Segment, offset: int, until: Micros, *, seam: bool
    ) -> Iterator[tuple[Part, ...]]:
        """Yield the units from ``offset`` on that begin before ``until`` (``intact_units``)."""
        key = self._key(segment)
        with self._reader(segment) as reader:
            for parts in intact_units(reader, key, segment, offset=offset, until=until, seam=seam):
                yield parts
                self._key(segment)  # deleted or locked meanwhile: no further second

    def _entered(self, segment: Segment) -> Segment | None:
        """Return the segment of the same stream that ends where one of H.265 begins."""
        if segment.init.video.codec != "hevc":
            return None
        around = Span(Micros(segment.start - seams.LONGEST_PAUSE), segment.start)
        rows = self._database.call(segments.find, segment.camera, around, segment.stream)
        here = (self._current(row) for row in reversed(rows) if row.volume == self._volume_key)
        return next((other for other in here if seams.goes_on(other, segment)), None)

    def _current(self, row: Row) -> Segment:
        """Complete an open segment by what its file holds by now."""
        if row.volume != self._volume_key:
            message = "That recording lies on another disk, which is not connected."
            raise StorageError(message)
        segment = row.segment
        if row.state is State.CLOSED:
            return segment
        with self._reader(segment) as reader:
            headers = list(reader.headers())
            reached = self._reached(segment, reader, headers)
        return replace(
            segment,
            duration=Micros(max(0, reached - segment.media_start)),
            size=headers[-1].end if headers else HEADER_SIZE,
            key_frames=key_frames_of(iter(headers)),
        )

    def _reached(
        self, segment: Segment, reader: SegmentReader, headers: list[UnitHeader]
    ) -> Micros:
        key = self._key(segment)
        for header in reversed(headers):
            end = video_end(reader.parts(header, key), segment.init)
            if end:
                return end
        return segment.media_start

    def _opened_key(self, row: Row) -> DataKey:
        return self._household.open_key(row.sealed_key, _place(row.segment).context)

    def _key(self, segment: Segment) -> DataKey:
        def fetch() -> DataKey:
            return self._opened_key(self._database.call(segments.get, segment.id))

        return self._keys.get(segment.id, fetch)

    def _reader(self, segment: Segment) -> SegmentReader:
        path = self._volume.segment_path(segment.camera, segment.stream, segment.id)
        return SegmentReader(path, _place(segment))


class Recent(Generic[K, V]):
    """The values used last, at most ``size`` of them; any thread may ask."""

    def __init__(self, size: int) -> None:
        """Begin empty."""
        self._size = size
        self._lock = threading.Lock()
        self._values: OrderedDict[K, V] = OrderedDict()
        self._clears = 0

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of ``key``, made now when it is not there (perhaps by two threads)."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            clears = self._clears
        value = make()
        with self._lock:
            if clears == self._clears:  # else it was to be forgotten while it was made
                self._values[key] = value
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._clears += 1
            self._values.clear()


def _place(segment: Segment) -> Place:
    return Place(segment.camera, segment.stream, segment.id)


def _media(segment: Segment, wall: Micros) -> Micros:
    """Return a wall time as media time from the segment's start."""
    return Micros(wall - segment.start)


def _entry(segment: Segment, media: Micros) -> KeyFrame | None:
    """Return the last key frame at or before ``media``; None before the first."""
    index = bisect.bisect_right(segment.key_frames, media, key=lambda entry: entry.time)
    return segment.key_frames[index - 1] if index else None
