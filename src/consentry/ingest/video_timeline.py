"""Repairing the times of a video stream: whatever the camera stamps, decode times only ever grow.

RTP carries presentation times only, and cameras stamp badly: times repeat, stand still, jump when
NTP corrects the camera's clock, wrap at 32 bits, or are missing. Pure arithmetic in ticks of the
track's timescale; nothing is ever dropped here.

* Decode times are presentation times, sorted through a heap as deep as the stream reorders.
* A missing time follows the usual step, a repeated one the time that passed.
* Pictures that lead the run's first one (open groups) are shown before its zero, as soon as they
  are decoded: no jump, or every run would ask for the next one at each key frame.
* A jump - back, ahead of what the arrival clock allows, or a lag that stays - is bridged by the
  time that really passed and reported, so that a new run begins at the next key frame.
"""

from collections import deque
from heapq import heappushpop
from typing import NamedTuple

_WRAP = 1 << 32
_DEEPEST = 16  # pictures; the standards allow no deeper reordering
_GUESSED_DEEPEST = 4  # a stream that does not announce reordering is not believed to do more
_USUAL_FPS = 25
_JUMP_SECONDS = 2
_PATIENCE_SECONDS = 5  # a stalled network catches up in a burst, a wrong clock never does
_DRIFT = 1000  # one tick in so many: no crystal is worse, so the least lag may rise no faster


class Moment(NamedTuple):
    """Where an access unit lies in its run, in ticks; ``jumped`` asks for a new run."""

    dts: int
    cts_offset: int
    duration: int
    jumped: bool


class VideoTimeline:
    """The times of one run. Feed every access unit in order of arrival, from a key frame on.

    ``origin`` is the stream's own time at the run's zero, None until a stamp was seen; audio is
    placed by it. It moves when a jump is bridged. ``step`` is the usual duration of a picture.
    Everything here is owned by the caller's thread.
    """

    def __init__(self, *, timescale: int, reorder: int, arrival: int, step: int = 0) -> None:
        """Begin at ``arrival``; ``reorder`` and ``step`` (0: unknown) are what was announced."""
        self.reorder = min(reorder, _DEEPEST)
        self.origin: int | None = None
        self._jump = _JUMP_SECONDS * timescale
        self._patience = _PATIENCE_SECONDS * timescale
        self.step = step or timescale // _USUAL_FPS
        self._heap = [index * self.step for index in range(self.reorder)]
        self._recent: deque[int] = deque(maxlen=_DEEPEST)
        self._stamp: int | None = None  # the last one, unwrapped
        self._entry: int | None = None  # when the first picture is shown, until one is shown later
        self._wraps = 0
        self._change = 0
        self._stood = 0  # equal stamps in a row
        self._high = (self.reorder - 1) * self.step  # latest presentation time
        self._dts = -self.step
        self._arrival = arrival
        self._least_lag = arrival
        self._lagging: tuple[int, int] | None = None  # since when, and the least lag since

    def place(self, pts: int | None, arrival: int) -> Moment:
        """Place the next access unit; ``arrival`` is in ticks of a clock that only grows."""
        elapsed = max(1, arrival - self._arrival)
        self._arrival += elapsed
        shown, jumped = self._presentation(pts, elapsed)
        dts = heappushpop(self._heap, shown) if self._heap else shown
        dts = max(dts, self._dts + 1)
        self._learn_step(dts - self._dts)
        self._recent.append(shown)
        self._high = max(self._high, shown)
        self._dts = dts
        jumped |= self._fell_behind()
        return Moment(dts, max(0, shown - dts), self.step, jumped)

    def _learn_step(self, change: int) -> None:
        """Take a step for the usual one when it comes twice in a row, an eighth more or less."""
        if abs(change - self._change) <= change // 8:
            self.step = change
        self._change = change

    def _presentation(self, pts: int | None, elapsed: int) -> tuple[int, bool]:
        """Return the presentation time in the run, and whether a jump had to be bridged."""
        usual = self._high + self.step
        if pts is None:
            return usual, False
        if self.origin is None or self._stamp is None:
            self._stamp, self.origin, self._entry = pts, pts - usual, usual
            return usual, False
        previous, self._stamp = self._stamp, self._unwrapped(pts, self._stamp)
        if self._stamp == previous:
            return self._stood_still(elapsed), False
        return self._moved(self._stamp - self.origin, elapsed)

    def _moved(self, shown: int, elapsed: int) -> tuple[int, bool]:
        """Judge a stamp that differs from the one before it."""
        stood = self._stood
        self._stood = 0
        if self._entry is not None and shown > self._entry:
            self._entry = None
        if shown <= self._dts:
            if self._entry is not None and self._entry - shown < self._jump:
                return shown, False
            if stood and shown > self._dts - 2 * self.step:
                return shown, False  # the repeat before took a little of its time
            return self._went_back(shown, elapsed), True
        ahead = shown - self._high - elapsed > self._jump
        if ahead and self._arrival - shown < self._least_lag - self._jump:
            return self._bridged(elapsed), True
        return shown, False

    def _went_back(self, shown: int, elapsed: int) -> int:
        """Place a time below the last decode time: B-frames not announced, or a jump."""
        depth = sum(1 for other in self._recent if other > shown)
        if len(self._heap) < depth <= _GUESSED_DEEPEST:
            self.reorder = max(self.reorder, depth)
            return shown
        return self._bridged(elapsed)

    def _stood_still(self, elapsed: int) -> int:
        """Place a repeated stamp. One alone takes the usual step; the next is right again."""
        self._stood += 1
        return self._high + (min(elapsed, self.step) if self._stood == 1 else elapsed)

    def _unwrapped(self, pts: int, previous: int) -> int:
        """Continue past 2**32, where RTP's time begins anew."""
        stamp = pts + self._wraps
        if abs(stamp - previous) > self._jump:
            for turn in (_WRAP, -_WRAP):
                if abs(stamp + turn - previous) < self._jump:
                    self._wraps += turn
                    return stamp + turn
        return stamp

    def _bridged(self, elapsed: int) -> int:
        """Go on by the time that passed; later stamps count from here.

        What comes first after a jump is shown last of the pictures that are reordered.
        """
        shown = self._dts + elapsed + len(self._heap) * self.step
        self.origin = (self._stamp or 0) - shown
        return shown

    def _fell_behind(self) -> bool:
        """Tell whether the stream lags the arrival clock for good, and if so, catch up."""
        lag = self._arrival - self._dts
        self._least_lag = min(lag, self._least_lag + max(1, self.step // _DRIFT))
        if lag < self._least_lag + self._jump:
            self._lagging = None
            return False
        since, least = self._lagging or (self._arrival, lag)
        least = min(least, lag)
        self._lagging = since, least
        if self._arrival - since < self._patience or self.origin is None:
            return False
        self.origin -= least - self._least_lag
        self._high += least - self._least_lag
        self._lagging = None
        return True
