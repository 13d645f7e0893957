"""RTP timestamps as a camera with a bad media clock writes them."""

from consentry.model.media import TrackKind
from consentry.simcam.broadcast import Sending
from consentry.simcam.fault import (
    ClockDrift,
    ClockJump,
    ClockRepeat,
    ClockStop,
    ClockWrap,
    Fault,
)


class Skew:
    """The faulty clock of one session. Owned by its viewer."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep what the clock faults must remember between units."""
        self._faults = faults
        self._held: dict[int, int] = {}
        self._previous: dict[int, int] = {}
        self._pictures = 0

    def timestamp(self, sending: Sending, elapsed: float) -> int:
        """Return the unit's timestamp (not wrapped); ``elapsed`` is seconds of this session."""
        ticks, place = sending.present, sending.place
        clock = sending.cut.track.clock
        for fault in self._faults:
            match fault:
                case ClockJump(after=after, by=by) if elapsed >= after:
                    ticks += round(by * clock)
                case ClockDrift(ppm=ppm):
                    ticks += round(elapsed * clock * ppm / 1e6)
                case ClockWrap(after=after):
                    ticks = 2**32 + round((elapsed - after) * clock)
                    ticks += sending.present - sending.decode
                case ClockStop(after=after, lasting=lasting) if 0 <= elapsed - after < lasting:
                    ticks = self._held.setdefault(place, ticks)
                case ClockRepeat(every=every) if sending.cut.track.kind is TrackKind.VIDEO:
                    self._pictures += 1
                    if self._pictures % every == 0:
                        ticks = self._previous.get(place, ticks)
                case _:
                    pass
        self._previous[place] = ticks
        return ticks
