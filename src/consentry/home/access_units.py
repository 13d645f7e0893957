"""The watched streams' video on its way from the recorders to a watcher.

One pipe a watcher, shared by its recorders. A slow or dead watcher costs the recorder nothing:
what has no room is dropped up to the stream's next key frame, and counted there.

The recorders read all cameras together, twice a second (ADR 0023), and send what the kernel keeps
0.2 MB of. So the watcher looks shortly after, empties the pipe as long as something comes, and
decodes the whole burst then, camera by camera.
"""

import pickle
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from consentry.clock import Clock, until_tick
from consentry.home.packets import PacketReader, PacketWriter
from consentry.model.media import Part, VideoTrack
from consentry.model.time import SECOND, Micros

_TRACK, _KEY, _DELTA = 0, 1, 2

_LOOK_EVERY = Micros(SECOND // 10)
"""A look into an empty pipe costs 10 us. The recorders rest until multiples of this."""
_PAUSE = Micros(SECOND // 200)
"""Between looks while a burst comes. A recorder sends 25 kB in a millisecond at most."""
_LONGEST_BURST = Micros(SECOND // 10)
"""Then it is decoded though more comes: pictures of streams that somebody watches come singly."""

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


class BurstReader:
    """What comes from the recorders, burst by burst; ``due`` tells when to ``read`` again."""

    def __init__(self, pipe: socket.socket, clock: Clock) -> None:
        """Use ``pipe``."""
        self.due = clock.monotonic()
        self._reader = AccessUnitReader(pipe)
        self._clock = clock
        self._burst: list[AccessUnit | TrackSeen] = []
        self._began = Micros(0)

    def read(self) -> list[AccessUnit | TrackSeen]:
        """Empty the pipe; return a burst that is over, else nothing yet."""
        came = list(self._reader.read())
        now = self._clock.monotonic()
        if not self._burst:
            self._began = now
        self._burst += came
        if came and now - self._began < _LONGEST_BURST:
            self.due = Micros(now + _PAUSE)
            return []
        self.due = Micros(now + until_tick(self._clock, _LOOK_EVERY) + _PAUSE)
        return self._taken()

    def read_all(self) -> list[AccessUnit | TrackSeen]:
        """Return what is here, though the burst may go on."""
        self._burst += self._reader.read()
        return self._taken()

    def _taken(self) -> list[AccessUnit | TrackSeen]:
        """Give the burst away, camera by camera: decoder and background are in the caches then."""
        burst, self._burst = self._burst, []
        burst.sort(key=lambda item: item.index)
        return burst


def packed(track: VideoTrack) -> bytes:
    """Return ``track`` as ``AccessUnitWriter.put`` wants it."""
    return pickle.dumps(track, pickle.HIGHEST_PROTOCOL)
