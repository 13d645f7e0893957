"""Painted scenes with something moving in them, as arrays, as frames and as real files."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import skimage.data
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from consentry.model.time import SECOND, Micros
from consentry.vision.frame import Frame

Rgb = NDArray[np.uint8]

WIDTH, HEIGHT = 640, 360


def background(width: int = WIDTH, height: int = HEIGHT, *, seed: int = 1) -> Rgb:
    """Return a quiet yard: a lighter wall above, darker ground below, some texture."""
    random = np.random.default_rng(seed)
    coarse = random.integers(-14, 14, (height // 20, width // 20, 1))
    texture = np.kron(coarse, np.ones((20, 20, 1)))[:height, :width]
    shade = np.where(np.arange(height)[:, None, None] < height * 0.45, 150, 105)
    yard = np.clip(shade + texture + np.zeros((1, 1, 3)), 0, 255)
    return np.asarray(yard, np.uint8)


def _photograph(name: str) -> Image.Image:
    pixels: Rgb = getattr(skimage.data, name)()
    return Image.fromarray(pixels)


def astronaut(height: int) -> Rgb:
    """Return the photograph of a person that scikit-image brings, cut to her figure."""
    picture = _photograph("astronaut").crop((60, 0, 390, 400))
    return np.asarray(picture.resize((round(height * 330 / 400), height)))


def cat(height: int) -> Rgb:
    """Return the photograph of a cat that scikit-image brings."""
    picture = _photograph("chelsea")
    return np.asarray(picture.resize((round(height * 451 / 300), height)))


def with_thing(scene: Rgb, thing: Rgb, left: int, top: int) -> Rgb:
    """Return a copy of ``scene`` with ``thing`` in it; what lies outside the picture is cut off."""
    shown = scene.copy()
    height, width = thing.shape[:2]
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + width, scene.shape[1]), min(top + height, scene.shape[0])
    if x0 < x1 and y0 < y1:
        shown[y0:y1, x0:x1] = thing[y0 - top : y1 - top, x0 - left : x1 - left]
    return shown


def passing(thing: Rgb, *, seconds: float, rate: int = 10, still: float = 2.0) -> Iterator[Rgb]:
    """Yield a film: an empty yard for ``still`` seconds, then the thing crosses it at a walk."""
    yard = background()
    for _ in range(round(still * rate)):
        yield yard
    count = round(seconds * rate)
    top = HEIGHT - thing.shape[0] - 30
    for index in range(count):
        way = WIDTH + thing.shape[1]
        yield with_thing(yard, thing, round(index / count * way) - thing.shape[1], top)


def frame(rgb: Rgb, time: float = 0.0, *, sample_aspect: Fraction = Fraction(1)) -> Frame:
    """Return an array as the decoder would hand it out."""
    decoded = VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p")
    return Frame(decoded, Micros(round(time * SECOND)), sample_aspect)


def write_video(  # noqa: PLR0913 - a file has that many properties
    path: Path,
    pictures: Iterable[Rgb],
    *,
    codec: str = "libx264",
    rate: int = 10,
    times: Iterable[float] | None = None,
    sample_aspect: Fraction = Fraction(1),
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> Path:
    """Encode pictures to a real file; ``times`` in seconds make its frame rate variable."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.sample_aspect_ratio = sample_aspect
        stream.codec_context.time_base = Fraction(1, 1000)
        moments = iter(times) if times is not None else None
        for index, rgb in enumerate(pictures):
            shown = VideoFrame.from_ndarray(rgb, format="rgb24").reformat(*size, "yuv420p")
            shown.time_base = Fraction(1, 1000)
            shown.pts = round(1000 * (next(moments) if moments else index / rate))
            container.mux(stream.encode(shown))
        container.mux(stream.encode(None))
    return path
