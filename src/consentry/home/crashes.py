"""Crashes of child processes, remembered long enough to tell an accident from a loop."""

from collections import defaultdict, deque

from consentry.clock import Clock
from consentry.home.child import Crash
from consentry.model.time import MINUTE, Micros

LOOP = 3
"""Crashes within two minutes that make a loop; fewer are mended before anybody reads of them."""

_WINDOW = Micros(2 * MINUTE)

_LOST = {
    "recorder": "Recording is interrupted each time.",
    "watcher": "Nobody watches for motion meanwhile.",
    "detector": "People, vehicles and animals are not recognised meanwhile.",
}


class Crashes:
    """The crashes of the last two minutes by role; owned by the hub's event loop."""

    def __init__(self, clock: Clock) -> None:
        """Start with none."""
        self._clock = clock
        self._recent: defaultdict[str, deque[tuple[Micros, str]]] = defaultdict(deque)

    def note(self, crash: Crash) -> None:
        """Remember a crash."""
        self._recent[crash.role].append((self._clock.monotonic(), crash.sentence))

    def loops(self) -> dict[str, str | None]:
        """Return a sentence for each role that crashes again and again, None for one that did."""
        since = self._clock.monotonic() - _WINDOW
        found: dict[str, str | None] = {}
        for role, crashes in self._recent.items():
            while crashes and crashes[0][0] < since:
                crashes.popleft()
            found[role] = None
            if len(crashes) >= LOOP:
                found[role] = f"{crashes[-1][1]} That happens again and again. {_LOST[role]}"
        return found
