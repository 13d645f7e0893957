"""Footage for the tests: real H.264 and H.265 whose every picture carries its own number.

A picture is twelve gray blocks, black or white: the bits of its index. So a test can tell exactly
which picture a player shows first, and which are missing.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from PIL import Image

from consentry import fmp4
from consentry.model.ids import RunId
from consentry.model.media import AudioTrack, Init, Part, Run, TrackKind, VideoTrack
from consentry.model.time import SECOND, Micros

FPS = 10
TIMESCALE = 90_000
TICKS = TIMESCALE // FPS
WIDTH, HEIGHT = 64, 48
_COLUMNS, _BLOCK = 4, 16
START = Micros(1_790_000_000 * SECOND)
"""A wall time in 2026 at which films begin."""


@dataclass(frozen=True, slots=True)
class Film:
    """A run and its parts in the order they arrived."""

    run: Run
    parts: tuple[Part, ...]

    @property
    def video(self) -> tuple[Part, ...]:
        """The video parts."""
        return tuple(part for part in self.parts if part.kind is TrackKind.VIDEO)


@cache
def film(  # noqa: PLR0913 - what a camera can be
    *,
    seconds: int = 10,
    key_distance: int = 2,
    codec: str = "h264",
    b_frames: int = 0,
    open_groups: bool = False,
    audio: str | None = None,
    width: int = WIDTH,
    start: Micros = START,
    reason: str = "start",
) -> Film:
    """Return a film with a key frame every ``key_distance`` seconds, ``audio`` "aac" or "opus".

    With ``open_groups`` (hevc) B-frames before a key frame lean on both sides.
    """
    track, units = _encode_video(
        seconds, key_distance, codec, b_frames, width, open_groups=open_groups
    )
    sound, frames = _encode_audio(audio, seconds) if audio else (None, [])
    run = Run(RunId(f"run{codec}{width}{start}"), start, Init(track, sound), reason)
    parts = [*_video_parts(units, start), *_audio_parts(sound, frames, start)]
    parts.sort(key=lambda part: (part.arrival, part.kind is TrackKind.AUDIO))
    return Film(run, tuple(parts))


def numbers(content: bytes) -> list[int]:
    """Return the numbers of the pictures that a player of an MP4 shows, in order."""
    with av.open(io.BytesIO(content), "r") as container:
        return [number(frame) for frame in container.decode(video=0)]


def every_picture(content: bytes) -> list[int]:
    """Return the numbers of all pictures that can be decoded, edit lists and crops ignored."""
    options = {"ignore_editlist": "1"}
    with av.open(io.BytesIO(content), "r", options=options) as container:
        container.streams.video[0].codec_context.options = {"apply_cropping": "0"}
        return [number(frame) for frame in container.decode(video=0)]


def number(frame: VideoFrame) -> int:
    """Return the number a picture carries."""
    return _number(frame.to_ndarray(format="gray"))


def jpeg_number(jpeg: bytes) -> int:
    """Return the number the picture in a JPEG carries."""
    return _number(np.asarray(Image.open(io.BytesIO(jpeg)).convert("L")))


def fragments_numbers(init: bytes, fragments: Iterable[bytes]) -> list[int]:
    """Return the numbers of the pictures in an init segment and its fragments."""
    return numbers(init + b"".join(fragments))


def _number(gray: np.ndarray) -> int:
    height, width = gray.shape
    rows, columns = HEIGHT // _BLOCK, _COLUMNS
    bits = [
        gray[(2 * row + 1) * height // (2 * rows), (2 * column + 1) * width // (2 * columns)] > 128
        for row in range(rows)
        for column in range(columns)
    ]
    return sum(1 << index for index, bit in enumerate(bits) if bit)


def _picture(index: int, width: int) -> VideoFrame:
    blocks = np.array([index >> bit & 1 for bit in range(12)], np.uint8).reshape(3, _COLUMNS)
    scale = width // _COLUMNS
    gray = (blocks * 255).repeat(scale, axis=0).repeat(scale, axis=1)
    frame = VideoFrame.from_ndarray(gray, format="gray").reformat(format="yuv420p")
    frame.pts, frame.time_base = index * TICKS, Fraction(1, TIMESCALE)
    return frame


def _encode_video(  # noqa: PLR0913 - what a camera can be
    seconds: int,
    key_distance: int,
    codec: str,
    b_frames: int,
    width: int,
    *,
    open_groups: bool,
) -> tuple[VideoTrack, list[tuple[bytes, int, int, bool]]]:
    encoder = av.CodecContext.create({"h264": "libx264", "hevc": "libx265"}[codec], "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, width * 3 // 4, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, TIMESCALE), Fraction(FPS)
    encoder.gop_size = gop = key_distance * FPS
    if codec == "h264":
        options = f"scenecut=0:keyint={gop}:min-keyint={gop}:bframes={b_frames}"
        encoder.options = {"preset": "ultrafast", "x264-params": options}
    else:
        options = f"log-level=none:repeat-headers=1:bframes={b_frames}:keyint={gop}:scenecut=0"
        encoder.options = {
            "preset": "ultrafast",
            "x265-params": options + f":min-keyint={gop}:open-gop={open_groups:d}",
        }
    packets = []
    for index in range(seconds * FPS):
        packets += encoder.encode(_picture(index, width))
    packets += encoder.encode(None)
    kind = fmp4.video_codec(codec)
    sets = fmp4.parameter_sets(kind, fmp4.nal_units(bytes(packets[0])))
    if not sets.complete:
        sets = fmp4.parameter_sets(kind, fmp4.nal_units(bytes(encoder.extradata or b"")))
    track = fmp4.video_track(sets, timescale=TIMESCALE)
    first = packets[0].dts or 0
    units = [
        (_sample(bytes(p), kind), (p.pts or 0) - first, (p.dts or 0) - first, p.is_keyframe)
        for p in packets
    ]
    return track, units


def _sample(data: bytes, codec: fmp4.VideoCodec) -> bytes:
    units = fmp4.nal_units(data)
    return fmp4.length_prefixed(u for u in units if codec.nal_type(u) not in codec.left_out)


def _video_parts(units: list[tuple[bytes, int, int, bool]], start: Micros) -> Iterator[Part]:
    for index, (sample, pts, dts, key) in enumerate(units):
        yield _part(
            TrackKind.VIDEO, sample, (dts, pts - dts, TICKS), TIMESCALE, start, index, key=key
        )


def _audio_parts(track: AudioTrack | None, frames: list[bytes], start: Micros) -> Iterator[Part]:
    if track is None:
        return
    size = 1024 if track.codec == "aac" else 960
    for index, sample in enumerate(frames):
        times = (index * size, 0, size)
        yield _part(TrackKind.AUDIO, sample, times, track.timescale, start, index, key=True)


def _part(  # noqa: PLR0913, PLR0917 - the fields of a part
    kind: TrackKind,
    sample: bytes,
    times: tuple[int, int, int],
    timescale: int,
    start: Micros,
    index: int,
    *,
    key: bool,
) -> Part:
    dts, cts_offset, duration = times
    data = fmp4.fragment(
        kind,
        sample,
        sequence=index,
        dts=dts,
        cts_offset=cts_offset,
        duration=duration,
        key=key,
    )
    arrival = Micros(start + dts * SECOND // timescale)
    return Part(kind, key, dts, cts_offset, duration, data, fmp4.SAMPLE_OFFSET, arrival)


def _encode_audio(codec: str, seconds: int) -> tuple[AudioTrack, list[bytes]]:
    rate, name = (16_000, "aac") if codec == "aac" else (48_000, "libopus")
    encoder = av.CodecContext.create(name, "w")
    assert isinstance(encoder, AudioCodecContext)
    encoder.sample_rate, encoder.layout = rate, "mono"
    encoder.format = "fltp" if codec == "aac" else "flt"
    encoder.time_base = Fraction(1, rate)
    encoder.open()
    size = encoder.frame_size
    packets = []
    for index in range(seconds * rate // size):
        moments = (np.arange(size) + index * size) / rate
        tone = (0.3 * np.sin(2 * np.pi * 440 * moments)).astype(np.float32)[None, :]
        frame = AudioFrame.from_ndarray(tone, format=encoder.format.name, layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, index * size, Fraction(1, rate)
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    if codec == "aac":
        track = fmp4.aac_track(bytes(encoder.extradata or b""))
    else:
        track = fmp4.opus_track(1)
    return track, [bytes(packet) for packet in packets]
