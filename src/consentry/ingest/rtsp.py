"""One RTSP stream, read through libavformat over TCP.

libavformat speaks the protocol and joins RTP packets to access units (a frame later than they
came: it waits for the next packet). It is asked to probe nothing: what a stream is, its SDP and
parameter sets tell, and probing cost two seconds a connection. ``RunBuilder`` repairs the times.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from types import TracebackType
from typing import Self

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from consentry.clock import AnchoredClock
from consentry.fmp4 import CODECS, ParameterSets, nal_units, parameter_sets
from consentry.ingest.failure import (
    disconnected,
    open_failure,
    peer_of,
    read_failure,
    silent,
    wedged,
)
from consentry.ingest.hang_up import HangUp, Verdict
from consentry.ingest.knock import knock
from consentry.ingest.run_builder import VIDEO_RATE, RunBuilder
from consentry.ingest.sound import SoundPath, sound_path, spoken
from consentry.model.errors import CameraError, CameraState
from consentry.model.media import Part, Run
from consentry.model.secret import Secret, split_credentials

OPEN_SECONDS = 10.0
PATIENCE_SECONDS = 5.0
"""A camera that sends no packet for so long has stalled: TCP itself repeats what was lost within
six seconds of a break of three. libav's own timeout is for where nobody can hang up (``hang_up``);
it waits twice as long while reading.
"""


def connection_options(*, audio: bool) -> dict[str, str]:
    """Return libavformat's options: TCP, no probing, no track that is not wanted."""
    return {
        "rtsp_transport": "tcp",
        "timeout": str(int(PATIENCE_SECONDS * 1_000_000)),
        "allowed_media_types": "video+audio" if audio else "video",
        "analyzeduration": "0",
        "probesize": "32",
        "fpsprobesize": "0",
        "user_agent": "Consentry",
    }


@dataclass(frozen=True, slots=True)
class OpenStream:
    """A connection that stands, and what it announced."""

    container: InputContainer
    video: VideoStream
    announced: ParameterSets
    audio: AudioStream | None
    sound: SoundPath | None
    unheard: str | None
    """What the sound is called that was announced and cannot be recorded."""


def open_stream(address: Secret, *, audio: bool, timeout: float = OPEN_SECONDS) -> OpenStream:
    """Connect and ask for the stream. Raises CameraError; the caller closes ``container``."""
    url, _, _ = split_credentials(address.reveal())
    try:
        container = av.open(
            address.reveal(),
            "r",
            format="rtsp",
            options=connection_options(audio=audio),
            timeout=(timeout, None),
        )
    except av.error.FFmpegError as error:
        failure = open_failure(error, url)
        raise failure from None  # libav's text carries the password
    try:
        video = _choose_video(container)
    except CameraError:
        container.close()
        raise
    sets = parameter_sets(
        CODECS[video.codec_context.name], nal_units(bytes(video.codec_context.extradata or b""))
    )
    sounds = container.streams.audio
    sound = _choose_sound(sounds[0]) if audio and sounds else None
    heard = sounds[0] if sound else None
    unheard = _name(sounds[0]) if audio and sounds and not sound else None
    return OpenStream(container, video, sets, heard, sound, unheard)


def _choose_video(container: InputContainer) -> VideoStream:
    videos = container.streams.video
    if not videos:
        sentence = "The camera's stream carries no video; choose another of its streams."
        raise CameraError(CameraState.NO_VIDEO, sentence)
    for video in videos:
        if video.codec_context is not None and video.codec_context.name in CODECS:
            return video
    name = videos[0].codec_context.name if videos[0].codec_context is not None else "an unknown"
    sentence = f"The camera sends {name} video; set it to H.264 or H.265."
    raise CameraError(CameraState.UNSUPPORTED_CODEC, sentence)


def _choose_sound(stream: AudioStream) -> SoundPath | None:
    context = stream.codec_context
    if context is None or not context.sample_rate:
        return None
    extradata = bytes(context.extradata or b"")
    channels = context.layout.nb_channels or 1
    return sound_path(
        context.name, rate=context.sample_rate, channels=channels, extradata=extradata
    )


