"""Stretches of motion, joined over short pauses."""

from consentry.model.time import SECOND, Micros, Span
from consentry.model.vision import Sighting

_PAUSE = Micros(2 * SECOND)
_LATEST = Micros(10 * SECOND)
_CHUNK = Micros(30 * SECOND)
"""Longer motion is reported in pieces, so that a crash or a busy road delays nothing for long."""


class MotionLog:
    """One camera's motion. Sightings may come a little out of order; a stretch grows both ways."""

    def __init__(self) -> None:
        """Begin at rest."""
        self._span: Span | None = None
        self._since = Micros(0)
        self._until: Micros | None = None

    def lasts_since(self, moment: Micros) -> bool:
        """Tell whether it has not stopped moving since ``moment``."""
        return self._until is not None and self._since <= moment

    def step(self, sighting: Sighting) -> Span | None:
        """Take in a sighting; return a stretch that is complete."""
        if not sighting.motion.boxes:
            return self.tick(sighting.time)
        time = sighting.time
        done = self.tick(time)
        if self._until is None or not -_LATEST <= time - self._until <= _PAUSE:
            self._since = self._until = time
        self._until = max(self._until, time)
        if self._span is None:
            self._span = Span(time, time)
        else:
            start, end = min(self._span.start, time), max(self._span.end, time)
            self._span = Span(Micros(start), Micros(end))
        return done

    def tick(self, now: Micros) -> Span | None:
        """Return the stretch that ended by ``now``, if there is one."""
        span = self._span
        if span is None:
            return None
        paused = not -_LATEST <= now - span.end <= _PAUSE  # long before: the clock was set back
        return self.close() if paused or span.duration >= _CHUNK else None

    def close(self) -> Span | None:
        """Return what is open, and begin at rest again."""
        span, self._span = self._span, None
        return span
