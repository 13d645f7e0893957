"""Looks on their way from a watcher to the detector: bounded, newest per camera, in turn.

A look is up to 2.7 MB, so it travels only when the detector asks: it says *ready* once it has done
the last one. Until then the watcher keeps the newest look of each camera, and the camera that
waits longest is next. Both ends may crash and be replaced at any moment: a new watcher says
*hello*, a new detector says *ready*.
"""

import pickle
import socket
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from consentry.home.packets import PacketReader, PacketWriter
from consentry.model.ids import CameraId
from consentry.model.vision import Look

_READY, _HELLO, _LOOK = 0, 1, 2
_BACKLOG_LIMIT = 0
"""Nothing is queued behind a look that the kernel has not taken yet."""


@dataclass(frozen=True, slots=True)
class CameraLook:
    """A look and whose it is."""

    camera: CameraId
    look: Look


class LookSender:
    """The watcher's end; owned by its thread."""

    def __init__(self, pipe: socket.socket) -> None:
        """Say hello on ``pipe``."""
        self._writer = PacketWriter(pipe, backlog_limit=_BACKLOG_LIMIT)
        self._reader = PacketReader(pipe)
        self._waiting: OrderedDict[CameraId, Look] = OrderedDict()
        self._ready = False
        self._writer.put(0, _HELLO, 0, b"")

    @property
    def wants_to_write(self) -> bool:
        """Tell whether ``flush`` should be called once the pipe takes more."""
        return self._writer.has_backlog

    def put(self, camera: CameraId, look: Look) -> Look | None:
        """Offer the camera's newest look; return the one it replaces, which nobody looked at."""
        replaced = self._waiting.get(camera)
        self._waiting[camera] = look  # an older look's turn is the newer one's too
        self._send()
        return replaced

    def forget(self, camera: CameraId) -> None:
        """Drop what waits of a camera that is watched no more."""
        self._waiting.pop(camera, None)

    def read(self) -> None:
        """Take the detector's word that it is ready."""
        for packet in self._reader.read():
            if packet.kind == _READY:
                # Ready while a look is half sent: the detector is a new one.
                self._writer.forget_backlog()
                self._ready = True
        self._send()

    def flush(self) -> None:
        """Go on sending."""
        self._writer.flush()

    def _send(self) -> None:
        if not self._ready or not self._waiting:
            return
        camera, look = self._waiting.popitem(last=False)
        data = pickle.dumps(CameraLook(camera, look), pickle.HIGHEST_PROTOCOL)
        self._ready = not self._writer.put(0, _LOOK, look.picture.time, data)


class LookReceiver:
    """The detector's end of one watcher's pipe; owned by its thread."""

    def __init__(self, pipe: socket.socket) -> None:
        """Say ready on ``pipe``."""
        self._writer = PacketWriter(pipe, backlog_limit=_BACKLOG_LIMIT)
        self._reader = PacketReader(pipe)
        self.ready()

    def ready(self) -> None:
        """Ask for the next look."""
        self._writer.put(0, _READY, 0, b"")

    def read(self) -> Iterator[CameraLook]:
        """Yield the looks that are here."""
        for packet in self._reader.read():
            if packet.kind == _HELLO:
                self.ready()
            elif packet.kind == _LOOK:
                look: CameraLook = pickle.loads(packet.data)  # noqa: S301 - our watcher wrote it
                yield look