def _name(stream: AudioStream) -> str:
    context = stream.codec_context
    return spoken(context.name) if context is not None else "of an unknown kind"


class RtspSource:
    """A ``Source`` for rtsp and rtsps URLs. ``clock`` belongs to this source alone.

    ``rest`` may be set from any thread, at any time: whenever the stream is read up to date,
    reading pauses for so many seconds while the kernel collects, and then goes on in a burst. For a
    stream that nobody watches live 0.25 s saves a third of all CPU: caches stay warm, threads wake
    less often. Times do not suffer: only the least delay counts, and a burst's last packet has it.
    """

    rest: float = 0.0

    def __init__(
        self, address: Secret, *, clock: AnchoredClock, audio: bool, stop: threading.Event
    ) -> None:
        """Take the URL with its credentials; ``stop`` ends the iteration at once."""
        self._address = address
        self._clock = clock
        self._audio = audio
        self._stop = stop
        self._stream: OpenStream | None = None

    @property
    def unheard(self) -> str | None:
        """Return what sound the camera offers that cannot be recorded; None while not connected."""
        return self._stream.unheard if self._stream is not None else None

    def __enter__(self) -> Self:
        """Take nothing yet; connecting happens while iterating."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up."""
        if self._stream is not None:
            self._stream.container.close()
            self._stream = None

    def __iter__(self) -> Iterator[Run | Part]:
        """Connect and yield runs and parts until ``stop`` or a CameraError."""
        url, _, _ = split_credentials(self._address.reveal())
        host, port = peer_of(url)
        self._clock.anchor()
        peers = knock(host, port, stop=self._stop)
        with HangUp(peers, stop=self._stop, patience=PATIENCE_SECONDS) as guard:
            if self._stop.is_set():
                return
            try:
                stream = open_stream(self._address, audio=self._audio)
            except CameraError as error:
                if self._stop.is_set():
                    return
                raise (wedged(host) if guard.verdict is Verdict.RUBBISH else error) from None
            self._stream = stream
            guard.opened()
            builder = RunBuilder(stream.announced, clock=self._clock, sound=stream.sound)
            ending = disconnected(host)
            try:
                yield from self._packets(stream, builder, guard)
            except av.error.FFmpegError as error:
                ending = read_failure(error, host)
            yield from builder.finish()
            if not self._stop.is_set():
                match guard.verdict:
                    case Verdict.RUBBISH:
                        ending = wedged(host)
                    case Verdict.SILENCE:
                        ending = silent(host)
                raise ending from None

    def _packets(
        self, stream: OpenStream, builder: RunBuilder, guard: HangUp
    ) -> Iterator[Run | Part]:
        """Hand packet after packet to the builder. The hot loop of the recorder."""
        wall, stopped = self._clock.wall, self._stop.is_set
        video = stream.video
        video_scale = _scale(video.time_base, VIDEO_RATE)
        audio_scale = None
        if stream.audio is not None and stream.sound is not None:
            audio_scale = _scale(stream.audio.time_base, stream.sound.track.timescale)
        tracks = [track for track in (video, stream.audio) if track is not None]
        for packet in stream.container.demux(tracks):
            data = bytes(packet)
            if not data or stopped():
                return
            guard.packets += 1
            pts = packet.pts
            if packet.stream is video:
                if pts is not None and video_scale is not None:
                    pts = int(pts * video_scale)
                if not builder.began:
                    builder.step = packet.duration or 0
                yield from builder.video(data, pts, key=packet.is_keyframe, arrival=wall())
                if self.rest and builder.up_to_date:
                    self._stop.wait(self.rest)
            else:
                if pts is not None and audio_scale is not None:
                    pts = int(pts * audio_scale)
                yield from builder.audio(data, pts, arrival=wall())


def _scale(time_base: Fraction | None, timescale: int) -> Fraction | None:
    """Return by what a stamp in ``time_base`` is multiplied; None where that is 1."""
    scale = Fraction(1) if time_base is None else time_base * timescale
    return None if scale == 1 else scale
