"""The one place where rights are decided: may this caller do this, with this camera?

Today the house has one owner, who may do everything; members come next and change only ``allow``.
Every route and WebSocket asks here before it touches anything (``demand``).
"""

from dataclasses import dataclass
from enum import StrEnum

from consentry.model.account import Role
from consentry.model.errors import DeniedError
from consentry.model.ids import CameraId, MemberId


class Action(StrEnum):
    """What a caller may want."""

    LIVE = "live"
    RECORDINGS = "recordings"
    EVENTS = "events"
    EXPORT = "export"
    KEEP = "keep"
    DELETE = "delete"
    SNOOZE = "snooze"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: somebody signed in (``session`` is the hash of their token), or this machine."""

    name: str
    role: Role
    member: MemberId | None = None
    session: bytes | None = None


THIS_MACHINE = Caller("this machine", Role.OWNER)
"""Whoever reaches the 0600 control socket can read the keys beside it: they are the owner."""


def allow(caller: Caller, action: Action, camera: CameraId | None = None) -> bool:
    """Tell whether ``caller`` may do ``action`` with ``camera`` (None: with the whole house)."""
    _ = action, camera  # the owner may do all with all
    return caller.role is Role.OWNER


def demand(caller: Caller, action: Action, camera: CameraId | None = None) -> None:
    """Raise DeniedError unless it is allowed."""
    if not allow(caller, action, camera):
        message = f"You have no right to {action.value} here."
        raise DeniedError(message)
