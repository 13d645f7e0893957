"""Who may do what: the one place where rights are decided. Pure; everybody else only asks.

``rights_of`` says what somebody may do with a camera at a moment, ``allow`` whether that is enough
for an action. Routes and WebSockets ask through ``web.rights``, alerts and MQTT through
``home.members``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consentry.model.hours import Hours
from consentry.model.ids import CameraId, MemberId
from consentry.model.time import Micros


class Role(StrEnum):
    """What somebody is in the house."""

    OWNER = "owner"
    ADULT = "adult"
    MEMBER = "member"
    GUEST = "guest"

    @property
    def grown_up(self) -> bool:
        """Tell whether this is an adult resident, who sees every look at what is indoors."""
        return self in {Role.OWNER, Role.ADULT}


class Right(StrEnum):
    """What can be given and taken back, camera by camera.

    ``clips`` are events with their pictures and clips. ``talk`` waits for its function.
    """

    LIVE = "live"
    RECORDINGS = "recordings"
    CLIPS = "clips"
    EXPORT = "export"
    SHARE = "share"
    TALK = "talk"
    SETTINGS = "settings"


EVERY_RIGHT = frozenset(Right)
RESIDENT = frozenset({Right.LIVE, Right.RECORDINGS, Right.CLIPS, Right.EXPORT, Right.SHARE})
"""What an adult has with every camera, new ones too, until something else is said."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody was given with one camera; for an adult, instead of what adults have.

    In force until ``until`` (None: for good) and in any of ``hours`` (none: at any time).
    """

    camera: CameraId
    rights: frozenset[Right]
    hours: tuple[Hours, ...] = ()
    until: Micros | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What an API token may at most: a part of its maker's rights; no cameras means all."""

    rights: frozenset[Right]
    cameras: frozenset[CameraId] = frozenset()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a member (``session`` is the hash of what they showed), or this machine.

    ``scope`` is that of the API token, None for a person.
    """

    name: str
    role: Role
    member: MemberId | None = None
    session: bytes | None = None
    grants: Mapping[CameraId, Grant] | None = None
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is asked.

    ``local`` is the house's time of day. ``latest`` is the latest time ever seen: it never goes
    back, so what ended stays ended. ``behind``: the clock went back, its time of day means nothing.
    """

    latest: Micros
    local: datetime
    behind: bool = False


class Action(StrEnum):
    """What a caller may want: of a camera, or (the last group) of the whole house."""

    SEE = "see"
    LIVE = "live"
    RECORDINGS = "recordings"
    EVENTS = "events"
    CORRECT = "correct"
    EXPORT = "export"
    SHARE = "share"
    KEEP = "keep"
    DELETE = "delete"
    SNOOZE = "snooze"
    PAUSE = "pause"
    SETTINGS = "settings"
    REMOVE = "remove"

    OVERVIEW = "overview"
    DIARY = "diary"
    WATCHERS = "watchers"
    CHANNELS = "channels"
    HOUSE = "house"


@dataclass(frozen=True, slots=True)
class _Needs:
    """What an action takes: a right with the camera (None: any), and being one of ``roles``."""

    right: Right | None
    roles: frozenset[Role] = frozenset(Role)


_OWNER = frozenset({Role.OWNER})
_ADULTS = frozenset({Role.OWNER, Role.ADULT})
_CAMERA: Mapping[Action, _Needs] = {
    Action.SEE: _Needs(None),
    Action.LIVE: _Needs(Right.LIVE),
    Action.RECORDINGS: _Needs(Right.RECORDINGS),
    Action.EVENTS: _Needs(Right.CLIPS),
    Action.CORRECT: _Needs(Right.CLIPS, _ADULTS),
    Action.EXPORT: _Needs(Right.EXPORT),
    Action.SHARE: _Needs(Right.SHARE),
    # Kept for ever takes the disk from everybody: no guest decides that.
    Action.KEEP: _Needs(Right.RECORDINGS, _ADULTS),
    Action.DELETE: _Needs(Right.SETTINGS),
    Action.SNOOZE: _Needs(Right.LIVE, _ADULTS),
    Action.PAUSE: _Needs(None, _ADULTS),
    Action.SETTINGS: _Needs(Right.SETTINGS),
    Action.REMOVE: _Needs(Right.SETTINGS, _OWNER),
}
_HOUSE: Mapping[Action, frozenset[Role]] = {
    Action.OVERVIEW: _ADULTS,
    # What others looked at; one's own looks everybody may read.
    Action.DIARY: _ADULTS,
    # Who watches a room live right now: everybody who lives in it is told, on their page.
    Action.WATCHERS: _ADULTS | {Role.MEMBER},
    # Having alerts sent to oneself. A guest is there for hours, a channel for good.
    Action.CHANNELS: _ADULTS | {Role.MEMBER},
    Action.HOUSE: _OWNER,
}


def rights_of(caller: Caller, camera: CameraId, now: Moment) -> frozenset[Right]:
    """Return what ``caller`` may do with ``camera`` at that moment."""
    rights = _given(caller, camera, now)
    scope = caller.scope
    if scope is None:
        return rights
    return rights & scope.rights if not scope.cameras or camera in scope.cameras else frozenset()


def allow(caller: Caller, action: Action, camera: CameraId | None, now: Moment) -> bool:
    """Tell whether ``caller`` may do ``action`` with ``camera`` (None: with the whole house)."""
    if camera is None:  # no token reaches the house: its rights are with cameras
        return caller.role in _HOUSE.get(action, frozenset()) and caller.scope is None
    needs = _CAMERA.get(action)
    if needs is None or caller.role not in needs.roles:
        return False
    rights = rights_of(caller, camera, now)
    return bool(rights) if needs.right is None else needs.right in rights


def _given(caller: Caller, camera: CameraId, now: Moment) -> frozenset[Right]:
    if caller.role is Role.OWNER:
        return EVERY_RIGHT
    grant = (caller.grants or {}).get(camera)
    if grant is None:
        return RESIDENT if caller.role is Role.ADULT else frozenset()
    return grant.rights if _in_force(grant, now) else frozenset()


def _in_force(grant: Grant, now: Moment) -> bool:
    if grant.until is not None and now.latest >= grant.until:
        return False
    if not grant.hours:
        return True
    return not now.behind and any(hours.cover(now.local) for hours in grant.hours)
