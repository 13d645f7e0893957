"""The watched streams' video on its way from the recorders to a watcher.

One pipe a watcher, shared by its recorders. A slow or dead watcher costs the recorder nothing:
what has no room is dropped up to the stream's next key frame, and counted there.
"""

import pickle
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from consentry.home.packets import PacketReader, PacketWriter
from consentry.model.media import Part, VideoTrack
from consentry.model.time import Micros

_TRACK, _KEY, _DELTA = 0, 1, 2

BACKLOG_LIMIT = 2 * 2**20
"""Bytes a recorder keeps for a slow watcher: about 4 s of eight 500 kbit/s sub streams."""


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One picture's bytes (length-prefixed NAL units) of the stream ``index``."""

    index: int
    time: Micros
    key: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class TrackSeen:
    """What the access units of stream ``index`` are decoded with; comes before each key frame."""

    index: int
    track: VideoTrack


class AccessUnitWriter:
    """The recorders' end; shared by the stream threads of a process."""

    def __init__(self, pipe: socket.socket) -> None:
        """Use ``pipe``."""
        self._packets = PacketWriter(pipe, backlog_limit=BACKLOG_LIMIT)

    def put(self, index: int, part: Part, time: Micros, *, track: bytes) -> bool:
        """Send one video part; ``track`` is ``packed(VideoTrack)``, sent before key frames.

        Returns False when there is no room: then the caller drops up to the next key frame.
        """
        if part.key:
            # Before every key frame: a watcher that just started knows nothing (300 bytes).
            self._packets.put(index, _TRACK, time, track)
        return self._packets.put(index, _KEY if part.key else _DELTA, time, part.sample)


class AccessUnitReader:
    """The watcher's end."""

    def __init__(self, pipe: socket.socket) -> None:
        """Use ``pipe``."""
        self._packets = PacketReader(pipe)

    def read(self) -> Iterator[AccessUnit | TrackSeen]:
        """Yield what is there now; never waits."""
        for packet in self._packets.read():
            if packet.kind == _TRACK:
                track: VideoTrack = pickle.loads(packet.data)  # noqa: S301 - our recorder wrote it
                yield TrackSeen(packet.index, track)
            else:
                time = Micros(packet.time)
                yield AccessUnit(packet.index, time, packet.kind == _KEY, packet.data)


def packed(track: VideoTrack) -> bytes:
    """Return ``track`` as ``AccessUnitWriter.put`` wants it."""
    return pickle.dumps(track, pickle.HIGHEST_PROTOCOL)
