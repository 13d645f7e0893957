"""The child's end of its pipe to the hub.

A frame on the pipe is u32 length, one tag byte, content: a pickled message or a live part. A
hub that stalls must not hold up a child, so one thread sends what the others queue: messages that
must arrive wait as long as it takes (without grants from the hub they end by themselves), live
parts and offers are dropped when too much waits. EOF from the hub ends the child. Whether it
still works the hub asks by a beat, which whoever receives messages answers: a thread of its own
would go on answering for a process whose work stands still.
"""

import contextlib
import gc
import pickle
import signal
import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator

from consentry.home.crash_note import CrashNote
from consentry.home.logs import set_up_logging
from consentry.model.time import SECOND
from consentry.thread import NamedThread

TAG_MESSAGE = 0
TAG_LIVE = 1
TAG_BEAT = 2
"""Empty: the hub asks whether the child still works; the child answers with the same."""
FRAME = struct.Struct("!IB")
LIVE = struct.Struct("!I")
"""Index of the stream, before a live part's bytes."""

LIVE_LIMIT = 24 * 2**20
"""Bytes that may wait: the join bursts of a grid of 16 and 3 s of everything at 4 Mbit/s."""

CLOSE_TIMEOUT_S = 0.8
"""For what still waits when the child ends."""

OFFER_LIMIT = 1000
"""Frames that may wait before offers are refused."""


class Beat:
    """What is received for a beat, which is answered by then; the hub asks about once a second."""


class HubLink:
    """Both directions of the pipe to the hub; every method but ``receive`` is thread-safe."""

    def __init__(self, pipe: socket.socket) -> None:
        """Take over ``pipe`` (blocking) and start the sending thread."""
        self._pipe = pipe
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._changed = threading.Condition()
        self._closing = False
        self._sender = NamedThread(target=self._send_all, name="to hub", daemon=True)
        self._sender.start()

    def fileno(self) -> int:
        """Return the pipe's descriptor, for select."""
        return self._pipe.fileno()

    def receive(self) -> Iterator[object]:
        """Yield every message until the hub closes its end or is gone."""
        while (message := self.receive_one()) is not None:
            yield message

    def receive_one(self) -> object | None:
        """Wait for one message; None at the end."""
        head = self._read(FRAME.size)
        if head is None:
            return None
        length, tag = FRAME.unpack(head)
        if tag == TAG_BEAT:
            self._put(head)
            return Beat()
        content = self._read(length)
        if content is None:
            return None
        message: object = pickle.loads(content)  # noqa: S301 - our parent process wrote it
        return message

    def send(self, message: object) -> None:
        """Queue a message that must arrive; never blocks."""
        content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        self._put(FRAME.pack(len(content), TAG_MESSAGE) + content)

    def offer(self, message: object) -> bool:
        """Queue a message that may get lost; return False when it is, because too many wait."""
        if len(self._waiting) > OFFER_LIMIT or self._waiting_bytes > LIVE_LIMIT:
            return False
        self.send(message)
        return True

    def offer_live(self, index: int, head: bytes, data: bytes) -> bool:
        """Queue one live part; return False when it is dropped because too much waits."""
        if self._waiting_bytes > LIVE_LIMIT:
            return False
        length = LIVE.size + len(head) + len(data)
        self._put(b"".join((FRAME.pack(length, TAG_LIVE), LIVE.pack(index), head, data)))
        return True

    def hang_up(self) -> None:
        """Make ``receive`` end as if the hub had closed its end (SIGTERM to this process)."""
        with contextlib.suppress(OSError):
            self._pipe.shutdown(socket.SHUT_RD)

    def close(self, *, timeout: float = CLOSE_TIMEOUT_S) -> None:
        """Send what waits (at most ``timeout`` seconds) and close."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._sender.join(timeout)
        self._pipe.close()

    def _put(self, frame: bytes) -> None:
        with self._changed:
            self._waiting.append(frame)
            self._waiting_bytes += len(frame)
            self._changed.notify()

    def _send_all(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    if self._closing:
                        return
                    self._changed.wait()
                frames = list(self._waiting)
                self._waiting.clear()
            batch = b"".join(frames)
            try:
                self._pipe.sendall(batch)
            except OSError:
                return  # the hub is gone; ``receive`` sees the end too
            with self._changed:
                self._waiting_bytes -= len(batch)

    def _read(self, size: int) -> bytes | None:
        data = bytearray()
        while len(data) < size:
            try:
                piece = self._pipe.recv(size - len(data))
            except OSError:
                return None
            if not piece:
                return None
            data += piece
        return bytes(data)


STATUS_EVERY = 5 * SECOND
"""How often a child tells how it is when nothing changes."""


def begin_child(pipe: int, note: int) -> tuple[HubLink, CrashNote]:
    """Begin a child: its log, its signals, its crash note, and its pipe to the hub."""
    set_up_logging()
    gc.freeze()  # what was imported stays: collections need not walk through it again and again
    for number in (signal.SIGINT, signal.SIGHUP):  # Ctrl-C, a closed terminal: the hub's to handle
        signal.signal(number, signal.SIG_IGN)
    crash_note = CrashNote(note)
    crash_note.arm()
    link = HubLink(socket.socket(fileno=pipe))
    signal.signal(signal.SIGTERM, lambda *_: link.hang_up())
    return link, crash_note
