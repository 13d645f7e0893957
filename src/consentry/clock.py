"""Time comes from a Clock.

Tests can move it, and a step of the machine's wall clock cannot move a recording.
"""

import time
from typing import Protocol

from consentry.model.time import SECOND, Micros


class Clock(Protocol):
    """Where time comes from. Both calls are cheap, thread-safe and never fail."""

    def wall(self) -> Micros:
        """Return now, microseconds UTC; may jump in either direction."""

    def monotonic(self) -> Micros:
        """Return microseconds since an arbitrary start; never goes back."""


class SystemClock:
    """The machine's clocks."""

    def wall(self) -> Micros:
        """Return the machine's wall clock."""
        return Micros(time.time_ns() // 1000)

    def monotonic(self) -> Micros:
        """Return CLOCK_BOOTTIME where there is one (it counts suspended time too)."""
        return Micros(time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000)


def until_tick(clock: Clock, period: Micros) -> Micros:
    """Return how long it is to the next whole multiple of ``period`` on the monotonic clock.

    Who rests until then wakes together with all others that do, in every process of the machine:
    code and kernel are in the caches once for all of them (ADR 0023).
    """
    return Micros(period - clock.monotonic() % period)


BEHIND_LIMIT = Micros(300 * SECOND)
"""Set back by more than this, a clock's time of day means nothing."""


class ForwardClock:
    """The latest time ever seen: what expired by it stays expired when the clock is set back.

    While the machine's clock is behind, it stands still. It survives a restart in the database
    (``store.latest``).
    """

    def __init__(self, source: Clock, latest: Micros = Micros(0)) -> None:
        """Go on from the latest time seen before the start."""
        self._source = source
        self._latest = latest

    def wall(self) -> Micros:
        """Return the machine's wall clock, or the latest time if that was later."""
        self._latest = max(self._latest, self._source.wall())
        return self._latest

    def monotonic(self) -> Micros:
        """Return the source's monotonic time."""
        return self._source.monotonic()

    @property
    def behind(self) -> bool:
        """Tell whether the machine's clock was set back, beyond what NTP does to it."""
        return self._source.wall() < self._latest - BEHIND_LIMIT

    def believe(self) -> Micros:
        """Take the machine's clock as right, though it is behind: the owner says so."""
        self._latest = self._source.wall()
        return self._latest


class AnchoredClock:
    """A wall clock that only moves on when told: wall time anchored to the monotonic clock.

    ``wall`` advances with the monotonic clock from the anchor. ``step`` reads the real
    difference; a caller that sees more than two seconds ends what depends on continuity and
    calls ``anchor`` again.
    """

    def __init__(self, source: Clock) -> None:
        """Anchor at once."""
        self._source = source
        self._offset = Micros(source.wall() - source.monotonic())

    def wall(self) -> Micros:
        """Return wall time as anchored, blind to steps since then."""
        return Micros(self._source.monotonic() + self._offset)

    def monotonic(self) -> Micros:
        """Return the source's monotonic time."""
        return self._source.monotonic()

    def step(self) -> Micros:
        """Return how far the source's wall clock has left the anchor (positive: forward)."""
        return Micros(self._source.wall() - self.wall())

    def anchor(self) -> None:
        """Take the source's wall clock as the truth from now on."""
        self._offset = Micros(self._source.wall() - self._source.monotonic())


STEP_LIMIT = Micros(2 * SECOND)
"""A step of the hub's clock above this ends every run."""


class RunClock:
    """Where the media time of one run lies on the hub's clock.

    A camera's oscillator is off by up to a few hundred ppm (100 ppm are 9 s a day). Jitter of the
    network only ever delays, so the least delay of a minute tells the drift; it is followed by at
    most 500 ppm, so that one bad minute moves a recording by 30 ms at most.
    """

    _WINDOW = Micros(60 * SECOND)
    _STEEPEST = Micros(30_000)  # 500 ppm of the window

    def __init__(self, start: Micros) -> None:
        """Take the wall time of media time zero."""
        self._start = start
        self._correction = 0
        self._least: int | None = None
        self._window_end = self._WINDOW

    def observe(self, media: Micros, arrival: Micros) -> None:
        """Learn from one access unit: media time, and arrival on the hub's clock."""
        delay = arrival - self._start - media
        self._least = delay if self._least is None else min(self._least, delay)
        if media < self._window_end:
            return
        drift = self._least - self._correction
        self._correction += max(-self._STEEPEST, min(drift, self._STEEPEST))
        self._least = None
        self._window_end = Micros(media + self._WINDOW)

    def wall(self, media: Micros) -> Micros:
        """Return the wall time of a media time, microseconds UTC."""
        return Micros(self._start + media + self._correction)
