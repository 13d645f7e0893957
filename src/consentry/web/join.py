"""Routes of an invitation: looking at it, and accepting it. Open to whoever holds its token."""

from fastapi import APIRouter, Request, Response

from consentry.model.account import Invitation
from consentry.model.diary import Act, Via, Viewer
from consentry.model.errors import NotFoundError
from consentry.model.secret import Secret
from consentry.model.time import to_iso
from consentry.store import invitations
from consentry.web.answers import failures
from consentry.web.context import Context, Ctx
from consentry.web.credentials import address_of, demand_patience
from consentry.web.limits import address_key
from consentry.web.schema import members as schema
from consentry.web.schema.session import SessionAnswer
from consentry.web.session import sign_in
from consentry.web.sessions import token_hash

router = APIRouter(prefix="/api/join", tags=["members"])


@router.post("/look", responses=failures(400, 404, 429))
async def look_at_invitation(
    context: Ctx, request: Request, body: schema.LookBody
) -> schema.Invited:
    """Tell what an invitation is to. Open to whoever holds its token."""
    invitation = await _invitation(context, request, body.token.get_secret_value())
    maker = context.hub.members.find(invitation.maker) if invitation.maker else None
    return schema.Invited(
        role=invitation.role,
        name=invitation.name,
        by=maker.name if maker is not None else "",
        expires=to_iso(invitation.expires),
    )


@router.post("", responses=failures(400, 401, 404, 409, 423, 429))
async def join(
    context: Ctx, request: Request, response: Response, body: schema.JoinBody
) -> SessionAnswer:
    """Accept an invitation with a name and password of one's own, and sign in. It works once."""
    token = body.token.get_secret_value()
    invitation = await _invitation(context, request, token)
    password = Secret(body.password.get_secret_value())
    async with context.hub.locks.steady():
        account = await context.hub.locks.admit(body.name, password, role=invitation.role)
        await context.hub.database.run(
            invitations.accept, token_hash(token), account, now=context.hub.forward.wall()
        )
    await context.hub.members.load()
    by = Viewer(account.name, Via.BROWSER, account.role.value, account.id, address_of(request))
    await context.hub.diary.act(Act.MEMBER_ADDED, by, detail=account.name)
    return await sign_in(context, request, response, account)


async def _invitation(context: Context, request: Request, token: str) -> Invitation:
    """Return the invitation of a token; who guesses tokens waits like who guesses passwords."""
    address = address_key(address_of(request))
    demand_patience(context, address)
    now = context.hub.forward.wall()
    try:
        return await context.hub.database.run(invitations.look, token_hash(token), now)
    except NotFoundError:
        context.failed(address)
        raise
