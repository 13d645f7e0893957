"""How well a camera itself is locked: whom it answers besides the hub."""

from dataclasses import dataclass
from enum import StrEnum

from consentry.model.secret import Secret


class Door(StrEnum):
    """One way into a camera, tried without any password."""

    LOCKED = "locked"
    OPEN = "open"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Openness:
    """What a camera tells whoever asks: its pictures (``rtsp``), its accounts (``onvif``)."""

    rtsp: Door
    onvif: Door


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A camera has a new password, and what was tried afterwards."""

    password: Secret
    old_refused: bool
    defaults_refused: bool
