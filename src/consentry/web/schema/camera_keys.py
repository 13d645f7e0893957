"""How well a camera itself is locked, as JSON."""

from consentry.model.openness import Door
from consentry.model.openness import NewPassword as ModelNewPassword
from consentry.model.openness import Openness as ModelOpenness
from consentry.web.schema.base import Answer


class Openness(Answer):
    """What a camera tells whoever asks without a password: pictures (rtsp), accounts (onvif)."""

    rtsp: Door
    onvif: Door


class NewPassword(Answer):
    """A camera's new password, told this once, and whether others are refused now."""

    password: str
    old_refused: bool
    defaults_refused: bool


def openness(model: ModelOpenness) -> Openness:
    """Return it as the API tells it."""
    return Openness(rtsp=model.rtsp, onvif=model.onvif)


def new_password(model: ModelNewPassword) -> NewPassword:
    """Return it as the API tells it, the password in clear: the owner may need it elsewhere."""
    return NewPassword(
        password=model.password.reveal(),
        old_refused=model.old_refused,
        defaults_refused=model.defaults_refused,
    )
