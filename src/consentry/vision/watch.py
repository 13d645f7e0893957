"""Watch one camera: motion on every frame, and the decision when a look is worth its 25 ms.

Where motion is usual (foliage, rain, a road) looks are seldom; where it is new they are frequent.
So a tree costs little, and a person who walks past the tree is seen at once.
"""

import math

import numpy as np
from numpy.typing import NDArray

from consentry.model.camera import Polygon
from consentry.model.time import SECOND, Micros
from consentry.model.vision import Look, Motion, Sighting
from consentry.vision.frame import Frame
from consentry.vision.motion import MotionDetector, Scale

_FREQUENT = Micros(SECOND // 5)
"""Between looks while something new moves: three looks, enough to be sure, in half a second."""
_SELDOM = Micros(SECOND)
"""Between looks while only usual motion is seen."""
_REPORT = Micros(SECOND // 5)
_MOTION_STEP = Micros(SECOND // 13)
"""Frames closer together than this are not compared: 12 a second show whatever a home sees move."""
_GRID = (18, 32)
_HABIT = 8.0
"""Seconds of motion in a cell until it counts as usual there."""
_FORGET = 12.0


class Watch:
    """One camera's motion and look schedule. State belongs to the caller's thread."""

    def __init__(self, masks: tuple[Polygon, ...] = ()) -> None:
        """Ignore motion inside ``masks``."""
        self._motion = MotionDetector(masks)
        self._compared = Micros(-SECOND)
        self._looked = Micros(-SECOND)
        self._reported = Micros(-SECOND)
        self._habit: NDArray[np.float32] = np.zeros(_GRID, np.float32)

    def step(self, frame: Frame) -> Look | Sighting | None:
        """Take the next frame; say whether to look at it, only report its motion, or nothing."""
        if frame.time < self._compared:  # the clock was set back: start again from here
            self._compared = self._looked = self._reported = Micros(frame.time - SECOND)
        if frame.time - self._compared < _MOTION_STEP:
            return None
        elapsed = min(frame.time - self._compared, SECOND) / SECOND
        self._compared = frame.time
        scale = Scale.of(frame.size, frame.sample_aspect)
        motion = self._motion.step(frame.small_luma(scale.columns, scale.rows), frame.time)
        novelty = self._learn_habit(motion, elapsed)
        if not motion.boxes:
            return None
        wait = _SELDOM + (_FREQUENT - _SELDOM) * novelty
        if frame.time - self._looked >= wait:
            self._looked = self._reported = frame.time
            return Look(frame.picture(), motion)
        if frame.time - self._reported >= _REPORT:
            self._reported = frame.time
            return Sighting(frame.time, motion, (), looked=False, aspect=frame.aspect)
        return None

    def _learn_habit(self, motion: Motion, elapsed: float) -> float:
        """Learn where motion is usual; return how unusual this one is, 0..1."""
        self._habit *= np.float32(math.exp(-elapsed / _FORGET))
        novelty = 0.0
        rows, columns = _GRID
        for box in motion.boxes:
            cells = self._habit[
                int(box.top * rows) : math.ceil(box.bottom * rows),
                int(box.left * columns) : math.ceil(box.right * columns),
            ]
            novelty = max(novelty, 1.0 - float(cells.mean()) / _HABIT)
            cells += np.float32(elapsed)
        np.minimum(self._habit, np.float32(_HABIT), out=self._habit)
        return max(0.0, novelty)
