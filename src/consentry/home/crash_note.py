"""Which camera a process was busy with when it crashed, or ended itself.

A child shares a small memory file with the hub. Each of its threads notes there which stream it
works on, and ``faulthandler`` writes the crashed thread's id behind the notes: together they name
the stream whose bytes made FFmpeg (or us) crash.
"""

import faulthandler
import mmap
import os
import re
import struct
import threading

STOOD_STILL = 75
"""Exit status of a child that ended itself because the thread it accused stood still."""

_SLOT = struct.Struct("<QI4x")
_SLOTS = 256
_SIZE = _SLOT.size * _SLOTS
_DUMP_LIMIT = 65536
_NAMED = b"Current thread 0x%016x"
_CURRENT = re.compile(rb"Current thread 0x([0-9a-f]+)")


class CrashNote:
    """The shared memory file. The hub makes it with ``create``, the child opens it by number."""

    def __init__(self, descriptor: int) -> None:
        """Map the file behind ``descriptor``, which stays the caller's."""
        self.descriptor = descriptor
        self._notes = mmap.mmap(descriptor, _SIZE)
        self._own: dict[int, int] = {}
        self._lock = threading.Lock()

    @classmethod
    def create(cls) -> "CrashNote":
        """Make an empty note; ``close`` it."""
        descriptor = os.memfd_create("consentry-crash-note")
        os.ftruncate(descriptor, _SIZE)
        return cls(descriptor)

    def arm(self) -> None:
        """In the child: let a crash leave its thread behind the notes."""
        os.lseek(self.descriptor, _SIZE, os.SEEK_SET)
        faulthandler.enable(self.descriptor)  # with all threads, or the crashed one is not named

    def working_on(self, index: int) -> None:
        """Note that the calling thread now works on stream ``index``; costs under 1 µs."""
        thread = threading.get_ident()
        slot = self._own.get(thread)
        if slot is None:
            with self._lock:
                slot = self._own[thread] = len(self._own) % _SLOTS
        _SLOT.pack_into(self._notes, slot * _SLOT.size, thread, index)

    def accuse(self, thread: int) -> None:
        """In the child, before it ends itself: name the thread because of which it does."""
        os.pwrite(self.descriptor, _NAMED % thread, _SIZE)

    def culprit(self) -> int | None:
        """In the hub, after a crash: return the stream the crashed thread worked on, if known."""
        dump = os.pread(self.descriptor, _DUMP_LIMIT, _SIZE)
        found = _CURRENT.search(dump)
        if found is None:
            return None
        crashed = int(found.group(1), 16)
        for slot in range(_SLOTS):
            thread, index = _SLOT.unpack_from(self._notes, slot * _SLOT.size)
            if thread == crashed:
                return int(index)
        return None

    def close(self) -> None:
        """Unmap and close."""
        self._notes.close()
        os.close(self.descriptor)
