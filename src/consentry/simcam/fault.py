"""What a camera can do wrong, each as a value declared beside the camera.

A fault belongs to a camera and acts on each of its sessions (PLAYs), counted from that session's
start; with ``sessions`` set, only the first so many suffer and the next finds a healthy camera,
which is how a reconnect is tested.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Root of all faults."""

    sessions: int | None = None
    """Only the first so many sessions suffer; None: all of them."""

    def strikes(self, session: int) -> bool:
        """Tell whether the ``session``-th session (from 0) suffers."""
        return self.sessions is None or session < self.sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongPassword(Fault):
    """401, whatever is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound(Fault):
    """404 to DESCRIBE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer(Fault):
    """Takes the connection and never answers a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang(Fault):
    """Falls silent ``after`` seconds of playing and keeps the connection open."""

    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Fault):
    """Resets the connection ``after`` seconds of playing."""

    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage(Fault):
    """Random bytes ``after`` seconds: as payload of well-formed RTP, or unframed on the wire."""

    after: float
    framed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NoReports(Fault):
    """No RTCP sender reports, so nobody can tell how the tracks' timestamps relate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockJump(Fault):
    """RTP timestamps move ``by`` seconds (negative: back) once, ``after`` seconds of playing."""

    after: float
    by: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWrap(Fault):
    """RTP timestamps of every track pass 2**32 ``after`` seconds of playing."""

    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStop(Fault):
    """RTP timestamps stand still from ``after`` on for ``lasting`` seconds, then are right."""

    after: float
    lasting: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRepeat(Fault):
    """Every ``every``-th picture carries the timestamp of the picture before it."""

    every: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDrift(Fault):
    """The camera's media clock is off by ``ppm`` parts per million (positive: fast)."""

    ppm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioLoss(Fault):
    """A ``share`` (0..1) of audio packets never arrives; ``seed`` makes the choice repeatable."""

    share: float
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentAudio(Fault):
    """Audio is announced and set up, and nothing of it is ever sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioOnly(Fault):
    """The video track is not announced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoKeyFrames(Fault):
    """Key frames are left out for the first ``lasting`` seconds."""

    lasting: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LateStart(Fault):
    """Sends nothing for the first ``lasting`` seconds: it waits for its next key frame."""

    lasting: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trickle(Fault):
    """Media leaves at no more than ``bytes_per_second``; what cannot wait in 1 MB is dropped."""

    bytes_per_second: int
