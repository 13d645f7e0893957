"""Where motion is usual before one camera, and how seldom it needs a look there.

A coarse grid with two memories: how many seconds each cell moved lately, and the share of time it
moved over a minute.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from consentry.model.time import SECOND
from consentry.model.vision import Box, Motion

_FREQUENT = SECOND / 5
"""Microseconds between looks while something new moves: three looks, enough to be sure, in .5 s."""
_FOLLOWING = 0.5 * SECOND
"""Between looks at something new after some seconds: it was told of, its way is still drawn."""
_ARRIVAL = 2.5, 5.0
"""Seconds of new motion, lately, after which looks begin to become fewer, and have done so."""
_SELDOM = SECOND
"""Between looks while only what moved a moment ago moves on."""
_RARE = 5 * SECOND
"""Between looks at what has hardly stopped moving for two minutes: a plant in the wind, a road."""
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
    """One camera's memory of motion. Owned by the caller's thread."""

    def __init__(self) -> None:
        """Begin with everything new."""
        self._recent: Grid = np.zeros(_GRID, np.float32)
        self._share: Grid = np.zeros(_GRID, np.float32)
        self._fresh = 0.0

    def step(self, motion: Motion, elapsed: float, *, known: Sequence[float | None] = ()) -> float:
        """Learn ``elapsed`` seconds of motion; return how long to wait between looks at it now.

        In microseconds. The newest of the moving regions decides. ``known`` is what
        ``Attention.waits`` says of each region.
        """
        self._recent *= np.float32(math.exp(-elapsed / _FORGET))
        self._share *= np.float32(math.exp(-elapsed / _STANDING))
        self._fresh *= math.exp(-elapsed / _FORGET)
        if not motion.boxes:
            return float(_RARE)
        moving = np.zeros(_GRID, np.bool_)
        waits = []
        for index, box in enumerate(motion.boxes):
            cells = _cells(box)
            moving[cells] = True
            if not known or known[index] is None:
                waits.append(self._wait(cells))
        self._recent += moving * np.float32(elapsed)
        self._share += moving * np.float32(1 - math.exp(-elapsed / _STANDING))
        np.minimum(self._recent, np.float32(_HABIT), out=self._recent)
        return min([self._arriving(waits, elapsed), *(w for w in known if w is not None)])

    def _wait(self, cells: tuple[slice, slice]) -> float:
        usual = float(self._recent[cells].mean()) / _HABIT
        often = (float(self._share[cells].mean()) - _OFTEN) / (_ALWAYS - _OFTEN)
        standing = min(max(often, 0.0), 1.0)
        return _FREQUENT + (_SELDOM - _FREQUENT) * usual**2 + (_RARE - _SELDOM) * usual * standing

    def _arriving(self, waits: list[float], elapsed: float) -> float:
        """Return the wait for what is not known: longer when it has been new for some seconds."""
        if not waits:
            return float(_RARE)
        begin, end = _ARRIVAL
        followed = min(max((self._fresh - begin) / (end - begin), 0.0), 1.0)
        wait = min(waits)
        self._fresh += elapsed * (wait < _SELDOM)
        return max(wait, _FREQUENT + (_FOLLOWING - _FREQUENT) * followed)


def _cells(box: Box) -> tuple[slice, slice]:
    """Return the cells of the grid that a box touches."""
    rows, columns = _GRID
    return (
        slice(int(box.top * rows), math.ceil(box.bottom * rows)),
        slice(int(box.left * columns), math.ceil(box.right * columns)),
    )
