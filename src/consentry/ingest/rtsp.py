"""Reading one RTSP stream over TCP, from connecting to the end (ADR 0020).

``RtspStream`` speaks to the camera, ``RunBuilder`` repairs the times.
"""

import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from consentry.clock import AnchoredClock, until_tick
from consentry.ingest.picture_joiner import Picture
from consentry.ingest.rtsp_stream import RtspStream, open_stream
from consentry.ingest.run_builder import RunBuilder
from consentry.model.errors import CameraError
from consentry.model.media import Part, Run
from consentry.model.secret import Secret
from consentry.model.time import SECOND, Micros


class RtspSource:
    """A ``Source`` for rtsp and rtsps URLs. ``clock`` belongs to this source alone.

    ``rest`` may be set from any thread, at any time: whenever the stream is read up to date,
    reading pauses until the next whole multiple of so many microseconds while the kernel collects,
    and then goes on in a burst, together with all streams that rest (ADR 0023). Times do not
    suffer: only the least delay counts, and a burst's last packet has it.
    """

    rest: Micros = Micros(0)

    def __init__(
        self, address: Secret, *, clock: AnchoredClock, audio: bool, stop: threading.Event
    ) -> None:
        """Take the URL with its credentials; ``stop`` ends the iteration at once."""
        self._address = address
        self._clock = clock
        self._audio = audio
        self._stop = stop
        self._stream: RtspStream | None = None

    @property
    def unheard(self) -> str | None:
        """Return what sound the camera offers that cannot be recorded; None while not connected."""
        return self._stream.unheard if self._stream is not None else None

    def __enter__(self) -> Self:
        """Take nothing yet; connecting happens while iterating."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def __iter__(self) -> Iterator[Run | Part]:
        """Connect and yield runs and parts until ``stop`` or a CameraError."""
        self._clock.anchor()
        try:
            stream = open_stream(self._address, audio=self._audio, stop=self._stop)
        except CameraError:
            if self._stop.is_set():
                return
            raise
        self._stream = stream
        sound = stream.sound.path if stream.sound is not None else None
        builder = RunBuilder(stream.announced, clock=self._clock, sound=sound)
        builder.step = stream.step
        try:
            yield from self._read(stream, builder)
        except CameraError:
            yield from builder.finish()
            raise
        yield from builder.finish()

    def _read(self, stream: RtspStream, builder: RunBuilder) -> Iterator[Run | Part]:
        """Hand to the builder what comes, in bursts. The hot loop of the recorder."""
        wall, stopped = self._clock.wall, self._stop.is_set
        while not stopped():
            arrival, items = stream.read(wall)
            for item in items:
                if isinstance(item, Picture):
                    units, stamp, broken = item
                    yield from builder.video(units, stamp, broken=broken, arrival=arrival)
                else:
                    yield from builder.audio(item.data, item.stamp, arrival=arrival)
            rest = self.rest
            if rest and builder.settled and stream.up_to_date:
                self._stop.wait(until_tick(self._clock, rest) / SECOND)
