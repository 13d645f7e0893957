"""Any stretch of footage as a standard MP4, by stream copy, with an exact first picture.

The file begins at the key frame before the cut; an edit list hides what lies between. ``lead`` says
how much that is, for whoever hands the file on: the hidden pictures are still in it. The plan is
made in a first pass over the units (sizes and times); ``chunks`` is the second, which streams the
bytes: nothing decrypted is held or written anywhere, however long the stretch is.

``plan_bare`` makes a file for strangers instead: it begins at that key frame and shows all that is
in it, with no edit list, and nothing beside pictures and sound is in it.

Where a run ended, the film goes on after at most a second of the last picture. Where the camera
changed its parameters, they stand in the pictures themselves from there on (``selection``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from consentry.fmp4 import hidden_border
from consentry.model.errors import InputError, IntegrityError, NotFoundError, Reason
from consentry.model.ids import CameraId
from consentry.model.media import AudioTrack, Init, Segment, StreamName, TrackKind
from consentry.model.time import SECOND, Micros, Span, to_iso
from consentry.store.footage import Footage
from consentry.store.movie import MOVIE_TIMESCALE, Edit, MovieTrack, movie_head, sample_entry
from consentry.store.opus import FRAME, AacFrame, OpusToAac
from consentry.store.segment_file import presentation
from consentry.store.selection import Selection, Unit

LONGEST_HOLD = Micros(SECOND)
"""How long the last picture stands where footage is missing."""

LARGEST_BORDER = 16
"""Rows or columns an encoder may code beyond the picture's edge: less than a macroblock."""


@dataclass(frozen=True, slots=True)
class Export:
    """A planned file of ``size`` bytes that shows ``duration``; see ``lead`` above."""

    lead: Micros
    duration: Micros
    size: int
    codec: str
    """RFC 6381, both tracks."""
    _selection: Selection
    _head: bytes
    _sound: tuple[bytes, ...] | None
    """Transcoded sound, one piece after each unit and one at the end; None where it is copied."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the file, about a second of footage at a time.

        IntegrityError when footage was deleted or changed since it was planned.
        """
        yield self._head
        sent = len(self._head)
        number = 0
        for number, unit in enumerate(self._selection.units(), 1):
            samples = [unit.sample(part) for part in unit.video]
            if self._sound is None:
                samples += [unit.sample(part) for part in unit.audio]
            else:
                samples.append(self._sound[number - 1])
            chunk = b"".join(samples)
            sent += len(chunk)
            yield chunk
        if self._sound is not None:
            yield self._sound[number]
            sent += len(self._sound[number])
        if sent != self.size:
            message = "The footage changed while it was exported: export it again."
            raise IntegrityError(message)


def plan(
    footage: Footage, camera: CameraId, span: Span, stream: StreamName = StreamName.MAIN
) -> Export:
    """Plan the file for a span.

    Raises NotFoundError when nothing was recorded there, InputError when the codec changed within.
    """
    return _planned(Selection(footage, _segments(footage, camera, span, stream), span))


def plan_bare(
    footage: Footage,
    camera: CameraId,
    span: Span,
    stream: StreamName = StreamName.MAIN,
    *,
    sound: bool,
) -> Export:
    """Plan a file that holds nothing it does not show; its ``lead`` is shown too.

    Raises as ``plan`` does, and InputError for a camera whose pictures have a hidden border.
    """
    segments = _segments(footage, camera, span, stream)
    for segment in segments:
        video = segment.init.video
        if hidden_border(video.codec, video.extradata) >= LARGEST_BORDER:
            message = (
                "This camera's pictures go on beyond the edge that players show: "
                "they cannot be handed on without showing more than you see."
            )
            raise InputError(message, reason=Reason.HIDDEN_EDGE)
    first = segments[0]
    wanted = span.start - first.start
    entry = max((frame.time for frame in first.key_frames if frame.time <= wanted), default=0)
    whole = Span(Micros(first.start + entry), span.end)
    return _planned(Selection(footage, segments, whole, sound=sound, bare=True))


