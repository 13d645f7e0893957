"""From a stream's packets to runs and parts: what is written and shown, in order, with sound times.

Lifecycle of a stream: packets before the first key frame are dropped (nobody could decode them);
the first run is held back for ``SETTLE`` until its start is known (cameras send what they kept in
store in one burst, and only the least ``arrival - media`` of a burst is true); from then on every
packet leaves at once. Whatever needs a new run - other parameter sets, times that jumped, a step of
the hub's clock, sound that came or went - waits for the next key frame, so that every run can be
decoded from its first part on and no picture is ever dropped.
"""

from collections.abc import Iterable

from consentry.clock import STEP_LIMIT, AnchoredClock, RunClock
from consentry.fmp4 import (
    SAMPLE_OFFSET,
    ParameterSets,
    fragment,
    fragment_head,
    reorder_depth,
    video_track,
)
from consentry.ingest.access_unit import AccessUnit, AccessUnitReader, NalUnit
from consentry.ingest.sound import Frame, SoundPath
from consentry.ingest.video_timeline import Moment, VideoTimeline
from consentry.model.errors import CameraError, CameraState, InputError
from consentry.model.ids import RunId, random_id
from consentry.model.media import Init, Part, Run, TrackKind, VideoTrack
from consentry.model.time import SECOND, Micros

VIDEO_RATE = 90000
"""Ticks a second of every RTP video stream."""

