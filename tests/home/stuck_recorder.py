"""A recorder whose threads can be made to hang, from outside.

``python -m tests.home.stuck_recorder`` with a recorder's arguments. The file named by ``STUCK``
holds the name of a thread: that one takes the file away and waits for ever, in a real deadlock.
With ``disk`` before the name it hangs where it writes, for as long as the file is there.
"""

import contextlib
import os
import sys
import threading
import time
from pathlib import Path

from consentry.clock import SystemClock
from consentry.home.recorder import main
from consentry.model.time import Micros

STUCK = "CONSENTRY_TEST_STUCK"
"""The environment's name for the path of the file."""


class StickyClock(SystemClock):
    """The machine's clock, which one thread never gets an answer from."""

    def __init__(self, path: Path) -> None:
        """Look at the file at ``path`` whenever the time is asked for."""
        self._path = path

    def monotonic(self) -> Micros:
        """Return the time, or hang."""
        name = threading.current_thread().name
        wanted = self._wanted()
        if wanted == name:
            self._path.unlink()
            held = threading.Lock()
            held.acquire()
            held.acquire()
        if sys._getframe(1).f_globals["__name__"] == "consentry.store.segment_writer":
            while wanted == f"disk {name}":
                time.sleep(0.05)
                wanted = self._wanted()
        return super().monotonic()

    def _wanted(self) -> str:
        with contextlib.suppress(FileNotFoundError):
            return self._path.read_text()
        return ""


if __name__ == "__main__":
    main(StickyClock(Path(os.environ[STUCK])))
