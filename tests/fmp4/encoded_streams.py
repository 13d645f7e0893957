"""Real streams for the MP4 tests: encoded once per run by PyAV, as a camera would send them."""

from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

WIDTH, HEIGHT, FPS = 130, 98, 20  # not multiples of 16: cropping must be read


@dataclass(frozen=True, slots=True)
class Unit:
    """One access unit as encoded: Annex B or raw audio; times in 1/90000 s or 1/rate s."""

    data: bytes
    pts: int
    dts: int
    key: bool


def encode_video(encoder: str, *, b_frames: int = 0, sample_aspect: str = "1/1") -> list[Unit]:
    """Encode two seconds of a moving gradient, a key frame each second, parameter sets in band."""
    context = av.CodecContext.create(encoder, "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    context.time_base, context.framerate = Fraction(1, 90000), Fraction(FPS)
    context.gop_size = FPS
    context.sample_aspect_ratio = Fraction(sample_aspect)
    if encoder == "libx264":
        context.options = {"preset": "fast", "bf": str(b_frames)}
    else:
        params = f"log-level=none:repeat-headers=1:bframes={b_frames}:keyint={FPS}"
        context.options = {"preset": "ultrafast", "x265-params": params}
    packets = []
    base = np.add.outer(np.arange(HEIGHT), np.arange(WIDTH)).astype(np.uint8)
    for index in range(2 * FPS):
        gray = np.ascontiguousarray(np.roll(base, 3 * index, axis=1))
        frame = VideoFrame.from_ndarray(gray, format="gray").reformat(format="yuv420p")
        frame.pts, frame.time_base = index * 90000 // FPS, Fraction(1, 90000)
        packets += context.encode(frame)
    packets += context.encode(None)
    first = packets[0].dts or 0
    return [
        Unit(
            bytes(packet), (packet.pts or 0) - first, (packet.dts or 0) - first, packet.is_keyframe
        )
        for packet in packets
    ]


def encode_audio(encoder: str, *, rate: int) -> tuple[bytes, list[Unit]]:
    """Encode a second of a tone; returns (extradata, frames)."""
    context = av.CodecContext.create(encoder, "w")
    assert isinstance(context, AudioCodecContext)
    context.sample_rate, context.layout = rate, "mono"
    context.format = "flt" if encoder == "libopus" else "fltp"
    context.time_base = Fraction(1, rate)
    context.open()
    size = context.frame_size
    packets = []
    for index in range(rate // size):
        time = (np.arange(size) + index * size) / rate
        tone = (0.3 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)[None, :]
        frame = AudioFrame.from_ndarray(tone, format=context.format.name, layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, index * size, Fraction(1, rate)
        packets += context.encode(frame)
    packets += context.encode(None)
    return bytes(context.extradata or b""), [
        Unit(bytes(packet), index * size, index * size, key=True)
        for index, packet in enumerate(packets)
    ]
