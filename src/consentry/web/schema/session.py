"""Signing in as JSON."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints

from consentry.model.keys import UnlockMode
from consentry.model.rights import Role
from consentry.web.schema.base import Answer, Body, Name

Password = Annotated[SecretStr, Field(min_length=1, max_length=256)]
Token = Annotated[SecretStr, StringConstraints(max_length=256)]


class SignState(StrEnum):
    """How this browser stands."""

    SETUP = "setup"
    SIGNED_OUT = "signed_out"
    SIGNED_IN = "signed_in"


class SessionAnswer(Answer):
    """``setup``: no account exists yet. The rest only when signed in.

    ``locked``: nothing recorded can be watched until somebody types a password (POST /api/unlock).
    """

    state: SignState
    name: str | None = None
    member: str | None = None
    role: Role | None = None
    language: str | None = None
    time_zone: str | None = None
    locked: bool | None = None


class SetupBody(Body):
    """The first account, made with the token the hub printed when it started.

    ``unlock`` says where the key of the recordings is from now on: with ``passphrase`` only sealed
    behind passwords, so that watching waits for one after each start; with ``key_file`` on the disk
    beside them.
    """

    token: Token
    name: Name
    password: Password
    unlock: UnlockMode = UnlockMode.PASSPHRASE


class LoginBody(Body):
    """Somebody's name and password; ``code`` of their app, or a recovery code, if asked for."""

    name: Annotated[str, Field(max_length=200)]
    password: Password
    code: Annotated[str, Field(max_length=64)] | None = None


class PasswordBody(Body):
    """A new password; the current one proves who asks."""

    current: Password
    new: Password


class UnlockBody(Body):
    """One's password; this machine's owner, who has none, also names whose it is."""

    password: Password
    name: Annotated[str, Field(max_length=200)] | None = None


class HealthCameras(Answer):
    """How many cameras there are, and how many are being recorded now."""

    total: int
    recording: int
    off: int


class HealthAnswer(Answer):
    """The hub is up."""

    status: str
    cameras: HealthCameras
