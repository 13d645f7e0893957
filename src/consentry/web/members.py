"""Routes of the people: who lives here, what they may, inviting and removing."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from consentry.model.account import Invitation, Member
from consentry.model.diary import Act
from consentry.model.ids import CameraId, InvitationId, MemberId, random_id
from consentry.model.rights import Action, Caller, Right, rights_of
from consentry.model.time import Micros
from consentry.store import accounts, invitations, second_factors
from consentry.web.answers import SIGNED, failures
from consentry.web.context import Context, Ctx, Signed, caller_of
from consentry.web.looks import viewer_of
from consentry.web.schema import members as schema
from consentry.web.schema.base import iso
from consentry.web.sessions import token_hash

router = APIRouter(prefix="/api/members", tags=["members"], dependencies=[Depends(caller_of)])

MemberPath = Annotated[MemberId, Path(max_length=64)]
InvitationPath = Annotated[InvitationId, Path(max_length=64)]


@router.get("", responses=failures(401))
async def list_members(context: Ctx, caller: Signed) -> schema.Members:
    """List who lives here: to the owner all, to adults everybody's name, to others themselves."""
    owner = context.allow(caller, Action.HOUSE)
    everybody = context.allow(caller, Action.OVERVIEW)
    waiting = tuple[Invitation, ...]()
    if owner:
        now = context.hub.forward.wall()
        waiting = await context.hub.database.run(invitations.open_ones, now)
    habits = await _habits(context)
    return schema.Members(
        members=[
            _told(context, caller, member, habits)
            for member in context.hub.members.all()
            if everybody or member.id == caller.member
        ],
        invitations=[schema.invitation(each) for each in waiting],
    )


@router.patch("/{member}", responses=failures(*SIGNED, 409))
async def change_member(
    context: Ctx, caller: Signed, request: Request, member: MemberPath, body: schema.MemberChange
) -> schema.Member:
    """Give somebody another role or other grants; in force at once, on open pages too."""
    context.demand(caller, Action.HOUSE)
    role = body.role or context.hub.members.get(member).role
    grants = None
    if body.grants is not None or body.role is not None:
        grants = schema.model_grants(body.grants or [], role, context.moment)
    await context.hub.change_member(member, role=body.role, grants=grants)
    name, by = context.hub.members.get(member).name, viewer_of(caller, request)
    await context.hub.diary.act(Act.MEMBER_CHANGED, by, about=member, detail=name)
    return _told(context, caller, context.hub.members.get(member), await _habits(context))


@router.delete("/{member}", responses=failures(*SIGNED, 409))
async def remove_member(
    context: Ctx, caller: Signed, request: Request, member: MemberPath
) -> schema.Departure:
    """Remove somebody: their sessions, tokens, links, invitations and channels end at once."""
    context.demand(caller, Action.HOUSE)
    leaving = context.hub.members.get(member)
    known = _knows_passwords_of(context, leaving)
    await context.hub.remove_member(member)
    by = viewer_of(caller, request)
    await context.hub.diary.act(Act.MEMBER_REMOVED, by, about=member, detail=leaving.name)
    return schema.Departure(cameras=known)


@router.post("/invitations", status_code=201, responses=failures(*SIGNED))
async def invite(context: Ctx, caller: Signed, body: schema.InvitationBody) -> schema.NewInvitation:
    """Make a one-time invitation; the invited choose name and password themselves."""
    context.demand(caller, Action.HOUSE)
    now, token = context.hub.forward.wall(), secrets.token_urlsafe(24)
    grants = schema.model_grants(body.grants, body.role, context.moment)
    for grant in grants:
        context.hub.cameras.view(grant.camera)
    invitation = Invitation(
        id=InvitationId(random_id()),
        role=body.role,
        name=body.name,
        grants=grants,
        maker=caller.member,
        made=now,
        expires=Micros(now + invitations.VALID),
    )
    await context.hub.database.run(invitations.make, invitation, token_hash(token))
    return schema.NewInvitation(invitation=schema.invitation(invitation), token=token)


@router.delete("/invitations/{invitation}", status_code=204, responses=failures(*SIGNED))
async def withdraw_invitation(context: Ctx, caller: Signed, invitation: InvitationPath) -> None:
    """Withdraw an invitation: its link opens nothing any more."""
    context.demand(caller, Action.HOUSE)
    await context.hub.database.run(invitations.withdraw, invitation)


@dataclass(frozen=True, slots=True)
class _Habits:
    """When members were last seen, and who is asked for codes."""

    seen: Mapping[MemberId, Micros]
    coded: frozenset[MemberId]


async def _habits(context: Context) -> _Habits:
    database = context.hub.database
    seen = await database.run(accounts.last_seen)
    return _Habits(seen, await database.run(second_factors.members_with_one))


def _told(context: Context, caller: Caller, member: Member, habits: _Habits) -> schema.Member:
    """Return a member as ``caller`` may know them."""
    me, owner = member.id == caller.member, context.allow(caller, Action.HOUSE)
    cameras = {view.camera.id for view in context.hub.cameras.views()}
    if not owner:  # who was left out of a camera is not told of it
        cameras = {grant.camera for grant in member.grants.values() if grant.rights}
    return schema.Member(
        id=member.id,
        name=member.name,
        role=member.role,
        created=iso(member.created) or "",
        me=me,
        grants=schema.grants_of(member, cameras) if me or owner else [],
        last_seen=iso(habits.seen.get(member.id)) if me or owner else None,
        second_factor=member.id in habits.coded if me or owner else None,
    )


def _knows_passwords_of(context: Context, member: Member) -> list[str]:
    """Return the cameras with a password that somebody may have seen or typed."""
    asked = Caller(member.name, member.role, member.id, grants=member.grants)

    def knows(camera: CameraId) -> bool:
        return member.role.grown_up or Right.SETTINGS in rights_of(asked, camera, context.hub.now())

    cameras = (view.camera for view in context.hub.cameras.views())
    return [camera.id for camera in cameras if camera.password and knows(camera.id)]