def _segments(
    footage: Footage, camera: CameraId, span: Span, stream: StreamName
) -> tuple[Segment, ...]:
    segments = footage.segments(camera, span, stream)
    if not segments:
        raise _nothing(span)
    return segments


def _planned(selection: Selection) -> Export:
    planner = _Planner(selection)
    for unit in selection.units():
        planner.add(unit)
    return planner.finish()


class _Planner:
    """The first pass: sizes and times. Times of the film are µs from its first video sample."""

    def __init__(self, selection: Selection) -> None:
        first = selection.segments[0].init
        self.selection = selection
        self._span = selection.span
        self._video = MovieTrack(
            TrackKind.VIDEO,
            first.video.timescale,
            sample_entry(first, TrackKind.VIDEO, in_band=selection.changes),
            _shown_size(first),
        )
        sound = selection.audio
        self._opus = OpusToAac(sound) if sound is not None and sound.codec == "opus" else None
        self._sound = self._opus.track if self._opus is not None else sound
        self._audio = _audio_track(first, self._sound) if self._sound is not None else None
        self._pieces: list[bytes] = []
        self._media_size = 0
        self._previous: Segment | None = None
        self._shift = 0  # film time minus the run's media time, µs; one for each stretch
        self._shown = 0  # presentation time of the film that its pictures reach, µs
        self._entered: int | None = None  # of the first picture in the file, ticks
        self._before: int | None = None  # of the last picture at or before the cut, ticks
        self._after: int | None = None  # of the first picture behind it, ticks

    def add(self, unit: Unit) -> None:
        """Take the next unit."""
        if unit.segment is not self._previous:
            self._enter(unit)
        self._add_video(unit)
        self._add_audio(unit)

    def finish(self) -> Export:
        """Return the plan."""
        cut = self._before if self._before is not None else self._after
        if self.selection.bare:
            cut = self._entered
        if cut is None or self._entered is None:
            raise _nothing(self._span)
        if self._opus is not None:
            self._pieces.append(self._transcoded(self._opus.finish()))
        timescale = self._video.timescale
        start = cut * SECOND // timescale
        segments = self.selection.segments
        end = max(start, min(self._film(segments[-1], self._span.end), self._shown))
        if self.selection.bare:
            end = self._shown
        else:
            self._video.edit = Edit(cut - self._video.first, _ticks(end - start, MOVIE_TIMESCALE))
        tracks, codecs = [self._video], [segments[0].init.video.codec_string]
        if self._audio is not None and self._sound is not None and self._audio.chunks:
            if not self.selection.bare:
                self._audio.edit = _audio_edit(self._audio, start, end)
            tracks.append(self._audio)
            codecs.append(self._sound.codec_string)
        head = movie_head(tracks, self._media_size)
        return Export(
            lead=Micros(start - self._entered * SECOND // timescale),
            duration=Micros(end - start),
            size=len(head) + self._media_size,
            codec=", ".join(codecs),
            _selection=self.selection,
            _head=head,
            _sound=tuple(self._pieces) if self._opus is not None else None,
        )

    def _enter(self, unit: Unit) -> None:
        """Find the film time of a segment: right behind the one before, or after a held picture."""
        segment, previous = unit.segment, self._previous
        self._previous = segment
        if previous is not None and _continues(previous, segment):
            return
        opening = (*unit.video, *unit.audio)[0]
        scale = segment.init.timescale(opening.kind)
        if previous is None:
            self._shift = -(opening.dts * SECOND // scale)
            return
        hold = min(max(0, segment.start - previous.span.end), LONGEST_HOLD)
        self._shift = self._shown + hold - presentation(opening, scale)

    def _film(self, segment: Segment, wall: Micros) -> int:
        """Return a wall time within a segment as film time."""
        return self._shift + segment.media_start + wall - segment.start

    def _add_video(self, unit: Unit) -> None:
        if not unit.video:
            return
        track, size = self._video, 0
        shift = _ticks(self._shift, track.timescale)
        cut = _ticks(self._film(unit.segment, self._span.start), track.timescale)
        for part in unit.video:
            time = shift + part.dts
            shown = time + part.cts_offset
            length = len(unit.sample(part))
            size += length
            track.add(
                length, time=time, offset=part.cts_offset, duration=part.duration, key=part.key
            )
            if self._entered is None:
                self._entered = shown
            if shown <= cut:
                self._before = max(shown, self._before or shown)
            else:
                self._after = min(shown, self._after or shown)
            reached = (shown + part.duration) * SECOND // track.timescale
            self._shown = max(self._shown, reached)
        self._chunk(track, len(unit.video), size)

    def _add_audio(self, unit: Unit) -> None:
        if self._audio is None or unit.segment.init.audio is None:
            if self._opus is not None:
                self._pieces.append(b"")
            return
        track = self._audio
        shift = _ticks(self._shift, track.timescale)
        if self._opus is not None:
            frames = [
                frame
                for part in unit.audio
                for frame in self._opus.feed(bytes(part.sample), shift + part.dts)
            ]
            self._pieces.append(self._transcoded(frames))
            return
        for part in unit.audio:
            self._sample(len(part.sample), shift + part.dts, part.duration)
        if unit.audio:
            size = sum(len(part.sample) for part in unit.audio)
            self._chunk(track, len(unit.audio), size)

    def _transcoded(self, frames: list[AacFrame]) -> bytes:
        if self._audio is None or not frames:
            return b""
        for frame in frames:
            self._sample(len(frame.data), frame.time, FRAME)
        data = b"".join(frame.data for frame in frames)
        self._chunk(self._audio, len(frames), len(data))
        return data

    def _sample(self, size: int, time: int, duration: int) -> None:
        """Add a frame of sound. Without an edit list the first begins with the picture."""
        track = self._audio
        if track is None:
            return
        if self.selection.bare and track.empty:
            time = self._video.first * track.timescale // self._video.timescale
        track.add(size, time=time, offset=0, duration=duration, key=True)

    def _chunk(self, track: MovieTrack, samples: int, size: int) -> None:
        track.chunks.append((self._media_size, samples))
        self._media_size += size


def _audio_edit(track: MovieTrack, start: int, end: int) -> Edit:
    """Return the edit that begins the sound with the picture, or as late as it came."""
    first = track.first * SECOND // track.timescale
    reached = track.reached * SECOND // track.timescale
    begin = max(start, first)
    return Edit(
        start=max(0, _ticks(begin, track.timescale) - track.first),
        duration=_ticks(max(0, min(end, reached) - begin), MOVIE_TIMESCALE),
        empty=_ticks(begin - start, MOVIE_TIMESCALE),
    )


def _continues(previous: Segment, segment: Segment) -> bool:
    """Tell whether a segment goes on where the one before ended, in the same run."""
    hole = segment.media_start - previous.media_start - (previous.duration or 0)
    return previous.run == segment.run and abs(hole) < LONGEST_HOLD


def _nothing(span: Span) -> NotFoundError:
    return NotFoundError(f"Nothing was recorded from {to_iso(span.start)} to {to_iso(span.end)}.")


def _audio_track(init: Init, sound: AudioTrack) -> MovieTrack:
    entry = sample_entry(replace(init, audio=sound), TrackKind.AUDIO)
    return MovieTrack(TrackKind.AUDIO, sound.timescale, entry)


def _shown_size(init: Init) -> tuple[int, int]:
    across, down = init.video.sample_aspect
    return round(init.video.width * across / down), init.video.height


def _ticks(micros: int, timescale: int) -> int:
    """Return the nearest tick."""
    return (micros * timescale + SECOND // 2) // SECOND
