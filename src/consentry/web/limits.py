"""Slow down guessing: each failure doubles the wait, nobody is locked out for ever.

Kept in memory only. A restart forgets it, which gives a guesser one more handful of attempts and
an owner behind a forgotten browser tab no riddle.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from consentry.clock import Clock
from consentry.model.time import MINUTE, SECOND, Micros

FREE_ATTEMPTS = 5
"""Failures that cost no wait: people mistype."""

LONGEST_WAIT = Micros(MINUTE)
FORGET_AFTER = Micros(30 * MINUTE)

MOST_KEYS = 10_000
"""Keys remembered, about 2 MB; beyond, the oldest go."""


@dataclass(slots=True)
class _Failures:
    count: int
    last: Micros


class Limiter:
    """Failures per key (an account, an address). Owned by the event loop."""

    def __init__(self, clock: Clock) -> None:
        """Start with a clean slate; waits are measured on the monotonic clock."""
        self._clock = clock
        self._failures: dict[str, _Failures] = {}
        self._trying: Counter[str] = Counter()
        self._trusted: dict[str, None] = {}

    def wait(self, key: str) -> Micros:
        """Return how long ``key`` has to wait before its next attempt; 0 for none.

        What is being tried counts as a failure: guesses that come together get no more of them.
        """
        now = self._clock.monotonic()
        failures = self._failures.get(key)
        if failures is not None and now - failures.last > FORGET_AFTER:
            del self._failures[key]
            failures = None
        failed, trying = failures.count if failures is not None else 0, self._trying[key]
        if failed + trying < FREE_ATTEMPTS:
            return Micros(0)
        if failures is None or trying:
            return Micros(SECOND)
        doublings = min(failures.count - FREE_ATTEMPTS, 10)
        pause = min(SECOND << doublings, LONGEST_WAIT)
        return Micros(max(0, failures.last + pause - now))

    @contextmanager
    def trying(self, *keys: str) -> Iterator[None]:
        """Note that each of the keys is being tried inside the context."""
        self._trying.update(keys)
        try:
            yield
        finally:
            self._trying.subtract(keys)
            for key in keys:
                if not self._trying[key]:
                    del self._trying[key]

    def failed(self, key: str) -> None:
        """Count a failure."""
        failures = self._failures.pop(key, None) or _Failures(0, Micros(0))
        failures.count += 1
        failures.last = self._clock.monotonic()
        self._failures[key] = failures  # last in the dict: youngest
        if len(self._failures) > MOST_KEYS:
            del self._failures[next(iter(self._failures))]

    def succeeded(self, key: str) -> None:
        """Forget the failures of ``key``."""
        self._failures.pop(key, None)

    def trust(self, key: str) -> None:
        """Remember that ``key`` (somebody at some address) got in once."""
        self._trusted.pop(key, None)
        self._trusted[key] = None
        if len(self._trusted) > MOST_KEYS:
            del self._trusted[next(iter(self._trusted))]

    def trusts(self, key: str) -> bool:
        """Tell whether ``key`` got in before."""
        return key in self._trusted


def address_key(address: str) -> str:
    """Return what counts as one address: an IPv6 household owns a whole /64."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)