SETTLE = Micros(SECOND // 2)
SILENCE = Micros(5 * SECOND)
KEY_PATIENCE = Micros(60 * SECOND)

_KEY = True  # every audio frame can be entered
_BROKEN_WEIGHT = (
    2  # a stream of random bytes has a forbidden NAL unit in at least every other picture
)
_BROKEN_LIMIT = 20
_AUDIO_ASTRAY = 3  # s that sound may differ from the picture before its stamps are not believed


class RunBuilder:
    """The state of one connection's stream. Owned by the thread that reads the camera.

    ``step`` may be set to the announced duration of a picture, in 1/90000 s, until the first.
    """

    def __init__(
        self, announced: ParameterSets, *, clock: AnchoredClock, sound: SoundPath | None
    ) -> None:
        """Begin with what the camera announced; InputError when the codec can't be recorded."""
        self._reader = AccessUnitReader(announced.codec)
        self._clock = clock
        self._sound = sound
        self._sets = announced
        self._changed = False
        self._video: VideoTrack | None = None
        self._timeline: VideoTimeline | None = None
        self._run_clock = RunClock(Micros(0))
        self._run: Run | None = None
        self._held: list[Part] | None = None
        self._pending: str | None = None
        self._sequence = 0
        self.step = 0
        self._media = 0  # ticks of the last picture
        self._heard: Micros | None = None
        self._audio_shift: int | None = None
        self._audio_last = -1
        self._broken = 0
        self._since: Micros | None = None

    def video(
        self, units: list[NalUnit], pts: int, *, arrival: Micros, broken: int = 0
    ) -> list[Run | Part]:
        """Take one access unit (``pts`` in 1/90000 s) and count what came broken before it.

        Raises CameraError BROKEN_STREAM when what comes is no video, or never a key frame.
        """
        unit = self._reader.read(units)
        broken += unit.broken
        if broken or self._broken:
            self._judge(broken)
        if unit.sets is not None:
            self._learn(unit.sets)
        if not unit.size:
            return []
        if self._timeline is None:
            return self._first(unit, pts, arrival)
        moment = self._timeline.place(pts, arrival * 9 // 100)
        if moment.jumped:
            self._pending = self._pending or "discontinuity"
        if unit.key and (reason := self._reason(arrival)):
            return self._turn(unit, pts, moment, arrival, reason)
        return self._emit(unit, moment, arrival)

    def _turn(
        self, unit: AccessUnit, pts: int, moment: Moment, arrival: Micros, reason: str
    ) -> list[Run | Part]:
        """Begin a new run with this key frame, which the old run would have at ``moment``."""
        released = self._release()
        start = self._run_clock.wall(_media(moment.dts))
        if reason == "clock":
            late = max(0, arrival - start)
            self._clock.anchor()
            arrival = self._clock.wall()
            start = Micros(arrival - late)
        released += self._begin(start, reason)
        return released + self._emit(unit, self._rebase(pts, arrival), arrival)

    def audio(self, data: bytes, stamp: int, *, arrival: Micros) -> list[Run | Part]:
        """Take one audio packet, ``stamp`` in ticks of the sound's own timescale."""
        if self._sound is None:
            return []
        self._heard = arrival
        rate = self._sound.track.timescale
        frames = self._sound.feed(data, stamp, arrival * rate // SECOND)
        if self._sound.timeline.jumped:
            self._pending = self._pending or "discontinuity"
            return []
        placed = self._timeline is not None and self._timeline.origin is not None
        wanted = self._held is not None or (self._run is not None and self._run.init.audio)
        return list(self._sounds(frames, arrival)) if placed and wanted else []

    @property
    def settled(self) -> bool:
        """Tell whether the first run's start is known."""
        return self._held is None and self._timeline is not None

    def finish(self) -> list[Run | Part]:
        """Give what was still held back when the stream ended."""
        return self._release()

    def _first(self, unit: AccessUnit, pts: int, arrival: Micros) -> list[Run | Part]:
        """Begin the first run when this is a key frame that can be decoded."""
        self._since = arrival if self._since is None else self._since
        if arrival - self._since > KEY_PATIENCE:
            sentence = "The camera sends video but has sent no key frame for a minute."
            raise CameraError(CameraState.BROKEN_STREAM, sentence)
        if not unit.key or not self._sets.complete:
            return []
        try:
            self._video = video_track(self._sets, timescale=VIDEO_RATE)
        except InputError:
            self._judge(1)
            return []
        self._changed = False
        self._held = []
        self._since = arrival
        return self._emit(unit, self._rebase(pts, arrival), arrival)

    def _learn(self, found: ParameterSets) -> None:
        """Note parameter sets that differ from those in force."""
        merged = self._sets.merged(found)
        if merged != self._sets:
            self._sets = merged
            self._changed = True

    def _reason(self, arrival: Micros) -> str | None:
        """Return why a new run must begin at this key frame, or None."""
        if abs(self._clock.step()) > STEP_LIMIT:
            return "clock"
        if self._changed:
            self._changed = False
            try:
                video = video_track(self._sets, timescale=VIDEO_RATE)
            except InputError:
                self._judge(1)
            else:
                if video != self._video:
                    self._video = video
                    return "parameters"
        if self._pending:
            return self._pending
        if self._run is not None and self._audible(arrival) != (self._run.init.audio is not None):
            return "audio"
        return None

    def _audible(self, arrival: Micros) -> bool:
        """Tell whether sound was heard lately."""
        return self._heard is not None and arrival - self._heard <= SILENCE

    def _rebase(self, pts: int, arrival: Micros) -> Moment:
        """Start the run's times at this key frame."""
        depth = max(reorder_depth(self._sets), self._timeline.reorder if self._timeline else 0)
        ticks = arrival * VIDEO_RATE // SECOND
        step = self._timeline.step if self._timeline else self.step
        self._timeline = VideoTimeline(
            timescale=VIDEO_RATE, reorder=depth, arrival=ticks, step=step
        )
        return self._timeline.place(pts, ticks)

    def _begin(self, start: Micros, reason: str) -> list[Run | Part]:
        """Begin a run at a key frame."""
        if self._sound is not None and (reason == "discontinuity" or self._sound.timeline.jumped):
            self._sound.restart()
            self._audio_shift = None
        self._pending = None
        self._audio_last = -1
        self._sequence = 0
        self._run_clock = RunClock(start)
        if self._video is None:
            return []
        audible = self._sound is not None and self._audible(self._clock.wall())
        audio = self._sound.track if self._sound is not None and audible else None
        self._run = Run(RunId(random_id()), start, Init(self._video, audio), reason)
        return [self._run]

    def _emit(self, unit: AccessUnit, moment: Moment, arrival: Micros) -> list[Run | Part]:
        dts, cts_offset, duration, _ = moment
        self._sequence += 1
        self._media = dts
        head = fragment_head(
            TrackKind.VIDEO,
            unit.size,
            sequence=self._sequence,
            dts=dts,
            cts_offset=cts_offset,
            duration=duration,
            key=unit.key,
        )
        data = b"".join((head, *unit.pieces))
        part = Part(
            TrackKind.VIDEO, unit.key, dts, cts_offset, duration, data, SAMPLE_OFFSET, arrival
        )
        if self._held is None:
            self._run_clock.observe(_media(dts), arrival)
            return [part]
        self._held.append(part)
        settled = self._since is not None and arrival - self._since >= SETTLE
        return self._release() if settled else []

    def _release(self) -> list[Run | Part]:
        """End the holding back: now the first run's start is known."""
        if self._held is None:
            return []
        held, self._held = self._held, None
        pictures = [part for part in held if part.kind is TrackKind.VIDEO]
        start = min(part.arrival - _media(part.dts) for part in pictures)
        sequence, pending = self._sequence, self._pending
        begun = self._begin(Micros(start), "start")
        self._sequence, self._pending = sequence, pending
        for part in pictures:
            self._run_clock.observe(_media(part.dts), part.arrival)
        return [*begun, *held]

    def _sounds(self, frames: Iterable[Frame], arrival: Micros) -> Iterable[Part]:
        """Place audio frames in the run; what lies before its zero or overlaps is left out."""
        if self._sound is None or self._timeline is None:
            return
        rate = self._sound.track.timescale
        zero = (self._timeline.origin or 0) * rate // VIDEO_RATE
        for frame in frames:
            if self._audio_shift is None:
                astray = frame.time - zero - self._media * rate // VIDEO_RATE
                believed = abs(astray) <= _AUDIO_ASTRAY * rate
                self._audio_shift = 0 if believed else -astray
            dts = frame.time - zero + self._audio_shift
            if dts <= self._audio_last:
                continue
            self._audio_last = dts
            self._sequence += 1
            data = fragment(
                TrackKind.AUDIO,
                frame.data,
                sequence=self._sequence,
                dts=dts,
                cts_offset=0,
                duration=frame.duration,
                key=True,
            )
            part = Part(TrackKind.AUDIO, _KEY, dts, 0, frame.duration, data, SAMPLE_OFFSET, arrival)
            if self._held is None:
                yield part
            else:
                self._held.append(part)

    def _judge(self, broken: int) -> None:
        """Count what no encoder writes against pictures that one may have written."""
        self._broken = max(0, self._broken + (_BROKEN_WEIGHT * broken or -1))
        if self._broken >= _BROKEN_LIMIT:
            sentence = "The camera sends bytes that are no video; restart it or check its firmware."
            raise CameraError(CameraState.BROKEN_STREAM, sentence)


def _media(ticks: int) -> Micros:
    return Micros(ticks * SECOND // VIDEO_RATE)
