"""Motion on every frame, with numpy alone: about 0.2 ms for a 640x360 frame, shrinking included.

A frame is shrunk to about 100 rows and compared with a running background. The median difference
is taken off first, so that a cloud or the camera's exposure does not move everything; what differs
by more than the pixel itself usually does, moves. Cells of 4 x 4 such pixels are joined to regions.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from consentry.model.camera import Polygon
from consentry.model.time import SECOND, Micros
from consentry.model.vision import Box, Motion

ROWS = 100
"""Brightness is compared at about this height: finer only finds more noise and foliage."""

_CELL = 4
_CELL_PIXELS = 3
"""So many moving pixels of a cell's 16 make it move: single pixels are noise, rain and insects."""
_LEAST_CELLS = 2
_THRESHOLD = 12.0
"""Grey levels. Sensor noise after averaging blocks is 1-3, a dark coat on asphalt 15."""
_DEVIATIONS = 3.5
_TAU = 3.3
"""Seconds in which the background takes over 63 % of a change: alpha .03 at 10 frames a second."""
_RELUCTANCE = np.float32(0.25)
"""What moves is learnt so much slower: a passing car must not leave its ghost in the background."""
_GLOBAL_SHARE = 0.55
_UPHEAVAL = Micros(SECOND)
"""A camera that is turned and a light that is switched are over by then; a lorry that fills the
picture, or a road before the lens, are not: from then on they are motion like any other."""
_LIGHT = 0.93
"""Correlation of a region's texture with that behind it from which on only the light changed. Of
shadows, clouds and lamps in the clips nine in ten reach .95, of people and cars one in a hundred
.83."""
_LONGEST_STEP = 1.0
"""Seconds. After a longer pause the background still takes over no more than after this one."""

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scale:
    """How a frame's size becomes the size of the comparison, fixed for a size of frame."""

    columns: int
    rows: int
    """Pixels of the frame to one pixel of the comparison, across and down."""
    width: int
    height: int

    @staticmethod
    @lru_cache(maxsize=64)
    def of(size: tuple[int, int], sample_aspect: Fraction) -> "Scale":
        """Return the scale at which about ``ROWS`` rows of roughly square pixels remain."""
        rows = max(1, round(size[1] / ROWS))
        columns = max(1, round(rows / sample_aspect))
        return Scale(columns, rows, -(-size[0] // columns), -(-size[1] // rows))


class MotionDetector:
    """Remembers one camera's background. All state belongs to the caller's thread."""

    def __init__(self, masks: tuple[Polygon, ...] = ()) -> None:
        """Ignore everything inside ``masks``."""
        self._masks = masks
        self._watched: Flags | None = None
        self._background: Floats | None = None
        self._deviation: Floats = np.zeros(0, np.float32)
        self._time = Micros(0)
        self._now: Floats = np.zeros(0, np.float32)
        self._upheaval: Micros | None = None
        """Since when nearly everything has been different in each picture."""

    def step(self, luma: NDArray[np.uint8], time: Micros) -> Motion:
        """Compare ``luma`` [rows, columns] (see ``Scale``) with the background, then learn it."""
        now = self._now = luma.astype(np.float32)
        if self._background is None or self._background.shape != now.shape:
            self._begin(now, time)
            return Motion(time, (), 0.0)
        difference = now - self._background
        # The median of a ninth of the pixels. Sorting takes 4 us where np.median takes 30.
        sample = np.sort(difference[::3, ::3], axis=None)
        shift = sample[sample.size // 2]
        difference -= shift
        size = np.abs(difference)
        limit = np.maximum(self._deviation * _DEVIATIONS, _THRESHOLD)
        moving = size > limit
        if self._watched is not None:
            moving &= self._watched
        share = np.count_nonzero(moving) / moving.size
        self._learn(difference, np.minimum(size, limit), moving, shift, time)
        if share <= _GLOBAL_SHARE:
            self._upheaval = None
        else:
            self._upheaval = time if self._upheaval is None else self._upheaval
            if 0 <= time - self._upheaval < _UPHEAVAL:
                self._begin(now, time)
                return Motion(time, (), share, global_change=True)
        return Motion(time, regions(moving) if share else (), share)

    def only_light(self, motion: Motion) -> bool:
        """Tell whether all that moves in the newest picture is light: a cloud, a shadow, a lamp.

        Then the texture behind it shows through. Costs 30 us a region, so ask only when it matters.
        """
        return all(self._is_light(box) for box in motion.boxes)

    def _is_light(self, box: Box) -> bool:
        background = self._background
        if background is None or background.shape != self._now.shape:
            return False
        rows, columns = background.shape
        place = (
            slice(int(box.top * rows), math.ceil(box.bottom * rows)),
            slice(int(box.left * columns), math.ceil(box.right * columns)),
        )
        behind, shown = _texture(background[place]), _texture(self._now[place])
        energy = float(behind @ behind) * float(shown @ shown)
        return float(behind @ shown) >= _LIGHT * math.sqrt(energy) > 0

    def _begin(self, now: Floats, time: Micros) -> None:
        if self._background is None or self._background.shape != now.shape:
            self._deviation = np.full_like(now, 2.0)
            self._watched = _unmasked(self._masks, now.shape)
        self._background = now
        self._time = time

    def _learn(
        self, difference: Floats, size: Floats, moving: Flags, shift: np.float32, time: Micros
    ) -> None:
        elapsed = min(max(time - self._time, 0) / SECOND, _LONGEST_STEP)
        alpha = np.float32(1 - np.exp(-elapsed / _TAU))
        self._time = time
        assert self._background is not None  # noqa: S101 - step() began it
        self._background += difference * np.where(moving, alpha * _RELUCTANCE, alpha) + shift
        self._deviation += (size - self._deviation) * alpha


def _texture(luma: Floats) -> Floats:
    """Return the steps between neighbouring pixels, across and down, in one row."""
    return np.concatenate((np.diff(luma, axis=1).ravel(), np.diff(luma, axis=0).ravel()))


def regions(moving: Flags) -> tuple[Box, ...]:
    """Join moving pixels [rows, columns] to boxes, biggest first; a gap of one cell joins.

    Rows of cells are whole numbers, a bit a cell, so that a group grows by a row at a time.
    """
    rows, columns = moving.shape
    lines = _cell_rows(moving)
    found = []
    for row in range(len(lines)):
        while lines[row]:
            group = _taken(lines, row)
            size = sum(bits.bit_count() for bits in group.values())
            if size < _LEAST_CELLS:
                continue
            across = reduce(or_, group.values())
            box = Box(
                left=((across & -across).bit_length() - 1) * _CELL / columns,
                top=min(group) * _CELL / rows,
                right=min(1.0, across.bit_length() * _CELL / columns),
                bottom=min(1.0, (max(group) + 1) * _CELL / rows),
            )
            found.append((size, box))
    found.sort(key=lambda item: -item[0])
    return tuple(box for _, box in found)


def _cell_rows(moving: Flags) -> list[int]:
    """Return each row of cells as a number whose bit n tells whether cell n moves."""
    high, wide = moving.shape[0] // _CELL, moving.shape[1] // _CELL
    whole = np.ascontiguousarray(moving[: high * _CELL, : wide * _CELL])
    # Four flags side by side are a 32-bit number: added as such, then its bytes to the highest.
    counts = whole.view(np.uint32).reshape(high, _CELL, wide).sum(axis=1, dtype=np.uint32)
    counts = counts * np.uint32(0x01010101) >> np.uint32(24)
    packed = np.packbits(counts >= _CELL_PIXELS, axis=1, bitorder="little")
    return [int.from_bytes(line.tobytes(), "little") for line in packed]


def _taken(lines: list[int], row: int) -> dict[int, int]:
    """Take the group of ``row``'s first cell out of ``lines``; return its bits by row."""
    group: dict[int, int] = {}
    fresh = {row: lines[row] & -lines[row]}
    while fresh:
        at, bits = fresh.popitem()
        near = bits | bits << 1 | bits << 2 | bits >> 1 | bits >> 2
        for other in range(max(at - 2, 0), min(at + 3, len(lines))):
            new = near & lines[other]
            if new:
                lines[other] ^= new
                group[other] = group.get(other, 0) | new
                fresh[other] = fresh.get(other, 0) | new
    return group


def _unmasked(masks: tuple[Polygon, ...], shape: tuple[int, ...]) -> Flags | None:
    if not masks:
        return None
    rows, columns = shape
    image = Image.new("1", (columns, rows), 1)
    draw = ImageDraw.Draw(image)
    for mask in masks:
        draw.polygon([(x * columns, y * rows) for x, y in mask], fill=0)
    return np.asarray(image, dtype=np.bool_)
