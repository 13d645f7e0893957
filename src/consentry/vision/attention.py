"""What looks have found before one camera, followed by its motion: where a look says nothing new.

A thing that several looks were sure of, and that went somewhere meanwhile, is *known*: whoever
should hear of it has heard. Its motion is then looked at every second and a half, for its way and
its best picture, and what moves elsewhere at once. Without answers all motion stays unknown: a
detector that is late or gone costs looks and nothing else.
"""

import math
from dataclasses import dataclass

from consentry.model.time import SECOND
from consentry.model.vision import Box, Detection, Motion, Sighting

_LEAST_SCORE = 0.3
_SURE = 0.6
_LOOKS = 4
"""So many looks that are so sure make a thing known: an alert asks for three, and less sure. With
three, apes in small pictures were known, and looked at seldom, before they were told of."""
_WAY = 0.7
"""Of the short side of its first box. A parked car in a shadow, whose box jitters by .5 at most,
stays unknown: it may yet leave."""
_KNOWN = 1.5 * SECOND
"""Microseconds between looks at what is known. The tracker leaps over 2 s at most."""
_PASSING = 0.8 * SECOND
"""The same where places matter, before zones. Not at the picture's edge: three looks a visit more,
and all events of the clips were found without them (compared together with the values above)."""
_REACH = 0.25
"""Of a thing's sides: motion so close to it is its own."""
_OWN_SIZE = 4.0
"""Motion larger than the thing by more is a cloud's or a crowd's, whatever it touches."""


@dataclass(slots=True)
class _Thing:
    """A thing that was found. ``box`` goes with the motion, the others are of looks."""

    first: Box
    box: Box
    area: float
    sure: int
    way: float = 0.0

    @property
    def known(self) -> bool:
        """Tell whether enough looks were sure of it, and it went somewhere."""
        return self.sure >= _LOOKS and self.way >= _WAY


class Attention:
    """The things before one camera. Owned by the caller's thread."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._things: list[_Thing] = []

    def found(self, sighting: Sighting) -> None:
        """Take in what a look found; what it did not show again is forgotten."""
        before, self._things = self._things, []
        for detection in sighting.detections:
            if detection.score < _LEAST_SCORE:
                continue
            near = [(t.box.intersection(detection.box.grown(_REACH)), t) for t in before]
            shared, thing = max(near, key=lambda pair: pair[0], default=(0.0, None))
            if thing is not None and shared > 0:
                before.remove(thing)
            else:
                thing = _Thing(detection.box, detection.box, 0.0, 0)
            self._things.append(thing)
            _see(thing, detection, sighting.aspect)

    def waits(self, motion: Motion, *, closely: bool) -> tuple[float | None, ...]:
        """Follow the things into ``motion``; return for each of its regions how long looks wait.

        In microseconds, None where the region is not of something known. ``closely``: places
        matter everywhere before this camera.
        """
        waits: list[float | None] = [None] * len(motion.boxes)
        for thing in self._things:
            reach = thing.box.grown(_REACH)
            own = [
                index
                for index, region in enumerate(motion.boxes)
                if region.area <= _OWN_SIZE * thing.area and region.intersection(reach) > 0
            ]
            if own:
                thing.box = Box.hull([motion.boxes[index] for index in own])
            if thing.known:
                for index in own:
                    waits[index] = _PASSING if closely else _KNOWN
        return tuple(waits)


def _see(thing: _Thing, detection: Detection, aspect: float) -> None:
    """Note that a look showed the thing here."""
    (x1, y1), (x2, y2) = thing.first.center, detection.box.center
    first = thing.first
    short = min((first.right - first.left) * aspect, first.bottom - first.top)
    thing.way = max(thing.way, math.hypot((x1 - x2) * aspect, y1 - y2) / max(short, 1e-6))
    thing.sure += detection.score >= _SURE
    thing.box, thing.area = detection.box, detection.box.area
