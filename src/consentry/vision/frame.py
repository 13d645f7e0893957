"""One decoded frame: its brightness without a copy, its colours only when somebody looks."""

from fractions import Fraction

import numpy as np
from av import VideoFrame
from numpy.typing import NDArray
from PIL import Image

from consentry.model.media import Picture
from consentry.model.time import Micros

LOOK_ROWS = 720
"""Pictures for looking and for showing have at most this many rows. A crop is at least 0.6 of the
height and shrinks to 300 x 300, so more rows would only be thrown away."""

_LUMA_FIRST = ("yuv4", "yuvj4", "nv12", "nv21", "gray")
"""Pixel formats whose first plane is 8-bit brightness begin like this (deeper ones end in le)."""


class Frame:
    """A frame as FFmpeg decoded it, with the time it belongs to.

    The conversion to RGB costs 0.2 ms at 640x360 and a copy, the brightness plane nothing: 95 % of
    frames are never looked at.
    """

    __slots__ = ("_frame", "_sample_aspect", "_turns", "time")

    def __init__(
        self, frame: VideoFrame, time: Micros, sample_aspect: Fraction, *, turns: int = 0
    ) -> None:
        """Keep the frame alive; nothing is converted yet.

        ``sample_aspect`` is of the stored picture, ``turns`` how many quarters it is turned
        counterclockwise to be shown: a phone held upright stores its pictures lying.
        """
        self._frame = frame
        self._sample_aspect = sample_aspect
        self._turns = turns % 4
        self.time = time

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as shown; pixels need not be square."""
        width, height = self._frame.width, self._frame.height
        return (height, width) if self._turns % 2 else (width, height)

    @property
    def aspect(self) -> float:
        """Width of the picture over its height as shown."""
        width, height = self.size
        return float(width * self.sample_aspect / height)

    @property
    def sample_aspect(self) -> Fraction:
        """Width of a pixel over its height, as shown."""
        return 1 / self._sample_aspect if self._turns % 2 else self._sample_aspect

    def small_luma(self, columns: int, rows: int) -> NDArray[np.uint8]:
        """Return brightness averaged over ``columns`` x ``rows`` pixels: 0.08 ms at 360p."""
        block = (rows, columns) if self._turns % 2 else (columns, rows)
        frame = self._frame if _has_luma_first(self._frame) else self._frame.reformat(format="gray")
        plane = frame.planes[0]
        pixels = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
        whole = Image.frombuffer("L", pixels.shape[::-1], pixels, "raw", "L", 0, 1)
        small = np.asarray(whole.reduce(block, (0, 0, frame.width, frame.height)))
        return np.rot90(small, self._turns) if self._turns else small

    def picture(self) -> Picture:
        """Return the frame in colour with square pixels, at most ``LOOK_ROWS`` high."""
        width, height = self.size
        shrink = min(1.0, LOOK_ROWS / height)
        columns = max(2, round(width * self.sample_aspect * shrink))
        rows = max(2, round(height * shrink))
        stored = (rows, columns) if self._turns % 2 else (columns, rows)
        rgb = self._frame.to_ndarray(format="rgb24", width=stored[0], height=stored[1])
        shown = np.ascontiguousarray(np.rot90(rgb, self._turns)) if self._turns else rgb
        return Picture(time=self.time, rgb=np.asarray(shown, np.uint8))


def _has_luma_first(frame: VideoFrame) -> bool:
    name = frame.format.name
    return name.startswith(_LUMA_FIRST) and not name.endswith(("le", "be"))
