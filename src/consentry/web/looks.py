"""What every route that shows a picture does before the first byte: write it into the diary.

A picture is made first and noted then, so that what never left is not in the diary. The look at a
film is written while its first picture is read, for both wait for a disk: where that can't be read,
the diary says more than was seen. Each batch that goes out keeps the look going.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import Response

from consentry.home.sitting import Seat
from consentry.model.camera import Camera
from consentry.model.diary import Act, LookKind, Via, Viewer
from consentry.model.rights import Action, Caller
from consentry.model.time import Span, to_iso
from consentry.web.context import Context
from consentry.web.media_route import Asked
from consentry.web.rights import THIS_MACHINE
from consentry.web.stream import Cut


def viewer_of(caller: Caller, connection: HTTPConnection) -> Viewer:
    """Return what the diary says of who asks."""
    via = Via.BROWSER if caller.scope is None else Via.TOKEN
    if caller is THIS_MACHINE:
        via = Via.MACHINE
    address = connection.client.host if connection.client is not None else ""
    return Viewer(caller.name, via, caller.role.value, caller.member, address)


def seat_of(caller: Caller, connection: HTTPConnection) -> Seat:
    """Return who asks and where they sit: their session, or this machine."""
    where = caller.session.hex() if caller.session is not None else "this machine"
    return Seat(viewer_of(caller, connection), where)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is about to be shown: in which way, of which camera, which stretch (None: now)."""

    kind: LookKind
    camera: Camera
    span: Span | None = None


async def note(asked: Asked[Any], seen: Seen) -> None:
    """Write it into the diary, or keep its sitting going. Raises StorageError."""
    seat = seat_of(asked.caller, asked.request)
    await asked.context.hub.diary.look(seen.kind, seat, seen.camera, span=seen.span)


async def note_deletion(  # noqa: PLR0913 - who deletes what
    context: Context,
    caller: Caller,
    connection: HTTPConnection,
    camera: Camera,
    span: Span,
    *,
    act: Act = Act.FOOTAGE_DELETED,
) -> None:
    """Write down who is about to delete which stretch of a camera. Raises StorageError.

    Before it is done, like a look: a hub that is killed in between has not deleted in secret.
    """
    detail = f"{to_iso(span.start)} - {to_iso(span.end)}"
    await context.hub.diary.act(act, viewer_of(caller, connection), camera=camera, detail=detail)


async def picture(asked: Asked[Any], jpeg: bytes, seen: Seen) -> Response:
    """Answer a picture, once it is in the diary that it is seen. Raises StorageError."""
    await note(asked, seen)
    return Response(jpeg, media_type="image/jpeg")


async def film(  # noqa: PLR0913 - what is shown, and how it is answered
    asked: Asked[Any],
    chunks: Iterator[bytes],
    seen: Seen,
    *,
    action: Action,
    headers: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Answer a film, once it is in the diary that it is seen. Raises StorageError.

    It breaks off when the right to ``action`` ends, or the recordings are locked.
    """
    noting = asyncio.create_task(note(asked, seen))
    try:
        stream = await asked.stream(chunks, action, seen.camera.id)
    finally:
        await noting

    async def kept_going() -> AsyncGenerator[bytes]:
        async with aclosing(stream):
            async for chunk in stream:
                await note(asked, seen)
                yield chunk

    until_locked = asked.context.hub.keyring.until_locked
    return Cut(kept_going(), until_locked, status=status, headers=headers, media_type="video/mp4")
