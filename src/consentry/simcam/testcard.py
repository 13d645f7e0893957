"""Test films: a moving card with a counter to read back, encoded once per process."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from consentry.simcam.encode import Rgb, VideoCoding, encode_audio, encode_video
from consentry.simcam.film import Film

_RATES = {"aac": 16_000, "opus": 48_000, "pcm_mulaw": 8_000, "pcm_alaw": 8_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmSpec:
    """What a test film is like. ``codec`` None: audio only; ``noise`` 0..1 fills a bit rate."""

    codec: str | None = "h264"
    width: int = 320
    height: int = 180
    fps: int = 10
    seconds: int = 4
    key_frame_s: float = 1.0
    b_frames: int = 0
    bitrate: int = 300_000
    audio: str | None = None
    noise: float = 0.0
    seed: int = 0


@lru_cache(maxsize=32)
def film(spec: FilmSpec) -> Film:
    """Encode the film of ``spec``; the same spec gives the same object."""
    tracks = []
    if spec.codec:
        coding = VideoCoding(spec.codec, spec.fps, spec.bitrate, spec.key_frame_s, spec.b_frames)
        tracks.append(encode_video(_cards(spec), coding))
    if spec.audio:
        rate = _RATES[spec.audio]
        tracks.append(encode_audio(_beeps(spec.seconds, rate), spec.audio, rate))
    return Film(tuple(tracks))


def _cards(spec: FilmSpec) -> Iterator[Rgb]:
    """Paint a colour ramp, a square that goes round once a loop, and noise."""
    dice = np.random.default_rng(spec.seed)
    down = np.linspace(60, 160, spec.height)[:, None]
    across = np.linspace(0, 60, spec.width)[None, :]
    ramps = np.stack([down + across, down + 0 * across, 200 - down - across], axis=2)
    card: Rgb = np.roll(ramps, spec.seed % 3, axis=2).astype(np.uint8)
    side = spec.height // 6
    count = spec.fps * spec.seconds
    for number in range(count):
        picture = card.copy()
        if spec.noise:
            grain = dice.integers(0, 2, (spec.height, spec.width, 1), dtype=np.uint8)
            picture += grain * np.uint8(round(60 * spec.noise))
        left = (spec.width - side) * number // count
        picture[side : 2 * side, left : left + side] = 250
        yield picture


def _beeps(seconds: int, rate: int) -> NDArray[np.float32]:
    """A 440 Hz tone for the first tenth of every second."""
    time = np.arange(seconds * rate) / rate
    tone = 0.4 * np.sin(2 * np.pi * 440 * time)
    return np.where(time % 1.0 < 0.1, tone, 0.0).astype(np.float32)  # noqa: PLR2004 - a tenth
