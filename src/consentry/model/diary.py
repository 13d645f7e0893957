"""What the diary of looks holds: who saw what and for how long, and who changed what is seen."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from consentry.model.camera import Camera, Place
from consentry.model.ids import CameraId, MemberId
from consentry.model.time import Micros, Span


class LookKind(StrEnum):
    """The ways in which a picture leaves the hub."""

    LIVE = "live"
    PLAYBACK = "playback"
    PREVIEW = "preview"
    PICTURE = "picture"
    EXPORT = "export"
    DOWNLOAD = "download"
    LINK = "link"
    ALERT_PICTURE = "alert_picture"


WHOLE = frozenset({LookKind.EXPORT, LookKind.DOWNLOAD, LookKind.LINK, LookKind.ALERT_PICTURE})
"""Looks that take something away: each stretch of time is a look of its own, durable before it."""


class Act(StrEnum):
    """What is no look, but decides who sees what."""

    UNLOCK = "unlock"
    LOCK = "lock"
    ROTATE = "rotate"
    SWITCHED_OFF = "switched_off"
    SWITCHED_ON = "switched_on"
    PAUSED = "paused"
    RESUMED = "resumed"
    OFF_HOURS_CHANGED = "off_hours_changed"
    CAMERA_PASSWORD = "camera_password"  # noqa: S105 - the name of an act
    MEMBER_ADDED = "member_added"
    MEMBER_CHANGED = "member_changed"
    MEMBER_REMOVED = "member_removed"
    TOKEN_MADE = "token_made"  # noqa: S105 - the name of an act
    SHARED = "shared"
    SHARE_REVOKED = "share_revoked"
    BACKUP = "backup"
    RESET_OWNER = "reset_owner"
    WORDS_MADE = "words_made"
    RECOVERED = "recovered"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an act
    DIARY_ACKNOWLEDGED = "diary_acknowledged"
    ERASED = "erased"
    FOOTAGE_DELETED = "footage_deleted"
    CLIP_RELEASED = "clip_released"
    CAMERA_REMOVED = "camera_removed"


class Via(StrEnum):
    """By what means somebody looks."""

    BROWSER = "browser"
    TOKEN = "token"  # noqa: S105 - the name of a way
    MACHINE = "machine"
    LINK = "link"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: ``name`` as it was then, ``role`` or "" for who has none, IP address or ""."""

    name: str
    via: Via
    role: str = ""
    member: MemberId | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Viewed:
    """The camera looked through, as it was called then."""

    id: CameraId
    name: str
    place: Place

    @classmethod
    def of(cls, camera: Camera) -> "Viewed":
        """Return what the diary says of a camera."""
        return cls(camera.id, camera.name, camera.place)


@dataclass(frozen=True, slots=True)
class Begin:
    """Somebody begins to look. Durable before the first byte leaves.

    ``span`` is the first stretch of recording asked for; None when live. ``detail`` names a
    channel or a link.
    """

    kind: ClassVar[str] = "begin"

    look: LookKind
    at: Micros
    by: Viewer
    camera: Viewed
    span: Span | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """The look that began with entry ``of`` is over: how long it took and which stretches."""

    kind: ClassVar[str] = "end"

    of: int
    at: Micros
    seconds: float
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """Somebody did something that decides who sees what."""

    kind: ClassVar[str] = "act"

    act: Act
    at: Micros
    by: Viewer
    camera: Viewed | None = None
    detail: str = ""


Entry = Begin | End | Done


@dataclass(frozen=True, slots=True)
class Noted:
    """An entry to be written, with whom and what it is about: an end itself doesn't say."""

    entry: Entry
    member: MemberId | None
    camera: CameraId | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry as stored. ``salt`` and ``entry`` (the exact text) are None once erased."""

    index: int
    commitment: bytes
    salt: bytes | None
    entry: str | None
    member: MemberId | None


@dataclass(frozen=True, slots=True)
class LookNow:
    """A look that goes on."""

    index: int
    begin: Begin
