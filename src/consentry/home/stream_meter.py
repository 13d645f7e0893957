"""What a stream turns out to be while it flows: frame rate, key-frame distance, time, lateness."""

from consentry.clock import RunClock
from consentry.model.media import Part, Run
from consentry.model.status import StreamFacts
from consentry.model.time import SECOND, Micros


class StreamMeter:
    """Measures one run from its video parts; costs about 1 µs a part."""

    def __init__(self, run: Run, *, unheard: str | None = None) -> None:
        """Start at the run's beginning; ``unheard`` is sound that cannot be recorded."""
        self._unheard = unheard
        self._init = run.init
        self._timescale = run.init.video.timescale
        self._clock = RunClock(run.start)
        self._group_parts = 0
        self._group_start: int | None = None
        self._fps = 0.0
        self._key_frame_s = 0.0
        self.lag = Micros(0)
        """How much later than expected the newest key frame was handled.

        Expected by the run's clock, which follows a camera's drift (50 ppm are 4 s a day) but not
        a recorder that cannot keep up: it lets its socket fill, and each frame comes later.
        """

    def video(self, part: Part) -> None:
        """Take the next video part."""
        media = Micros(part.dts * SECOND // self._timescale)
        self._clock.observe(media, part.arrival)
        if part.key:
            self._key_frame(part)
            self.lag = Micros(part.arrival - self._clock.wall(media))
        self._group_parts += 1

    def shown(self, part: Part) -> Micros:
        """Return the wall time at which the part's picture is to be shown."""
        ticks = part.dts + part.cts_offset
        return self._clock.wall(Micros(ticks * SECOND // self._timescale))

    def facts(self) -> StreamFacts:
        """Return what is known so far."""
        video, audio = self._init.video, self._init.audio
        return StreamFacts(
            codec=video.codec,
            width=video.width,
            height=video.height,
            fps=round(self._fps, 2),
            key_frame_s=round(self._key_frame_s, 2),
            audio_codec=audio.codec if audio else None,
            unheard=self._unheard,
        )

    def _key_frame(self, part: Part) -> None:
        """Take the length of the group that ends here; the longest is forgotten slowly."""
        if self._group_start is not None and part.dts > self._group_start:
            seconds = (part.dts - self._group_start) / self._timescale
            self._fps = self._group_parts / seconds
            self._key_frame_s = max(seconds, self._key_frame_s * 0.9)
        self._group_start = part.dts
        self._group_parts = 0
