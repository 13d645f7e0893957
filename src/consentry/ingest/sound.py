"""Audio on its way into the recording: AAC and Opus pass through, G.711 becomes AAC once.

Each path takes a packet with the stream's own stamp and gives frames placed in time, in ticks of
the track's timescale, still on the stream's own time scale: the run's zero is not theirs to know.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from consentry.fmp4 import AAC_FRAME, OPUS_RATE, aac_track, build_asc, opus_track
from consentry.ingest.audio_timeline import AudioTimeline
from consentry.model.media import AudioTrack

AAC_RATE = 16000
"""What G.711 becomes: every browser decodes AAC at 16 kHz, not every one at 8 kHz."""

_BIT_RATE = 32000
_FILL_LIMIT = 2  # s of loss filled with silence; after more, the stream begins anew


@dataclass(frozen=True, slots=True)
class Frame:
    """One encoded audio frame and where it begins, in ticks of the track's timescale."""

    data: bytes
    time: int
    duration: int


class SoundPath(Protocol):
    """Packets in, placed frames out. Single-threaded; never raises for bad audio, it drops it."""

    track: AudioTrack
    timeline: AudioTimeline

    def feed(self, data: bytes, stamp: int | None, arrival: int) -> list[Frame]:
        """Take a packet; ``stamp`` and ``arrival`` in ticks of the track's timescale."""

    def restart(self) -> None:
        """Begin anew after a discontinuity."""


