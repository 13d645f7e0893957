"""Reading cameras as the recorder does: each in a thread of its own, until told to stop."""

import threading
import time
from dataclasses import dataclass, field

from consentry.clock import AnchoredClock, SystemClock
from consentry.ingest import RtspSource
from consentry.model.errors import CameraError
from consentry.model.media import Part, Run, TrackKind
from consentry.model.secret import Secret, with_credentials
from consentry.model.time import Micros

USER, PASSWORD = "owner", "s3cret/pass:word"


@dataclass
class Watched:
    """What one connection gave, and how it ended (``error`` None: because it was told to)."""

    items: list[Run | Part] = field(default_factory=list)
    error: CameraError | None = None

    @property
    def runs(self) -> list[Run]:
        """Return the runs, in order."""
        return [item for item in self.items if isinstance(item, Run)]

    def parts(self, kind: TrackKind = TrackKind.VIDEO) -> list[Part]:
        """Return the parts of one track, in order."""
        return [item for item in self.items if isinstance(item, Part) and item.kind is kind]

    def by_run(self, kind: TrackKind = TrackKind.VIDEO) -> list[list[Part]]:
        """Return the parts of one track, run by run."""
        groups: list[list[Part]] = []
        for item in self.items:
            if isinstance(item, Run):
                groups.append([])
            elif item.kind is kind:
                groups[-1].append(item)
        return groups


class Watching(threading.Thread):
    """One connection, for at most ``seconds``."""

    def __init__(
        self, url: str, *, seconds: float, audio: bool = True, rest: Micros = Micros(0)
    ) -> None:
        """Connect at ``start``."""
        super().__init__(daemon=True)
        self.stop = threading.Event()
        self.watched = Watched()
        self._seconds = seconds
        address = with_credentials(url, USER, Secret(PASSWORD))
        clock = AnchoredClock(SystemClock())
        self.source = RtspSource(address, clock=clock, audio=audio, stop=self.stop)
        self.source.rest = rest

    def run(self) -> None:
        """Read to the end."""
        timer = threading.Timer(self._seconds, self.stop.set)
        timer.start()
        try:
            with self.source:
                self.watched.items.extend(self.source)
        except CameraError as error:
            self.watched.error = error
        finally:
            timer.cancel()

    def wait_for_parts(self, count: int, *, timeout: float = 60.0) -> None:
        """Wait until so many parts came."""
        deadline = time.monotonic() + timeout
        while len(self.watched.items) < count:
            assert time.monotonic() < deadline, "the camera sent too little in time"
            assert self.is_alive(), self.watched.error
            time.sleep(0.02)
