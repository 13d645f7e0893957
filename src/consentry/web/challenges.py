"""Challenges of passkeys that wait for their answer: random, good once, for five minutes."""

import secrets

from consentry.clock import Clock
from consentry.model.ids import MemberId
from consentry.model.time import MINUTE, Micros

VALID = Micros(5 * MINUTE)
MOST = 1000
"""Challenges that may wait; beyond, the oldest goes: whoever floods us makes others ask again."""


class Challenges:
    """Kept in memory only; owned by the event loop."""

    def __init__(self, clock: Clock) -> None:
        """Start with none; ages are measured on the monotonic clock."""
        self._clock = clock
        self._waiting: dict[bytes, tuple[Micros, MemberId | None]] = {}
        self.dropped = 0

    def make(self, member: MemberId | None = None) -> bytes:
        """Return a new challenge, for ``member`` only (None: for whoever signs in)."""
        if len(self._waiting) >= MOST:
            del self._waiting[next(iter(self._waiting))]
            self.dropped += 1
        challenge = secrets.token_bytes(32)
        self._waiting[challenge] = (self._clock.monotonic(), member)
        return challenge

    def take(self, challenge: bytes, member: MemberId | None = None) -> bool:
        """Tell whether that challenge was ours, for ``member``, and still good. It is used up."""
        made, meant = self._waiting.pop(challenge, (Micros(0), None))
        if made == 0 or meant != member:
            return False
        return self._clock.monotonic() - made <= VALID
