"""Which parts of the footage an export takes, the same in both of its passes.

Where a camera changed its parameters within the stretch (another size, another quality), the new
sets stand before every key frame from there on, and the sample entry says so (avc3, hev1). A
second sample entry would be the book's way; Chromium's demuxer fails at it. Another codec is
refused: no player changes its decoder within a track.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile

from consentry.fmp4 import (
    length_prefixed,
    read_extradata,
    split_length_prefixed,
    video_codec,
)
from consentry.model.errors import InputError
from consentry.model.media import AudioTrack, Part, Segment, TrackKind, VideoTrack
from consentry.model.time import SECOND, Micros, Span, to_iso
from consentry.store.footage import Footage
from consentry.store.segment_file import presentation

AUDIO_LEAD = Micros(SECOND // 10)
"""Sound from before the cut that a decoder needs to start cleanly: two frames of 16 kHz AAC."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What of one unit goes into the file; ``sets`` stand before each of its key frames."""

    segment: Segment
    video: tuple[Part, ...]
    audio: tuple[Part, ...]
    sets: bytes = b""
    bare: bool = False

    def sample(self, part: Part) -> bytes | memoryview:
        """Return a part's bytes in the file."""
        if part.kind is not TrackKind.VIDEO:
            return part.sample
        sample = _bare(self.segment, part) if self.bare else part.sample
        return self.sets + sample if self.sets and part.key else sample


@dataclass(frozen=True, slots=True)
class Selection:
    """The footage of a span. InputError when the codec changed within it."""

    footage: Footage
    segments: tuple[Segment, ...]
    span: Span
    sound: bool = True
    bare: bool = False
    """Take nothing that no viewer sees or hears: no messages beside the pictures, no sound from
    before the first of them."""

    def __post_init__(self) -> None:
        """Refuse a change of codec, naming the moment."""
        first = self.segments[0]
        for segment in self.segments:
            before, now = first.init.video, segment.init.video
            if (before.codec, before.timescale) != (now.codec, now.timescale):
                raise _changed(segment, before.codec, now.codec)
        heard = [s for s in self.segments if self.sound and s.init.audio is not None]
        for segment in heard:
            old, new = heard[0].init.audio, segment.init.audio
            if old != new:
                raise _changed(segment, _sound_name(old), _sound_name(new))

    @property
    def changes(self) -> bool:
        """Tell whether the camera's video parameters changed within."""
        return len({segment.init.video.extradata for segment in self.segments}) > 1

    @property
    def audio(self) -> AudioTrack | None:
        """The sound's parameters, None for a silent film."""
        inits = (segment.init.audio for segment in self.segments if self.sound)
        return next((audio for audio in inits if audio is not None), None)

    def units(self) -> Iterator[Unit]:
        """Yield what goes into the file: from a key frame on, in recorded order."""
        entered = changed = False
        before: Segment | None = None
        first = self.segments[0].init.video
        for segment in self.segments:
            changed = changed or segment.init.video.extradata != first.extradata
            sets = _parameter_sets(segment.init.video) if changed else b""
            for parts in self.footage.units(segment, self.span, before=before):
                video = tuple(part for part in parts if part.kind is TrackKind.VIDEO)
                if not entered:
                    video = tuple(dropwhile(lambda part: not part.key, video))
                    entered = bool(video)
                audio = tuple(part for part in parts if self._sounds(part, segment))
                if entered and (video or audio):
                    yield Unit(segment, video, audio, sets, self.bare)
            before = segment

    def _sounds(self, part: Part, segment: Segment) -> bool:
        if part.kind is not TrackKind.AUDIO or not self.sound:
            return False
        media = presentation(part, segment.init.timescale(TrackKind.AUDIO))
        first = self.span.start - (0 if self.bare else AUDIO_LEAD)
        return segment.start + media - segment.media_start >= first


def _bare(segment: Segment, part: Part) -> bytes:
    codec = video_codec(segment.init.video.codec)
    return length_prefixed(unit for unit in split_length_prefixed(part.sample) if codec.shows(unit))


def _parameter_sets(video: VideoTrack) -> bytes:
    sets = read_extradata(video.codec, video.extradata)
    return length_prefixed((*sets.vps, *sets.sps, *sets.pps))


def _sound_name(audio: AudioTrack | None) -> str:
    return f"{audio.codec} of {audio.sample_rate} Hz, {audio.channels} channels" if audio else ""


def _changed(segment: Segment, before: str, now: str) -> InputError:
    return InputError(
        f"The camera changed from {before} to {now} at {to_iso(segment.start)}: "
        "export what lies before and after it separately."
    )
