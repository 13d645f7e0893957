"""The pulse of a stream's thread: whether it still turns, as another thread of the process sees it.

A thread that hangs in a deadlock or in a C call cannot say so; whoever counts its turns can. Turns
are counted in looks and not in seconds, so that a machine that sleeps, a process that is stopped
and a core that is shared by many raise no alarm: then nobody looks either.
"""

import threading
from dataclasses import dataclass
from types import TracebackType

LOOKS = 15
"""Looks, a second apart, without one turn: then a thread stands still. A turn takes 0.2 s."""


@dataclass(slots=True)
class AtDisk:
    """A context in which the thread waits for a disk: for as long as that takes."""

    busy: bool = False

    def __enter__(self) -> None:
        """Begin to wait."""
        self.busy = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Have waited."""
        self.busy = False


class Pulse(threading.Event):
    """Asks the thread to stop, as an event does, and counts how often the thread looks whether to.

    Whatever waits in a stream looks at least every 0.2 s: dialling, shaking hands, waiting for an
    answer or for media; so that this shows life in every state, also where nothing arrives.
    ``is_set`` and ``wait`` are the thread's own; ``stood_still`` belongs to who watches over it.
    """

    def __init__(self) -> None:
        """Begin with a thread that never turned."""
        super().__init__()
        self.at_disk = AtDisk()
        self._turns = 0
        self._resting = False
        self._seen = 0
        self._looks = 0

    def is_set(self) -> bool:
        """Tell whether to stop; that is a turn."""
        self._turns += 1
        return super().is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Rest until told to stop, or for so many seconds: nobody needs to turn meanwhile."""
        self._resting = True
        try:
            return super().wait(timeout)
        finally:
            self._turns += 1
            self._resting = False

    def stood_still(self) -> bool:
        """Look; tell whether the thread has not turned for ``LOOKS`` looks."""
        turned = self._turns != self._seen
        self._seen = self._turns
        self._looks = 0 if turned or self._resting else self._looks + 1
        return self._looks >= LOOKS
