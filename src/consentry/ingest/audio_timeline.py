"""Placing audio in time: frames that follow one another closely stay seamless, gaps stay gaps.

A camera's audio stamps wander: RTCP re-anchors them every few seconds by some samples. Players
hear every seam, so a frame is placed right behind its predecessor as long as its stamp agrees
within ``tolerance``; beyond that the stamp is right and sound was lost (or is doubled). Packets
that come late and in a burst are no jump, even with losses between them: only a stamp further ahead
than the quickest packet allows cannot be true.
"""

_JUMP_SECONDS = 2


class AudioTimeline:
    """Positions in ticks of the sample rate, on the stream's own time scale, not the run's.

    Owned by the caller's thread. ``jumped`` is True from a stamp that cannot be true until
    ``restart``.
    """

    def __init__(self, *, rate: int, tolerance: int) -> None:
        """Begin empty; ``tolerance`` in samples."""
        self.jumped = False
        self._tolerance = tolerance
        self._jump = _JUMP_SECONDS * rate
        self._next: int | None = None
        self._stamp: int | None = None
        self._arrival = 0
        self._least_lag: int | None = None  # of arrival behind stamp: that of the quickest packet

    def restart(self) -> None:
        """Forget the past: the next frame begins anew at its stamp."""
        self.jumped = False
        self._next = None
        self._stamp = None
        self._least_lag = None

    def place(self, stamp: int | None, length: int, arrival: int) -> int:
        """Return where ``length`` samples stamped ``stamp`` begin.

        The result less the end of the previous frame is the gap (negative: overlap) that is heard.
        """
        elapsed, self._arrival = arrival - self._arrival, arrival
        if self._next is None:
            position = stamp or 0
        elif stamp is None or stamp == self._stamp or abs(stamp - self._next) <= self._tolerance:
            position = self._next
        else:
            position = stamp
            ahead = stamp - self._next
            leap = ahead - max(0, elapsed) > self._jump and self._is_too_early(stamp, arrival)
            self.jumped |= ahead < -self._jump or leap
        self._stamp = stamp if stamp is not None else self._stamp
        self._next = position + length
        lag = arrival - position
        self._least_lag = lag if self._least_lag is None else min(lag, self._least_lag)
        return position

    def _is_too_early(self, stamp: int, arrival: int) -> bool:
        return self._least_lag is None or arrival - stamp < self._least_lag - self._jump
