"""The diary as JSON: exactly what was committed to, and what it takes to check it."""

import base64
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from consentry.model.diary import Leaf as ModelLeaf
from consentry.model.diary import LookKind, LookNow, Via
from consentry.model.time import to_iso
from consentry.web.schema.base import Answer, Query

_Index = Annotated[int, Field(ge=0, le=2**53)]
_Id = Annotated[str, Field(max_length=64)]


class DiaryQuery(Query):
    """Which entries."""

    camera: _Id | None = None
    person: _Id | None = None
    before: _Index | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ProofQuery(Query):
    """Which proof: consistency from ``old``, or inclusion of ``index``."""

    old: _Index | None = None
    index: _Index | None = None
    size: _Index | None = None


class LeafState(StrEnum):
    """Whether an entry can be read: open, erased for good, or not for this caller."""

    OPEN = "open"
    ERASED = "erased"
    WITHHELD = "withheld"


class Leaf(Answer):
    """One entry. Hashes are base64; ``entry`` is the exact JSON text that was committed to."""

    index: int
    commitment: str
    state: LeafState
    salt: str | None
    entry: str | None
    now: bool
    proof: list[str]


class Diary(Answer):
    """A page of the diary; every proof leads to ``checkpoint``, a note signed by ``key``."""

    checkpoint: str
    key: str
    leaves: list[Leaf]
    next: int | None


class CheckpointAnswer(Answer):
    """The newest checkpoint and the key that signed it."""

    checkpoint: str
    key: str


class ProofAnswer(Answer):
    """The hashes of a proof, base64, as RFC 6962 orders them."""

    proof: list[str]


class Looking(Answer):
    """Somebody who looks right now."""

    index: int
    look: LookKind
    camera: str
    name: str
    member: str | None
    via: Via
    address: str
    since: str


class LooksNow(Answer):
    """All who look right now."""

    looks: list[Looking]


def leaf(model: ModelLeaf, proof: tuple[bytes, ...], *, open_: bool, now: bool) -> Leaf:
    """Return an entry with its proof; bare, unless ``open_``."""
    state = LeafState.OPEN if open_ else LeafState.WITHHELD
    if model.salt is None:
        state = LeafState.ERASED
    shown = state is LeafState.OPEN
    return Leaf(
        index=model.index,
        commitment=_base64(model.commitment),
        state=state,
        salt=_base64(model.salt) if shown and model.salt is not None else None,
        entry=model.entry if shown else None,
        now=now and shown,
        proof=[_base64(hash_) for hash_ in proof],
    )


def look_now(model: LookNow) -> Looking:
    """Return a look that goes on."""
    begin = model.begin
    return Looking(
        index=model.index,
        look=begin.look,
        camera=begin.camera.id,
        name=begin.by.name,
        member=begin.by.member,
        via=begin.by.via,
        address=begin.by.address,
        since=to_iso(begin.at),
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
