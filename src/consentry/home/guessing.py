"""Noticing that somebody guesses passwords, so that the owner hears of it."""

from collections.abc import Callable

from consentry.clock import Clock
from consentry.model.time import MINUTE, Micros, to_iso

TELL_AFTER = 20
"""Wrong passwords in a row of time; whoever mistypes their own gives up before."""

OVER_AFTER = Micros(30 * MINUTE)
"""Nothing wrong was typed for so long: it is over."""


class Guessing:
    """Counts wrong passwords, codes and tokens from everywhere; owned by the event loop."""

    def __init__(self, clock: Clock, report: Callable[[str | None], None]) -> None:
        """Tell ``report`` a sentence when it begins, None when it is over."""
        self._clock = clock
        self._report = report
        self._count = 0
        self._last = Micros(0)
        self._since = ""

    def failed(self, address: str) -> None:
        """Note a wrong password from ``address``."""
        self.look()
        if self._count == 0:
            self._since = to_iso(self._clock.wall())
        self._count += 1
        self._last = self._clock.monotonic()
        if self._count >= TELL_AFTER:
            self._report(
                f"Somebody is guessing passwords: {self._count} wrong ones since {self._since}, "
                f"the last from {address}."
            )

    def look(self) -> None:
        """Say that it is over when it is; asked once a minute."""
        if self._count and self._clock.monotonic() - self._last > OVER_AFTER:
            self._count = 0
            self._report(None)
