"""Watch one camera: motion on every frame, and the decision when a look is worth its 25 ms.

Where motion is usual (foliage, rain, a road) looks are seldom; where it is new they are frequent.
So a tree costs little, and a person who walks past the tree is seen at once.
"""

import math

import numpy as np
from numpy.typing import NDArray

from consentry.model.camera import Polygon
from consentry.model.time import SECOND, Micros
from consentry.model.vision import Box, Look, Motion, Sighting
from consentry.vision.frame import Frame
from consentry.vision.motion import MotionDetector, Scale

_FREQUENT = SECOND / 5
"""Microseconds between looks while something new moves: three looks, enough to be sure, in .5 s."""
_FOLLOWING = 0.5 * SECOND
"""Between looks at something new after some seconds: it was told of, its way is still drawn."""
_ARRIVAL = 1.5, 3.0
"""Seconds of new motion, lately, after which looks begin to become fewer, and have done so."""
_SELDOM = SECOND
"""Between looks while only what moved a moment ago moves on."""
_RARE = 5 * SECOND
"""Between looks at what has hardly stopped moving for two minutes: a plant in the wind, a road."""
_REPORT = Micros(SECOND // 5)
_MOTION_STEP = Micros(SECOND // 13)
"""Frames closer together than this are not compared: 12 a second show whatever a home sees move."""
_CALM_STEP = Micros(SECOND // 6)
"""The same while nothing moves: every second frame of 10 a second finds what begins to."""
_GRID = (18, 32)
_HABIT = 4.0
"""Seconds of motion in a cell until it counts as usual there."""
_FORGET = 12.0
_STANDING = 60.0
"""Seconds over which the share of time with motion in a cell is averaged."""
_OFTEN, _ALWAYS = 0.2, 0.5
"""Shares of time: from the first on looks become rarer, from the second they are rare."""

Grid = NDArray[np.float32]


class Habits:
    """Where motion is usual before one camera: a coarse grid with a short and a long memory."""

    def __init__(self) -> None:
        """Begin with everything new."""
        self._recent: Grid = np.zeros(_GRID, np.float32)
        self._share: Grid = np.zeros(_GRID, np.float32)
        self._fresh = 0.0

    def step(self, motion: Motion, elapsed: float) -> float:
        """Learn ``elapsed`` seconds of motion; return how long to wait between looks at it now.

        In microseconds. The newest of the moving regions decides.
        """
        self._recent *= np.float32(math.exp(-elapsed / _FORGET))
        self._share *= np.float32(math.exp(-elapsed / _STANDING))
        self._fresh *= math.exp(-elapsed / _FORGET)
        wait = float(_RARE)
        if not motion.boxes:
            return wait
        moving = np.zeros(_GRID, np.bool_)
        for box in motion.boxes:
            cells = _cells(box)
            moving[cells] = True
            wait = min(wait, self._wait(cells))
        self._recent += moving * np.float32(elapsed)
        self._share += moving * np.float32(1 - math.exp(-elapsed / _STANDING))
        np.minimum(self._recent, np.float32(_HABIT), out=self._recent)
        begin, end = _ARRIVAL
        followed = min(max((self._fresh - begin) / (end - begin), 0.0), 1.0)
        self._fresh += elapsed * (wait < _SELDOM)
        return max(wait, _FREQUENT + (_FOLLOWING - _FREQUENT) * followed)

    def _wait(self, cells: tuple[slice, slice]) -> float:
        usual = float(self._recent[cells].mean()) / _HABIT
        often = (float(self._share[cells].mean()) - _OFTEN) / (_ALWAYS - _OFTEN)
        standing = min(max(often, 0.0), 1.0)
        return _FREQUENT + (_SELDOM - _FREQUENT) * usual**2 + (_RARE - _SELDOM) * usual * standing


class Watch:
    """One camera's motion and look schedule. State belongs to the caller's thread."""

    def __init__(self, masks: tuple[Polygon, ...] = ()) -> None:
        """Ignore motion inside ``masks``."""
        self._motion = MotionDetector(masks)
        self._habits = Habits()
        self._step = _CALM_STEP
        self._compared = Micros(-SECOND)
        self._looked = Micros(-SECOND)
        self._reported = Micros(-SECOND)

    def step(self, frame: Frame) -> Look | Sighting | None:
        """Take the next frame; say whether to look at it, only report its motion, or nothing."""
        if frame.time < self._compared:  # the clock was set back: start again from here
            self._compared = self._looked = self._reported = Micros(frame.time - SECOND)
        if frame.time - self._compared < self._step:
            return None
        elapsed = min(frame.time - self._compared, SECOND) / SECOND
        self._compared = frame.time
        scale = Scale.of(frame.size, frame.sample_aspect)
        motion = self._motion.step(frame.small_luma(scale.columns, scale.rows), frame.time)
        self._step = _MOTION_STEP if motion.boxes else _CALM_STEP
        wait = self._habits.step(motion, elapsed)
        if not motion.boxes:
            return None
        if frame.time - self._looked >= wait:
            self._looked = self._reported = frame.time
            return Look(frame.picture(), motion)
        if frame.time - self._reported >= _REPORT:
            self._reported = frame.time
            return Sighting(frame.time, motion, (), looked=False, aspect=frame.aspect)
        return None


def _cells(box: Box) -> tuple[slice, slice]:
    """Return the cells of the grid that a box touches."""
    rows, columns = _GRID
    return (
        slice(int(box.top * rows), math.ceil(box.bottom * rows)),
        slice(int(box.left * columns), math.ceil(box.right * columns)),
    )
