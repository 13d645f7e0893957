"""A clock that tests move by hand."""

from consentry.model.time import Micros


class HandClock:
    """Both clocks show the same, and go only when told to."""

    def __init__(self, now: int = 1_790_000_000_000_000) -> None:
        """Start somewhere in September 2026."""
        self.now = Micros(now)

    def wall(self) -> Micros:
        """Return what was set."""
        return self.now

    def monotonic(self) -> Micros:
        """Return what was set."""
        return self.now

    def advance(self, duration: int) -> None:
        """Let time pass; a negative duration sets the clock back."""
        self.now = Micros(self.now + duration)
