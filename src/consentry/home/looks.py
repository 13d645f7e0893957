"""Looks on their way from a watcher to the detector: bounded, newest per camera, in turn.

A look is up to 2.7 MB, so it travels only when the detector asks: it says *ready* once it has done
the last one. Until then the watcher keeps the two newest looks of each camera, as many as a burst
of pictures asks for, and the camera that waits longest is next. With *ready* comes what the last
look found, which tells the watcher where not to look again soon. Both ends may crash and be
replaced at any moment: a new watcher says *hello*, a new detector says *ready*.
"""

import pickle
import socket
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from consentry.home.packets import PacketReader, PacketWriter
from consentry.model.ids import CameraId
from consentry.model.vision import Look, Sighting

_READY, _HELLO, _LOOK = 0, 1, 2
_MOST_WAITING = 2
_BACKLOG_LIMIT = 0
"""Nothing is queued behind a look that the kernel has not taken yet."""


@dataclass(frozen=True, slots=True)
class CameraLook:
    """A look and whose it is."""

    camera: CameraId
    look: Look


@dataclass(frozen=True, slots=True)
class CameraSighting:
    """What a look found, for the watcher: without picture and embeddings."""

    camera: CameraId
    sighting: Sighting


class LookSender:
    """The watcher's end; owned by its thread."""

    def __init__(self, pipe: socket.socket) -> None:
        """Say hello on ``pipe``."""
        self._writer = PacketWriter(pipe, backlog_limit=_BACKLOG_LIMIT)
        self._reader = PacketReader(pipe)
        self._waiting: OrderedDict[CameraId, deque[Look]] = OrderedDict()
        self._ready = False
        self._writer.put(0, _HELLO, 0, b"")

    @property
    def wants_to_write(self) -> bool:
        """Tell whether ``flush`` should be called once the pipe takes more."""
        return self._writer.has_backlog

    def put(self, camera: CameraId, look: Look) -> Look | None:
        """Offer the camera's newest look; return the one it replaces, which nobody looked at."""
        waiting = self._waiting.setdefault(camera, deque())  # keeps the turn of what waits
        replaced = waiting.popleft() if len(waiting) == _MOST_WAITING else None
        waiting.append(look)
        self._send()
        return replaced

    def forget(self, camera: CameraId) -> None:
        """Drop what waits of a camera that is watched no more."""
        self._waiting.pop(camera, None)

    def read(self) -> list[CameraSighting]:
        """Take the detector's word that it is ready; return what its last looks found."""
        found: list[CameraSighting] = []
        for packet in self._reader.read():
            if packet.kind == _READY:
                # Ready while a look is half sent: the detector is a new one.
                self._writer.forget_backlog()
                self._ready = True
                if packet.data:
                    found.append(pickle.loads(packet.data))  # noqa: S301 - our detector wrote it
        self._send()
        return found

    def flush(self) -> None:
        """Go on sending."""
        self._writer.flush()

    def _send(self) -> None:
        if not self._ready or not self._waiting:
            return
        camera, waiting = self._waiting.popitem(last=False)
        look = waiting.popleft()
        if waiting:
            self._waiting[camera] = waiting
        data = pickle.dumps(CameraLook(camera, look), pickle.HIGHEST_PROTOCOL)
        self._ready = not self._writer.put(0, _LOOK, look.picture.time, data)


class LookReceiver:
    """The detector's end of one watcher's pipe; owned by its thread."""

    def __init__(self, pipe: socket.socket) -> None:
        """Say ready on ``pipe``."""
        self._writer = PacketWriter(pipe, backlog_limit=_BACKLOG_LIMIT)
        self._reader = PacketReader(pipe)
        self.ready()

    def ready(self, found: CameraSighting | None = None) -> None:
        """Ask for the next look, and tell what the last one found."""
        data = b""
        if found is not None:
            things = tuple(replace(d, embedding=None) for d in found.sighting.detections)
            sighting = replace(found.sighting, detections=things, picture=None)
            data = pickle.dumps(replace(found, sighting=sighting), pickle.HIGHEST_PROTOCOL)
        self._writer.put(0, _READY, 0, data)

    def read(self) -> Iterator[CameraLook]:
        """Yield the looks that are here."""
        for packet in self._reader.read():
            if packet.kind == _HELLO:
                self.ready()
            elif packet.kind == _LOOK:
                look: CameraLook = pickle.loads(packet.data)  # noqa: S301 - our watcher wrote it
                yield look
