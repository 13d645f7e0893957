"""Looking at one stream for a moment, to tell its owner what was found before it is added."""

import threading
import time
from dataclasses import dataclass, field, replace
from itertools import pairwise

from consentry.clock import SystemClock
from consentry.fmp4 import ParameterSets, video_track
from consentry.ingest.access_unit import AccessUnitReader
from consentry.ingest.picture_joiner import Picture
from consentry.ingest.rtsp_stream import OPEN_SECONDS, RtspStream, open_stream
from consentry.ingest.sound_joiner import Sound
from consentry.model.errors import CameraError, CameraState, InputError
from consentry.model.media import VideoTrack
from consentry.model.probe import Advice, AdviceCode, StreamReport
from consentry.model.secret import Secret, with_credentials
from consentry.model.time import SECOND

KEY_DISTANCE_ADVISED = 4.0
"""Seconds between key frames above which seeking and joining become sluggish."""

SKEW_ADVISED = 5.0

_ENOUGH_PICTURES = 8
_RTP_RATE = 90000


@dataclass(slots=True)
class _Look:
    """What was met while looking; owned by ``probe``."""

    sets: ParameterSets
    stamps: list[int] = field(default_factory=list)
    key_stamps: list[int] = field(default_factory=list)
    skew: float | None = None
    audio_heard: bool = False

    @property
    def complete(self) -> bool:
        """Tell whether looking longer would tell no more."""
        return len(self.key_stamps) > 1 and len(self.stamps) >= _ENOUGH_PICTURES

    @property
    def fps(self) -> float:
        """Return pictures a second, from the median distance of their times."""
        steps = sorted(later - earlier for earlier, later in pairwise(sorted(self.stamps)))
        middle = steps[len(steps) // 2] if steps else 0
        return round(_RTP_RATE / middle, 2) if middle > 0 else 0.0

    @property
    def key_distance(self) -> float | None:
        """Return seconds between the first two key frames met."""
        if len(self.key_stamps) < 2:  # noqa: PLR2004
            return None
        return round((self.key_stamps[1] - self.key_stamps[0]) / _RTP_RATE, 2)


def probe(url: str, user: str, password: Secret, timeout: float = OPEN_SECONDS) -> StreamReport:
    """Connect, look for at most ``timeout`` seconds, and report. Blocks; raises CameraError.

    Ends as soon as two key frames were seen. ``url`` has no credentials in it.
    """
    address = with_credentials(url, user, password)
    stream = open_stream(address, audio=True, stop=threading.Event(), timeout=timeout)
    began = time.monotonic()
    look = _Look(stream.announced)
    try:
        _watch(stream, look, until=began + timeout)
    finally:
        stream.close()
    return _report(url, stream, look, seconds=time.monotonic() - began)


def _watch(stream: RtspStream, look: _Look, *, until: float) -> None:
    reader = AccessUnitReader(look.sets.codec)
    clock = SystemClock()
    try:
        while not look.complete and (time.monotonic() < until or not look.stamps):
            _, items = stream.read(clock.wall)
            for item in items:
                _note(item, look, reader)
            if look.skew is None and stream.report is not None:
                ahead = stream.report.wall - clock.wall()
                look.skew = ahead // (SECOND // 10) / 10
    except CameraError as error:
        # A stream that ended was seen all the same; who hangs would be recorded for moments only.
        if not look.stamps or error.state is CameraState.STALLED:
            raise


def _note(item: Picture | Sound, look: _Look, reader: AccessUnitReader) -> None:
    if isinstance(item, Sound):
        look.audio_heard = True
        return
    unit = reader.read(item.units)
    if unit.sets is not None:
        look.sets = look.sets.merged(unit.sets)
    if unit.size:
        look.stamps.append(item.stamp)
        if unit.key:
            look.key_stamps.append(item.stamp)


def _report(url: str, stream: RtspStream, look: _Look, *, seconds: float) -> StreamReport:
    track = _describe(look.sets)
    report = StreamReport(
        url=url,
        codec=track.codec,
        width=track.width,
        height=track.height,
        fps=look.fps,
        key_distance=look.key_distance,
        audio=stream.sound.codec if stream.sound is not None else None,
        clock_skew=look.skew,
    )
    advice = [*_key_advice(report, seconds), *skew_advice(report.clock_skew)]
    if report.audio and not look.audio_heard:
        sentence = "The camera announces sound but sent none while looking."
        advice.append(Advice(AdviceCode.SILENT, sentence))
    if stream.unheard:
        sentence = (
            f"The camera's sound is {stream.unheard}, which cannot be recorded: "
            "set it to AAC, G.711 or Opus."
        )
        advice.append(Advice(AdviceCode.UNKNOWN_SOUND, sentence))
    return replace(report, advice=tuple(advice))


def _describe(sets: ParameterSets) -> VideoTrack:
    try:
        return video_track(sets, timescale=_RTP_RATE)
    except InputError as error:
        sentence = f"The camera's video cannot be understood: {error}"
        raise CameraError(CameraState.BROKEN_STREAM, sentence) from error


def _key_advice(report: StreamReport, seconds: float) -> list[Advice]:
    wish = "set its key frame (I-frame) interval to 1 or 2 s, and switch off any 'smart' codec."
    if report.key_distance is None:
        if seconds <= KEY_DISTANCE_ADVISED:
            return []
        sentence = f"The camera sent fewer than two key frames in {seconds:.0f} s: {wish}"
        return [Advice(AdviceCode.FEW_KEY_FRAMES, sentence, seconds)]
    if report.key_distance <= KEY_DISTANCE_ADVISED:
        return []
    sentence = f"The camera sends a key frame only every {report.key_distance:.0f} s: {wish}"
    return [Advice(AdviceCode.RARE_KEY_FRAMES, sentence, report.key_distance)]


def skew_advice(skew: float | None) -> list[Advice]:
    """Return advice about a camera's clock that is ``skew`` seconds ahead of ours."""
    if skew is None or abs(skew) <= SKEW_ADVISED:
        return []
    way = "ahead of" if skew > 0 else "behind"
    sentence = (
        f"The camera's clock is {abs(skew):.0f} s {way} this hub's: recordings are not touched by "
        "it, but the time drawn into the picture is wrong; let the camera use NTP."
    )
    code = AdviceCode.CLOCK_AHEAD if skew > 0 else AdviceCode.CLOCK_BEHIND
    return [Advice(code, sentence, abs(skew))]
