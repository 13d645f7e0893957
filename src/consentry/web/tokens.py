"""Routes of API tokens: what one gave to programs, a part of one's own rights each."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Path, Request

from consentry.model.account import ApiToken
from consentry.model.diary import Act
from consentry.model.ids import CameraId, TokenId, random_id
from consentry.model.rights import Action
from consentry.model.time import DAY, Micros
from consentry.store import tokens
from consentry.web.answers import SIGNED, failures
from consentry.web.context import Ctx, Person, member_of
from consentry.web.credentials import confirmed
from consentry.web.looks import viewer_of
from consentry.web.schema import sign_in as schema
from consentry.web.sessions import token_hash

router = APIRouter(prefix="/api/tokens", tags=["session"])

PREFIX = "ct_"
"""What secrets begin with, so that programs that look for leaked ones find them."""


@router.get("", responses=failures(401, 403))
async def list_tokens(context: Ctx, caller: Person) -> list[schema.Token]:
    """List one's own tokens, newest first, those that are over too."""
    found = await context.hub.database.run(tokens.of_member, member_of(caller))
    return [schema.token(each) for each in found]


@router.post("", status_code=201, responses=failures(*SIGNED, 429))
async def make_token(
    context: Ctx, caller: Person, request: Request, body: schema.TokenBody
) -> schema.NewToken:
    """Make a token for a program; its secret is told this once."""
    for camera in body.cameras:
        context.hub.cameras.view(CameraId(camera))
        context.demand(caller, Action.SEE, CameraId(camera))
    account, _ = await confirmed(context, caller, request, body.password)
    secret, now = PREFIX + secrets.token_urlsafe(32), context.hub.forward.wall()
    token = ApiToken(
        id=TokenId(random_id()),
        token_hash=token_hash(secret),
        account=account.id,
        name=body.name,
        scope=schema.scope(body),
        created=now,
        expires=Micros(now + body.days * DAY),
    )
    await context.hub.database.run(tokens.make, token)
    by = viewer_of(caller, request)
    await context.hub.diary.act(Act.TOKEN_MADE, by, detail=token.name)
    return schema.NewToken(token=schema.token(token), secret=secret)


@router.delete("/{token}", status_code=204, responses=failures(*SIGNED))
async def end_token(
    context: Ctx, caller: Person, token: Annotated[TokenId, Path(max_length=64)]
) -> None:
    """Take a token back: its program is out at once."""
    found = await context.hub.database.run(tokens.of_member_with_id, member_of(caller), token)
    await context.sessions.end(found.token_hash)