class PassThrough:
    """AAC and Opus as the camera made them."""

    def __init__(self, track: AudioTrack) -> None:
        """Take the track as announced."""
        self.track = track
        length = AAC_FRAME if track.codec == "aac" else OPUS_RATE // 50
        self.timeline = AudioTimeline(rate=track.timescale, tolerance=length // 2)

    def feed(self, data: bytes, stamp: int | None, arrival: int) -> list[Frame]:
        """Place one frame."""
        length = opus_duration(data) if self.track.codec == "opus" else AAC_FRAME
        if not length:
            return []
        time = self.timeline.place(stamp, length, arrival)
        return [Frame(data, time, length)]

    def restart(self) -> None:
        """Begin anew after a discontinuity."""
        self.timeline.restart()


class G711ToAac:
    """G.711 decoded by table, resampled to 16 kHz and encoded as AAC-LC by FFmpeg's own encoder.

    What the timeline reports as lost is filled with silence, what came twice is cut: so sound
    stays in step however long a run lasts. The encoder's 1024 samples of priming are subtracted.
    """

    def __init__(self, codec: str, *, rate: int, channels: int) -> None:
        """Prepare for ``pcm_alaw`` or ``pcm_mulaw`` at ``rate``; several channels become one."""
        self.track = aac_track(build_asc(AAC_RATE, 1))
        self.timeline = AudioTimeline(rate=AAC_RATE, tolerance=AAC_RATE // 50)
        self._table = ALAW if codec == "pcm_alaw" else MULAW
        self._rate, self._channels = rate, channels
        self._begin()

    def _begin(self) -> None:
        """Make encoder and resampler; the next sample encoded is number 0."""
        context = av.CodecContext.create("aac", "w")
        if not isinstance(context, AudioCodecContext):  # for the type checker: "aac" is audio
            raise TypeError
        context.sample_rate, context.layout, context.format = AAC_RATE, "mono", "fltp"
        context.bit_rate = _BIT_RATE
        # 0.09 CPU seconds a minute of noise instead of 0.24 with the default coder
        context.options = {"aac_coder": "fast"}
        context.time_base = Fraction(1, AAC_RATE)
        context.open()
        self._encoder = context
        self._resampler = AudioResampler("fltp", "mono", AAC_RATE, AAC_FRAME)
        self._fed = 0
        self._zero: int | None = None

    def restart(self) -> None:
        """Begin anew after a discontinuity."""
        self.timeline.restart()
        self._begin()

    def feed(self, data: bytes, stamp: int | None, arrival: int) -> list[Frame]:
        """Decode one packet of PCM; gives 0 to some frames of AAC."""
        samples = self._table[np.frombuffer(data, np.uint8)]
        if self._channels > 1:
            whole = len(samples) - len(samples) % self._channels
            mixed = samples[:whole].reshape(-1, self._channels).mean(axis=1)
            samples = mixed.astype(np.int16)
        length = len(samples) * AAC_RATE // self._rate
        position = self.timeline.place(stamp, length, arrival)
        if self._zero is None:
            self._zero = position
        gap = position - self._zero - self._fed * AAC_RATE // self._rate
        if abs(gap) > _FILL_LIMIT * AAC_RATE:
            self._begin()
            self._zero = position
        elif gap > 0:
            silence = np.zeros(gap * self._rate // AAC_RATE, np.int16)
            samples = np.concatenate((silence, samples))
        elif gap < 0:
            samples = samples[-gap * self._rate // AAC_RATE :]
        return self._encode(samples)

    def _encode(self, samples: NDArray[np.int16]) -> list[Frame]:
        if not len(samples) or self._zero is None:
            return []
        frame = AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
        frame.sample_rate = self._rate
        frame.time_base = Fraction(1, self._rate)
        frame.pts = self._fed
        self._fed += len(samples)
        frames: list[Frame] = []
        for resampled in self._resampler.resample(frame):
            for packet in self._encoder.encode(resampled):
                # FFmpeg stamps the first packet -1024: its priming
                time = self._zero + (packet.pts or 0)
                frames.append(Frame(bytes(packet), time, AAC_FRAME))
        return frames


def opus_duration(packet: bytes) -> int:
    """Return how long an Opus packet lasts at 48 kHz, from its first bytes (RFC 6716 3.1)."""
    if not packet:
        return 0
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:  # noqa: PLR2004 - SILK: 10, 20, 40, 60 ms
        frame = (480, 960, 1920, 2880)[config & 3]
    elif config < 16:  # noqa: PLR2004 - hybrid: 10, 20 ms
        frame = (480, 960)[config & 1]
    else:  # CELT: 2.5, 5, 10, 20 ms
        frame = 120 << (config & 3)
    if code == 3:  # noqa: PLR2004 - the count stands in the second byte
        return frame * (packet[1] & 0x3F) if len(packet) > 1 else 0
    return frame * (1 if code == 0 else 2)


def _mulaw_table() -> NDArray[np.int16]:
    """Return ITU-T G.711 mu-law, byte to 16-bit sample."""
    code = ~np.arange(256, dtype=np.uint8)
    magnitude = (((code & 0x0F).astype(np.int32) << 3) + 0x84) << ((code & 0x70) >> 4)
    value = magnitude - 0x84
    return np.where(code & 0x80, -value, value).astype(np.int16)


def _alaw_table() -> NDArray[np.int16]:
    """Return ITU-T G.711 A-law, byte to 16-bit sample."""
    code = np.arange(256, dtype=np.uint8) ^ 0x55
    exponent = ((code & 0x70) >> 4).astype(np.int32)
    mantissa = (code & 0x0F).astype(np.int32) << 4
    value = np.where(exponent == 0, mantissa + 8, (mantissa + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, value, -value).astype(np.int16)


MULAW = _mulaw_table()
ALAW = _alaw_table()


_SPOKEN = {"g726": "G.726", "g726le": "G.726", "g729": "G.729", "amrnb": "AMR", "pcm_s16be": "L16"}


def spoken(codec: str) -> str:
    """Return what makers call FFmpeg's ``codec`` of sound."""
    return _SPOKEN.get(codec, codec)


def sound_path(
    codec: str, *, rate: int, channels: int, extradata: bytes
) -> PassThrough | G711ToAac | None:
    """Return the way for FFmpeg's ``codec``, None where the sound can't be recorded."""
    match codec:
        case "aac" if len(extradata) > 1:
            return PassThrough(aac_track(extradata))
        case "opus":
            return PassThrough(opus_track(channels))
        case "pcm_alaw" | "pcm_mulaw":
            return G711ToAac(codec, rate=rate, channels=channels)
    return None
