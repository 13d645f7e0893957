"""Asking for a right before anything is touched. What is allowed is decided in ``model.rights``."""

from consentry.model.errors import DeniedError, NotFoundError
from consentry.model.ids import CameraId
from consentry.model.rights import Action, Caller, Moment, Role, allow, rights_of

THIS_MACHINE = Caller("this machine", Role.OWNER)
"""Whoever reaches the 0600 control socket can read the keys beside it: they are the owner."""


def demand(
    caller: Caller,
    action: Action,
    camera: CameraId | None,
    now: Moment,
    *,
    missing: NotFoundError | None = None,
) -> None:
    """Raise DeniedError unless it is allowed.

    For somebody without any right to the camera, it and what it saw do not exist: NotFoundError,
    ``missing`` or the one of a camera, word for word that of an unknown id.
    """
    if allow(caller, action, camera, now):
        return
    if camera is not None and not rights_of(caller, camera, now):
        raise missing or NotFoundError("There is no such camera.")
    message = f"You have no right to {action.value} here."
    raise DeniedError(message)
