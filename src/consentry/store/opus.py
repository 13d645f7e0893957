"""Opus to AAC, for exports only: QuickTime and many editors play no Opus in MP4."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from consentry.fmp4 import aac_track
from consentry.model.errors import IntegrityError
from consentry.model.media import AudioTrack
from consentry.model.secret import redact

RATE = 48_000
FRAME = 1024
_BIT_RATE = 64_000


@dataclass(frozen=True, slots=True)
class AacFrame:
    """One frame; ``time`` in samples, shifted by the encoder's delay so that it sounds in place."""

    time: int
    data: bytes


class OpusToAac:
    """Transcodes one export's sound; owned by it. Mono stays mono, stereo stays stereo."""

    def __init__(self, source: AudioTrack) -> None:
        """Open both codecs."""
        self._layout = "mono" if source.channels == 1 else "stereo"
        decoder = av.CodecContext.create("opus", "r")
        assert isinstance(decoder, AudioCodecContext)  # noqa: S101 - opus is audio
        decoder.sample_rate, decoder.layout = RATE, self._layout
        encoder = av.CodecContext.create("aac", "w")
        assert isinstance(encoder, AudioCodecContext)  # noqa: S101 - aac is audio
        encoder.sample_rate, encoder.layout, encoder.format = RATE, self._layout, "fltp"
        encoder.bit_rate = _BIT_RATE * source.channels
        encoder.time_base = Fraction(1, RATE)
        encoder.open()
        self._decoder, self._encoder = decoder, encoder
        self._resampler = AudioResampler(format="fltp", layout=self._layout, rate=RATE)
        self._next: int | None = None
        self._pending = np.zeros((source.channels, 0), np.float32)
        self.track = aac_track(bytes(encoder.extradata or b""))

    def feed(self, sample: bytes, time: int) -> list[AacFrame]:
        """Take one Opus packet that sounds at ``time`` (1/48000 s); return what is ready.

        Silence fills what is missing before it; what overlaps the past is dropped.
        """
        try:
            decoded = self._decoder.decode(av.Packet(sample))
        except av.FFmpegError as error:
            message = f"Recorded sound cannot be decoded: {redact(str(error))}."
            raise IntegrityError(message) from error
        if self._next is None:
            self._next = time
        missing = time - self._next - self._pending.shape[1]
        if missing > 0:
            self._keep(np.zeros((self._pending.shape[0], missing), np.float32))
        for frame in decoded:
            for even in self._resampler.resample(frame):
                self._keep(even.to_ndarray()[:, max(0, -missing) :])
        return self._encode()

    def finish(self) -> list[AacFrame]:
        """Return the rest."""
        if self._next is None:
            return []
        self._keep(np.zeros((self._pending.shape[0], -self._pending.shape[1] % FRAME), np.float32))
        return [*self._encode(), *_frames(self._encoder.encode(None))]

    def _keep(self, samples: np.ndarray) -> None:
        self._pending = np.concatenate((self._pending, samples), axis=1)

    def _encode(self) -> list[AacFrame]:
        ready: list[AacFrame] = []
        while self._next is not None and self._pending.shape[1] >= FRAME:
            piece = np.ascontiguousarray(self._pending[:, :FRAME])
            frame = AudioFrame.from_ndarray(piece, format="fltp", layout=self._layout)
            frame.sample_rate, frame.pts, frame.time_base = RATE, self._next, Fraction(1, RATE)
            ready += _frames(self._encoder.encode(frame))
            self._pending = self._pending[:, FRAME:]
            self._next += FRAME
        return ready


def _frames(packets: Iterable["av.Packet[AudioStream]"]) -> list[AacFrame]:
    return [AacFrame(packet.pts or 0, bytes(packet)) for packet in packets]
