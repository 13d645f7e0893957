"""Members, what they were given, and invitations, as JSON."""

from collections.abc import Callable, Collection
from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints

from consentry.model.account import Invitation as ModelInvitation
from consentry.model.account import Member as ModelMember
from consentry.model.errors import InputError
from consentry.model.ids import CameraId
from consentry.model.rights import Grant as ModelGrant
from consentry.model.rights import Right, Role
from consentry.model.time import Micros, to_iso
from consentry.web.schema.base import Answer, Body, Iso, Name, Text, iso
from consentry.web.schema.hours import Hours, hours, model_hours
from consentry.web.schema.session import Password

Id = Annotated[str, Field(max_length=64)]
InvitationToken = Annotated[SecretStr, StringConstraints(max_length=256)]


class Grant(Body):
    """What somebody was given with one camera: at any time when there are no hours."""

    camera: Id
    rights: Annotated[list[Right], Field(max_length=len(Right))]
    hours: Annotated[list[Hours], Field(max_length=32, default_factory=list)]
    until: Iso | None = None


Grants = Annotated[list[Grant], Field(max_length=256)]


class Member(Answer):
    """Somebody of the house; ``last_seen`` and ``second_factor`` are for the owner and oneself."""

    id: str
    name: str
    role: Role
    created: str
    me: bool
    grants: list[Grant]
    last_seen: str | None
    second_factor: bool | None


class Invitation(Answer):
    """A place for whoever shows the one-time token."""

    id: str
    role: Role
    name: str
    made: str
    expires: str
    grants: list[Grant]


class Members(Answer):
    """Who lives here or visits, and who is invited to."""

    members: list[Member]
    invitations: list[Invitation]


class InvitationBody(Body):
    """Whom to invite as what; ``name`` is for oneself, the invited choose their own."""

    role: Role
    name: Text = ""
    grants: Grants = Field(default_factory=list)


class NewInvitation(Answer):
    """An invitation with its token, which is told this once: the link is ``/#/join/TOKEN``."""

    invitation: Invitation
    token: str


class MemberChange(Body):
    """Another role or other grants; a role without grants begins with none."""

    role: Role | None = None
    grants: Grants | None = None


class Departure(Answer):
    """Cameras whose own passwords somebody who left may know."""

    cameras: list[str]


class LookBody(Body):
    """The token of an invitation."""

    token: InvitationToken


class Invited(Answer):
    """What an invitation is to: ``by`` is who made it, ``name`` what they call the invited."""

    role: Role
    name: str
    by: str
    expires: str


class JoinBody(Body):
    """Accepting an invitation: one's own name and password."""

    token: InvitationToken
    name: Name
    password: Password


def invitation(model: ModelInvitation) -> Invitation:
    """Return an invitation without its token."""
    return Invitation(
        id=model.id,
        role=model.role,
        name=model.name,
        made=to_iso(model.made),
        expires=to_iso(model.expires),
        grants=[_grant(grant) for grant in model.grants],
    )


def grants_of(member: ModelMember, cameras: Collection[CameraId]) -> list[Grant]:
    """Return what a member was given with the cameras there are."""
    return [_grant(grant) for grant in member.grants.values() if grant.camera in cameras]


def _grant(grant: ModelGrant) -> Grant:
    return Grant(
        camera=grant.camera,
        rights=[right for right in Right if right in grant.rights],
        hours=[hours(each) for each in grant.hours],
        until=iso(grant.until),
    )


def model_grants(
    given: list[Grant], role: Role, moment: Callable[[str], Micros]
) -> tuple[ModelGrant, ...]:
    """Read grants for somebody in that role; ``moment`` reads times of the house.

    Raises InputError for what makes no sense there.
    """
    cameras = [grant.camera for grant in given]
    if len(set(cameras)) != len(cameras):
        message = "A camera stands twice in the grants."
        raise InputError(message)
    if role is Role.OWNER and given:
        message = "An owner may do everything: there is nothing to grant."
        raise InputError(message)
    if role is Role.ADULT and any(grant.hours or grant.until for grant in given):
        message = "An adult lives here: hours and an end date are for members and guests."
        raise InputError(message)
    return tuple(_model_grant(grant, moment) for grant in given)


def _model_grant(grant: Grant, moment: Callable[[str], Micros]) -> ModelGrant:
    return ModelGrant(
        camera=CameraId(grant.camera),
        rights=frozenset(grant.rights),
        hours=tuple(model_hours(each) for each in grant.hours),
        until=None if grant.until is None else moment(grant.until),
    )
