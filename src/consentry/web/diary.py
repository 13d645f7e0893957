"""Routes of the diary: who looked, proofs that nothing was changed, who looks now.

The owner and adults read everything. Members and guests read what they did themselves; of the rest
they get bare commitments, so that they too can check that nothing was taken away.
"""

import base64
from typing import Annotated

import apsw
from fastapi import APIRouter, Depends, Path, Query, Request

from consentry.model.diary import Leaf
from consentry.model.errors import DeniedError, InputError
from consentry.model.ids import CameraId, MemberId
from consentry.model.rights import Action
from consentry.store import diary as store
from consentry.tlog import Checkpoint, Hashes
from consentry.web.answers import SIGNED, failures
from consentry.web.context import Ctx, Signed, caller_of
from consentry.web.looks import viewer_of
from consentry.web.schema import diary as schema

router = APIRouter(prefix="/api/diary", tags=["diary"], dependencies=[Depends(caller_of)])

PersonPath = Annotated[MemberId, Path(max_length=64)]


@router.get("", responses=failures(400, 401, 403))
async def read_diary(
    context: Ctx, caller: Signed, query: Annotated[schema.DiaryQuery, Query()]
) -> schema.Diary:
    """Read the diary, newest first, a page at a time, each entry with its proof."""
    everything = context.allow(caller, Action.DIARY)
    person = MemberId(query.person) if query.person is not None else None
    if not everything and (query.person or query.camera):
        if person not in {None, caller.member}:
            message = "You can read in the diary what you looked at yourself."
            raise DeniedError(message)
        person = caller.member
    signed = context.hub.diary.checkpoint
    leaves = await context.hub.database.run(_read, signed, query, person=person)
    now = {look.index for look in context.hub.diary.now()}
    return schema.Diary(
        checkpoint=context.hub.diary.note(signed),
        key=str(context.hub.diary.verifier),
        leaves=[
            schema.leaf(
                leaf,
                proof,
                open_=everything or (leaf.member is not None and leaf.member == caller.member),
                now=leaf.index in now,
            )
            for leaf, proof in leaves
        ],
        next=leaves[-1][0].index if len(leaves) == query.limit else None,
    )


@router.get("/checkpoint", responses=failures(401))
async def get_checkpoint(context: Ctx) -> schema.CheckpointAnswer:
    """Return the newest signed checkpoint: what a browser keeps and compares with the next one."""
    diary = context.hub.diary
    return schema.CheckpointAnswer(checkpoint=diary.note(diary.checkpoint), key=str(diary.verifier))


@router.get("/proof", responses=failures(400, 401))
async def prove(context: Ctx, query: Annotated[schema.ProofQuery, Query()]) -> schema.ProofAnswer:
    """Prove that the log of ``size`` grew from that of ``old``, or holds leaf ``index``."""
    proof = await context.hub.database.run(_prove, context.hub.diary.checkpoint, query)
    return schema.ProofAnswer(proof=[_text(hash_) for hash_ in proof])


@router.get("/now", responses=failures(401, 403))
async def looks_now(context: Ctx, caller: Signed) -> schema.LooksNow:
    """Tell who looks right now, or did within the last half minute."""
    context.demand(caller, Action.DIARY)
    return schema.LooksNow(looks=[schema.look_now(look) for look in context.hub.diary.now()])


@router.delete("/people/{person}", status_code=204, responses=failures(*SIGNED, 409))
async def erase_person(context: Ctx, caller: Signed, request: Request, person: PersonPath) -> None:
    """Erase what the diary says of somebody who has no account here any more."""
    context.demand(caller, Action.HOUSE)
    await context.hub.diary.erase_person(person, viewer_of(caller, request))


def _read(
    connection: apsw.Connection,
    signed: Checkpoint,
    query: schema.DiaryQuery,
    *,
    person: MemberId | None,
) -> tuple[tuple[Leaf, Hashes], ...]:
    """Return one page, each leaf with the proof that leads to the checkpoint."""
    found = store.newest(
        connection,
        before=signed.size if query.before is None else min(query.before, signed.size),
        limit=query.limit,
        camera=CameraId(query.camera) if query.camera is not None else None,
        member=person,
    )
    return tuple(zip(found, store.inclusions(connection, signed, found), strict=True))


def _prove(connection: apsw.Connection, signed: Checkpoint, query: schema.ProofQuery) -> Hashes:
    size = signed.size if query.size is None else query.size
    if size > signed.size:
        message = f"The diary has {signed.size} entries: there is no proof for {size}."
        raise InputError(message)
    match query:
        case schema.ProofQuery(old=int(old), index=None) if old <= size:
            return store.consistency(connection, signed, old=old, size=size)
        case schema.ProofQuery(old=None, index=int(index)) if index < size:
            return store.tree(connection, size).inclusion(index)
    message = f"Ask for `old` or for `index`, and for one that lies within {size} entries."
    raise InputError(message)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
