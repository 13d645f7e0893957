"""Where a track's stamps lie in time: on the camera's clock by its sender reports, else by arrival.

RTP's stamps begin anywhere, each track's elsewhere. Until both tracks of a camera have sent a
report, the least time between stamp and arrival in the first seconds tells how they agree.
"""

from consentry.ingest.rtp import SenderReport, unwrapped
from consentry.model.time import SECOND, Micros

_LEARNING = Micros(2 * SECOND)


class TrackTime:
    """Where stamp 0 lies: ``by_arrival`` on our clock, ``reported`` on the camera's."""

    def __init__(self, rate: int) -> None:
        """Begin knowing nothing of a track with ``rate`` ticks a second."""
        self.by_arrival: Micros | None = None
        self.reported: Micros | None = None
        self._rate = rate
        self._began = Micros(0)

    def arrived(self, stamp: int, arrival: Micros) -> None:
        """Learn from a packet."""
        zero = Micros(arrival - self._micros(stamp))
        if self.by_arrival is None:
            self.by_arrival, self._began = zero, arrival
        elif arrival - self._began < _LEARNING:
            self.by_arrival = min(self.by_arrival, zero)

    def report(self, report: SenderReport, last: int) -> None:
        """Learn from a sender report; ``last`` is the track's latest stamp."""
        self.reported = Micros(report.wall - self._micros(unwrapped(report.stamp, last)))

    def _micros(self, stamp: int) -> Micros:
        return Micros(stamp * SECOND // self._rate)


class Agreement:
    """What must be added to a time of sound to get the time of the picture it belongs to.

    Reports count in pairs: between those of two tracks the camera's clock may be set.
    """

    def __init__(self, video: TrackTime, sound: TrackTime) -> None:
        """Watch two tracks."""
        self._video, self._sound = video, sound
        self._shift: Micros | None = None

    @property
    def shift(self) -> Micros | None:
        """Return it, in microseconds; None while nothing is known of one of them."""
        video, sound = self._video, self._sound
        if video.reported is not None and sound.reported is not None:
            self._shift = Micros(sound.reported - video.reported)
            video.reported = sound.reported = None
        if self._shift is not None:
            return self._shift
        if video.by_arrival is None or sound.by_arrival is None:
            return None
        return Micros(sound.by_arrival - video.by_arrival)
