"""One thing, followed from look to look."""

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from statistics import median

import numpy as np
from numpy.typing import NDArray

from consentry.model.event import TimedBox
from consentry.model.time import SECOND, Micros
from consentry.model.vision import Box, Detection, Label

_PATH_LIMIT = 600
"""Boxes kept of a track: two minutes at five looks a second. Longer paths are thinned by half."""
_EDGE = 0.01
_SCORES = 8
"""Best scores kept of each label: no rule asks for more."""
_RECENT = 5
_SETTLING = Micros(2 * SECOND)
"""What still covers its first place after so long was standing there before it was noticed."""
STAYED = 0.65
AWAY = 0.1
_STRAIGHT = 0.5
_LONGEST_STEP = 0.5
_LEAP = 0.8
_SETTLED = 3
"""Boxes averaged for where a thing began and where it is: one box jitters by a tenth."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One look's box of a thing.

    ``moving`` is the share of the box that motion covers; ``fitting`` tells that the motion is the
    thing's own: it covers much of the box, and is not much larger.
    """

    time: Micros
    detection: Detection
    moving: float
    fitting: bool

    @property
    def box(self) -> Box:
        """Where it was."""
        return self.detection.box


class Track:
    """A thing's history. Mutable; owned by its ``Tracker``, read by the machine."""

    def __init__(self, seen: Observation, *, resident: bool) -> None:
        """Begin with the first look that shows the thing.

        ``resident``: something of its kind stood here before, so this is probably the same thing.
        What does not leave its first place within two seconds becomes a resident too.
        """
        self.resident = resident
        self.came_moving = seen.fitting and not resident
        """The first look showed it in motion of its own, where nothing was known before."""
        self.start = seen.time
        self.path: list[TimedBox] = []
        self.scores: dict[Label, list[float]] = {}
        """The best scores of each label, best first."""
        self._votes: dict[Label, float] = {}
        self.first: list[Box] = []
        self.recent: deque[Observation] = deque(maxlen=_RECENT)
        self.tail: list[TimedBox] = []
        """Where its motion went on after the last look that showed it."""
        self.moving_looks = 0
        self.missed = 0
        self.best_value = 0.0
        self.best: TimedBox = TimedBox(seen.time, seen.box, seen.detection.score)
        self.picture: bytes | None = None
        self.embedding: NDArray[np.float32] | None = None

    @property
    def seen(self) -> Micros:
        """When it was last detected."""
        return self.recent[-1].time

    @property
    def box(self) -> Box:
        """Where it was last detected."""
        return self.recent[-1].box

    @property
    def label(self) -> Label:
        """What most of the evidence says it is."""
        return max(self._votes, key=lambda label: self._votes[label])

    def add(self, seen: Observation, picture: bytes | None) -> None:
        """Take in another look; its picture is kept when it shows the thing best."""
        self.recent.append(seen)
        self.tail.clear()
        self.missed = 0
        if seen.time - self.start >= _SETTLING and self.overlap() >= STAYED:
            self.resident = True
        self.moving_looks += seen.moving >= MOVING_SHARE
        if len(self.first) < _SETTLED:
            self.first.append(seen.box)
        score = seen.detection.score
        self._vote(seen.detection.label, score)
        self.path.append(TimedBox(seen.time, seen.box, score))
        if len(self.path) > _PATH_LIMIT:
            del self.path[1:-1:2]
        value = score * min(1.0, 4 * seen.box.area) ** 0.5 * _inside_share(seen.box)
        if value > self.best_value:
            self.best_value = value
            self.best = self.path[-1]
            self.picture = picture
            self.embedding = seen.detection.embedding

    def _vote(self, label: Label, score: float) -> None:
        self._votes[label] = self._votes.get(label, 0.0) + score
        self.scores[label] = sorted([*self.scores.get(label, ()), score], reverse=True)[:_SCORES]

    @property
    def left(self) -> Micros:
        """When it was last there, by a look or by its motion."""
        return self.tail[-1].time if self.tail else self.seen

    def follow(self, time: Micros, region: Box) -> None:
        """Note that its motion went on here, though no look showed it."""
        self.tail.append(TimedBox(time, region, self.path[-1].score))

    def predicted(self, time: Micros) -> Box:
        """Return where the thing should be now if it goes on as it did."""
        if len(self.recent) < 2:  # noqa: PLR2004 - a velocity needs two points
            return self.box
        old, new = self.recent[max(0, len(self.recent) - 3)], self.recent[-1]
        span = max(new.time - old.time, 1)
        ahead = min(time - new.time, SECOND) / span
        dx = (new.box.center[0] - old.box.center[0]) * ahead
        dy = (new.box.center[1] - old.box.center[1]) * ahead
        box = self.box
        return Box(box.left + dx, box.top + dy, box.right + dx, box.bottom + dy)

    def travel(self, aspect: float) -> float:
        """Return how far it is from where it began, in lengths of its own short side.

        ``aspect`` is the picture's width over its height. Medians at both ends against jitter.
        Both edges of the box must have moved: somebody who passes before a parked car uncovers
        one of them only.
        """
        first, last = self._ends()
        across = _shift((first.left, first.right), (last.left, last.right)) * aspect
        down = _shift((first.top, first.bottom), (last.top, last.bottom))
        return hypot(across, down) / max(1e-6, short_side([first], aspect))

    def overlap(self) -> float:
        """Return how much of its first place it still covers (IoU)."""
        first, last = self._ends()
        return first.iou(last)

    def is_steady(self, aspect: float) -> bool:
        """Tell whether it went evenly one way: not to and fro, and not in one leap of its box."""
        way, steps = self._way(aspect)
        return way >= _STRAIGHT * sum(steps) and way * _LONGEST_STEP >= max(steps, default=0.0)

    def has_leapt(self, aspect: float) -> bool:
        """Tell whether one step was nearly the whole way: two things that stand, taken for one."""
        way, steps = self._way(aspect)
        return max(steps, default=0.0) > _LEAP * way

    def _way(self, aspect: float) -> tuple[float, list[float]]:
        """Return how far it went, and each step, in picture heights."""
        boxes = [timed.box for timed in self.path]
        steps = [distance(one, two, aspect) for one, two in pairwise(boxes)]
        return distance(boxes[0], boxes[-1], aspect), steps

    def scores_away(self) -> list[float]:
        """Return the scores of the looks that showed it clear of its first place."""
        first, _ = self._ends()
        return [timed.score for timed in self.path if first.iou(timed.box) < AWAY]

    def _ends(self) -> tuple[Box, Box]:
        """Return where it began and where it is, each from up to three boxes of its own."""
        count = max(1, min(_SETTLED, len(self.path) // 2))
        last = [seen.box for seen in list(self.recent)[-count:]]
        return middle_box(self.first[:count]), middle_box(last)


MOVING_SHARE = 0.05
"""Motion must cover so much of a box for the thing in it to count as moving."""


def middle_box(boxes: list[Box]) -> Box:
    """Return the rectangle of the median sides: one box gone astray does not move it."""
    return Box(
        median(b.left for b in boxes),
        median(b.top for b in boxes),
        median(b.right for b in boxes),
        median(b.bottom for b in boxes),
    )


def distance(one: Box, other: Box, aspect: float) -> float:
    """Return the distance of two middles in picture heights."""
    dx = (one.center[0] - other.center[0]) * aspect
    return hypot(dx, one.center[1] - other.center[1])


def short_side(boxes: list[Box], aspect: float) -> float:
    """Return the shorter side of the average box in picture heights."""
    box = middle_box(boxes)
    return min((box.right - box.left) * aspect, box.bottom - box.top)


def _shift(old: tuple[float, float], new: tuple[float, float]) -> float:
    """Return how far both edges of an interval moved; an edge of the picture hides the thing's."""
    begin, end = abs(new[0] - old[0]), abs(new[1] - old[1])
    if min(old[0], new[0]) < _EDGE or max(old[1], new[1]) > 1 - _EDGE:
        return max(begin, end)
    return min(begin, end)


def _inside_share(box: Box) -> float:
    """Prefer a thing that the picture's edge does not cut: 1 inside, 0.5 at an edge."""
    cut = min(box.left, box.top) < _EDGE or max(box.right, box.bottom) > 1 - _EDGE
    return 0.5 if cut else 1.0
