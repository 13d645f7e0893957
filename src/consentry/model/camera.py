"""What the owner decided about a camera.

Immutable: a change makes a new one and restarts what it touches.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from consentry.model.errors import InputError, Reason
from consentry.model.hours import Hours
from consentry.model.ids import CameraId
from consentry.model.media import StreamName
from consentry.model.secret import STREAM_ADDRESS, Secret
from consentry.model.time import DAY, Micros
from consentry.model.vision import Label

RTSP_PORT, RTSPS_PORT = 554, 322


def stream_peer(url: str) -> tuple[str, int]:
    """Return host and port of an rtsp or rtsps URL; InputError when it is not one."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port == 0 or parts.scheme not in {"rtsp", "rtsps"}:
        raise InputError(STREAM_ADDRESS, reason=Reason.STREAM_ADDRESS)
    return host, port or (RTSPS_PORT if parts.scheme == "rtsps" else RTSP_PORT)


class RecordMode(StrEnum):
    """Classes of retention.

    All but OFF are written from the first byte; MOTION and EVENTS are pruned after two minutes.
    """

    ALL = "all"
    MOTION = "motion"
    EVENTS = "events"
    OFF = "off"


class Place(StrEnum):
    """Where a camera looks: what is indoors is private, so that is what a camera is by default.

    Every adult resident sees every look at an indoor camera and may pause it.
    """

    INDOOR = "indoor"
    OUTDOOR = "outdoor"


Polygon = tuple[tuple[float, float], ...]
"""Corners (x, y), 0..1, in order; closed by itself."""


@dataclass(frozen=True, slots=True)
class Zone:
    """An area that matters: things of ``labels`` (all when empty) alert when they stand in it."""

    name: str
    polygon: Polygon
    labels: frozenset[Label] = frozenset()


@dataclass(frozen=True, slots=True)
class LabelRule:
    """When a label is worth an alert.

    Its score is at least ``threshold`` and its box at least ``min_area`` of the picture, 0..1.
    """

    enabled: bool = True
    threshold: float = 0.4
    min_area: float = 0.0


def _default_rules() -> dict[Label, LabelRule]:
    return {
        Label.PERSON: LabelRule(),
        Label.VEHICLE: LabelRule(),
        Label.ANIMAL: LabelRule(threshold=0.45),
    }


@dataclass(frozen=True, slots=True)
class Retention:
    """How long recordings stay.

    ``max_bytes`` None means no limit of its own (free disk still rules).
    """

    mode: RecordMode = RecordMode.ALL
    max_age: Micros = Micros(30 * DAY)
    max_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class StreamAddress:
    """Where a stream comes from: a URL without credentials (rtsp, rtsps)."""

    name: StreamName
    url: str


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera as configured.

    ``sub`` is None for a camera with a single stream: then MAIN is watched.
    """

    id: CameraId
    name: str
    main: StreamAddress
    sub: StreamAddress | None = None
    place: Place = Place.INDOOR
    user: str = ""
    password: Secret = Secret("")
    enabled: bool = True
    audio: bool = True
    detect: bool = True
    record_sub: bool = False
    """True for cameras whose main stream not every browser plays (HEVC)."""
    retention: Retention = Retention()
    zones: tuple[Zone, ...] = ()
    masks: tuple[Polygon, ...] = ()
    rules: dict[Label, LabelRule] = field(default_factory=_default_rules)
    snoozed_until: Micros | None = None
    order: int = 0
    off_hours: tuple[Hours, ...] = ()
    """When it is off by itself, week by week, in the house's time."""

    @property
    def watched(self) -> StreamAddress:
        """The stream that motion and detection look at."""
        return self.sub or self.main
