"""What the machine says: messages for the hub to store, show and send."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.model.event import Event
from consentry.model.time import Span


@dataclass(frozen=True, slots=True)
class EventOpened:
    """A thing came. ``picture`` is a JPEG of its best moment, ``embedding`` float32 [416]."""

    event: Event
    picture: bytes | None
    embedding: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True)
class EventUpdated:
    """An open event went on; picture and embedding are there only when a better moment came."""

    event: Event
    picture: bytes | None
    embedding: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True)
class EventClosed:
    """The thing has gone or stands still: ``event.end`` is when it was last seen, or moved on."""

    event: Event


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """Somebody should know now; the same event was opened or updated just before."""

    event: Event
    picture: bytes | None


@dataclass(frozen=True, slots=True)
class MotionSeen:
    """A stretch with motion, for the timeline and for what retention keeps."""

    span: Span


Output = EventOpened | EventUpdated | EventClosed | AlertRaised | MotionSeen


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed and nothing was seen; sent about once a second."""
