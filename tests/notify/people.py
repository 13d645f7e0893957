"""The members of the house, of whom there is one, and a camera that is none of their business."""

from consentry.model.ids import CameraId, MemberId
from consentry.model.rights import Action, Caller, Grant, Moment, Right, Role, allow
from consentry.model.time import to_datetime
from tests.notify.house import DOOR, SEEN

BO, NOBODY = MemberId("bo"), MemberId("nobody")
YARD = CameraId("yard0000000000000")


class People:
    """The members, of whom there is one, and what was given to them."""

    def __init__(self, *rights: Right, camera: CameraId = DOOR) -> None:
        """Give these rights with the camera."""
        self.bo = Caller("Bo", Role.MEMBER, BO, grants={camera: Grant(camera, frozenset(rights))})

    def may_hear(self, member: MemberId | None, action: Action, camera: CameraId | None) -> bool:
        """Answer as the hub's members do."""
        now = Moment(SEEN, to_datetime(SEEN))
        return member is None or (member == BO and allow(self.bo, action, camera, now))
