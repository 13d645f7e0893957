"""Routes of one's own browsers: which are signed in, and signing them out."""

from typing import Annotated

from fastapi import APIRouter, Path

from consentry.model.account import Session
from consentry.model.errors import NotFoundError
from consentry.model.rights import Caller
from consentry.store import accounts
from consentry.web.answers import SIGNED, failures
from consentry.web.context import Context, Ctx, Person, member_of
from consentry.web.schema import sign_in as schema

router = APIRouter(prefix="/api/sessions", tags=["session"])


@router.get("", responses=failures(401, 403))
async def list_sessions(context: Ctx, caller: Person) -> list[schema.OpenSession]:
    """List the browsers in which one is signed in, last used first."""
    return [
        schema.open_session(session, current=caller.session)
        for session in await _sessions(context, caller)
    ]


@router.delete("", status_code=204, responses=failures(401, 403))
async def end_other_sessions(context: Ctx, caller: Person) -> None:
    """Sign out everywhere but here."""
    for session in await _sessions(context, caller):
        if session.token_hash != caller.session:
            await context.sessions.end(session.token_hash)


@router.delete("/{session}", status_code=204, responses=failures(*SIGNED))
async def end_session(
    context: Ctx, caller: Person, session: Annotated[str, Path(max_length=64)]
) -> None:
    """Sign one browser out: its streams stop at once."""
    for known in await _sessions(context, caller):
        if schema.session_id(known) == session:
            return await context.sessions.end(known.token_hash)
    message = "There is no such session."
    raise NotFoundError(message)


async def _sessions(context: Context, caller: Caller) -> tuple[Session, ...]:
    now = context.hub.forward.wall()
    return await context.hub.database.run(accounts.sessions_of, member_of(caller), now=now)
