"""What a stream turns out to be while it flows: frame rate, key-frame distance, lateness."""

from consentry.model.media import Init, Part
from consentry.model.status import StreamFacts
from consentry.model.time import SECOND, Micros


class StreamMeter:
    """Measures one run from its parts; a few operations a part, arithmetic only at key frames."""

    def __init__(self, init: Init) -> None:
        """Start at the run's beginning."""
        self._init = init
        self._parts = 0
        self._group_parts = 0
        self._group_start: int | None = None
        self._fps = 0.0
        self._key_frame_s = 0.0
        self._first_arrival: Micros | None = None
        self._lead: Micros | None = None
        self.lag = Micros(0)

    def video(self, part: Part) -> None:
        """Count one video part."""
        if part.key:
            self._key_frame(part)
        self._group_parts += 1

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
        )

    def _key_frame(self, part: Part) -> None:
        timescale = self._init.video.timescale
        if self._group_start is not None and part.dts > self._group_start:
            seconds = (part.dts - self._group_start) / timescale
            self._fps = self._group_parts / seconds
            self._key_frame_s = max(seconds, self._key_frame_s * 0.9)
        self._group_start = part.dts
        self._group_parts = 0
        # How much later than the run's most punctual key frame this one came: a recorder that
        # cannot keep up lets its socket fill, and every frame comes later than the one before.
        lead = Micros(part.arrival - part.dts * SECOND // timescale)
        self._lead = lead if self._lead is None else min(lead, self._lead)
        self.lag = Micros(lead - self._lead)
