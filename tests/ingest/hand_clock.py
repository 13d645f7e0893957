"""A clock that a test moves."""

from consentry.model.time import SECOND, Micros


class HandClock:
    """Both clocks of a machine, standing still until moved."""

    def __init__(self) -> None:
        """Begin some time in 2026."""
        self._wall = 1_790_000_000 * SECOND
        self._monotonic = 5 * SECOND

    def wall(self) -> Micros:
        """Return the wall clock."""
        return Micros(self._wall)

    def monotonic(self) -> Micros:
        """Return the monotonic clock."""
        return Micros(self._monotonic)

    def go(self, seconds: float) -> None:
        """Let time pass."""
        self._wall += round(seconds * SECOND)
        self._monotonic += round(seconds * SECOND)

    def step(self, seconds: float) -> None:
        """Set the wall clock, as NTP or a person does."""
        self._wall += round(seconds * SECOND)
