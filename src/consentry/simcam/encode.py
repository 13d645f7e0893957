"""Pictures and sound to looping tracks, by the encoders PyAV's wheels bundle.

Only the simulated camera encodes H.264 and H.265: the hub itself must not need x264 or x265.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.audio import AudioStream
from av.container import OutputContainer
from av.video import VideoStream
from numpy.typing import NDArray

from consentry.simcam.film import MediaPacket, Track, track_from_packets

Rgb = NDArray[np.uint8]
"""[height, width, 3]."""

_ENCODERS = {"h264": "libx264", "hevc": "libx265", "opus": "libopus"}
_AUDIO_FORMATS = {"aac": "fltp", "opus": "flt", "pcm_mulaw": "s16", "pcm_alaw": "s16"}


@dataclass(frozen=True, slots=True)
class VideoCoding:
    """How pictures are encoded: as a camera would, constant bit rate and regular key frames."""

    codec: str = "h264"
    fps: int = 10
    bitrate: int = 300_000
    key_frame_s: float = 1.0
    b_frames: int = 0
    preset: str = "ultrafast"


def encode_video(pictures: Iterable[Rgb], coding: VideoCoding) -> Track:
    """Encode all pictures to one loop; the first is a key frame."""
    frames = iter(pictures)
    first = next(frames)
    with _sink() as container:
        stream = container.add_stream(_ENCODERS[coding.codec], rate=coding.fps)
        assert isinstance(stream, VideoStream)  # noqa: S101 - add_stream's type by codec name
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = coding.bitrate
        stream.time_base = Fraction(1, coding.fps)
        stream.options = _options(coding)
        packets = list(_video_packets(stream, _chain(first, frames)))
        return track_from_packets(stream, packets)


def _options(coding: VideoCoding) -> dict[str, object]:
    gop = round(coding.key_frame_s * coding.fps)
    rate = f"{coding.bitrate // 1000}"
    # Streams of two threads differ from run to run; one thread keeps the loop repeatable.
    shared = (
        f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes={coding.b_frames}:b-adapt=0"
        f":open-gop=0:vbv-maxrate={rate}:vbv-bufsize={rate}"
    )
    if coding.codec == "hevc":
        quiet = "log-level=none:pools=none:frame-threads=1"
        return {"preset": coding.preset, "x265-params": f"{shared}:{quiet}:repeat-headers=1"}
    return {
        "preset": coding.preset,
        "x264-params": f"{shared}:force-cfr=1:threads=1:sliced-threads=0",
    }


def _chain(first: Rgb, rest: Iterator[Rgb]) -> Iterator[Rgb]:
    yield first
    yield from rest


def _video_packets(stream: VideoStream, pictures: Iterator[Rgb]) -> Iterator[MediaPacket]:
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = number, stream.time_base
        yield from stream.encode(frame.reformat(format="yuv420p"))
    yield from stream.encode(None)


def encode_audio(samples: NDArray[np.float32], codec: str, rate: int) -> Track:
    """Encode mono ``samples`` (-1..1) at ``rate`` per second to one loop.

    The encoder's priming is left in, as in a camera's endless stream. Opus runs at 48 kHz.
    """
    with _sink() as container:
        stream = container.add_stream(_ENCODERS.get(codec, codec), rate=rate)
        assert isinstance(stream, AudioStream)  # noqa: S101 - add_stream's type by codec name
        stream.layout = "mono"
        stream.format = _AUDIO_FORMATS[codec]
        packets = list(_audio_packets(stream, samples, rate))
        return track_from_packets(stream, packets)


def _audio_packets(
    stream: AudioStream, samples: NDArray[np.float32], rate: int
) -> Iterator[MediaPacket]:
    stream.codec_context.open(strict=False)
    size = stream.codec_context.frame_size or rate // 50  # G.711 travels in 20 ms packets
    for start in range(0, len(samples) - size + 1, size):
        piece = samples[np.newaxis, start : start + size]
        if stream.format.name == "s16":
            piece = (piece * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(piece, format=stream.format.name, layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _sink() -> OutputContainer:
    """Return a container that only lends its streams; nothing is ever muxed."""
    return av.open("nothing", mode="w", format="null")
