"""Threads that the machine shows by name."""

import contextlib
import threading
from pathlib import Path


class NamedThread(threading.Thread):
    """A thread whose ``name`` the kernel knows: in ``top -H``, in debuggers, in core dumps.

    Linux keeps 15 bytes of it; elsewhere it stays Python's own. A thread without a name of its own
    is shown by that of the thread which started it. Python tells the system itself from 3.14 on.
    """

    def run(self) -> None:
        """Show the name, then work."""
        with contextlib.suppress(OSError):
            Path("/proc/thread-self/comm").write_text(self.name[:15])
        super().run()
