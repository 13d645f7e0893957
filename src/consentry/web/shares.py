"""Routes of sharing: the maker's side, and the two that anybody with a link may call.

The recipient's page is served at /s/TOKEN to everybody alike: looking at a link opens nothing. Only
the recipient's click asks ``/api/shared/open``, which counts; the film then comes for a ticket that
travels in a header, so that no address ever is an authorisation.
"""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from consentry.home.sitting import Seat
from consentry.model.diary import Act, LookKind, Via, Viewer
from consentry.model.errors import NotFoundError
from consentry.model.ids import CameraId
from consentry.model.rights import Action, Caller, Role
from consentry.model.secret import Secret
from consentry.model.share import Excerpt, Share, ShareId
from consentry.model.time import HOUR, Micros
from consentry.web.answers import SIGNED, failures
from consentry.web.context import Context, Ctx, Signed
from consentry.web.credentials import address_of
from consentry.web.errors import LimitedError
from consentry.web.limits import address_key
from consentry.web.looks import Seen, film, viewer_of
from consentry.web.media_route import Asked, MediaRoute
from consentry.web.schema import shares as schema

router = APIRouter(prefix="/api", tags=["shares"])

SharePath = Annotated[ShareId, Path(max_length=64)]


@router.get("/shares", responses=failures(401))
async def list_shares(context: Ctx, caller: Signed) -> list[schema.Share]:
    """List the shares of the caller, for the owner those of the house: open ones and those over."""
    shares = await context.hub.sharing.all()
    return [_described(context, share) for share in shares if _decides(context, caller, share)]


@router.post("/shares", status_code=201, responses=failures(*SIGNED, 423))
async def make_share(context: Ctx, caller: Signed, body: schema.ShareBody) -> schema.Share:
    """Cut and seal a clip for handing on; look at its preview, then make its link."""
    camera = CameraId(body.camera)
    context.hub.cameras.view(camera)
    context.demand(caller, Action.SHARE, camera)
    span = context.span(body.start, body.end)
    excerpt = Excerpt(camera, span, body.stream, body.sound, caller.member)
    share = await context.hub.sharing.make(excerpt)
    return _described(context, share)


@router.post("/shares/{share}/link", responses=failures(*SIGNED, 423))
async def make_link(
    context: Ctx, caller: Signed, request: Request, share: SharePath, body: schema.LinkBody
) -> schema.LinkAnswer:
    """Make the share's link; one that it had before is over."""
    found = await _own(context, caller, share)
    spoken = body.passphrase
    link = await context.hub.sharing.publish(
        share,
        life=Micros(round(body.hours * HOUR)),
        opens=body.opens,
        passphrase=Secret(spoken.get_secret_value()) if spoken is not None else None,
    )
    await _note(context, caller, request, found, Act.SHARED)
    return schema.LinkAnswer(link=_whole(request, link.path))


@router.get("/shares/{share}/link", responses=failures(*SIGNED, 423))
async def show_link(
    context: Ctx, caller: Signed, request: Request, share: SharePath
) -> schema.LinkAnswer:
    """Show the link again."""
    await _own(context, caller, share)
    link = await context.hub.sharing.link(share)
    return schema.LinkAnswer(link=_whole(request, link.path))


@router.post("/shares/{share}/mail", status_code=204, responses=failures(*SIGNED, 423, 424))
async def mail_link(
    context: Ctx, caller: Signed, request: Request, share: SharePath, body: schema.MailBody
) -> None:
    """Send the link by e-mail, through the mail server that alerts use."""
    await _own(context, caller, share)
    link = await context.hub.sharing.link(share)
    whole = _whole(request, link.path)
    await context.hub.outbox.mail(body.to, lambda words: words.shared(whole, sender=caller.name))


@router.delete("/shares/{share}", status_code=204, responses=failures(*SIGNED))
async def end_share(context: Ctx, caller: Signed, request: Request, share: SharePath) -> None:
    """End a share at once: its link opens nothing any more, downloads stop."""
    found = await _own(context, caller, share)
    await context.hub.sharing.end(share)
    await _note(context, caller, request, found, Act.SHARE_REVOKED)


@router.post("/shared/open", responses=failures(400, 404, 429))
async def open_link(context: Ctx, request: Request, body: schema.OpenBody) -> schema.OpenAnswer:
    """Open a link: this counts. Open to whoever has one."""
    address = address_of(request)
    key = f"link:{address_key(address)}"
    wait = context.limiter.wait(key)
    if wait > 0:
        raise LimitedError(wait)
    try:
        ticket = await context.hub.sharing.open(body.token)
    except NotFoundError:
        context.limiter.failed(key)
        raise
    share = ticket.share
    camera = context.hub.cameras.view(share.camera).camera
    seat = Seat(Viewer("", Via.LINK, address=address), ticket.name)
    await context.hub.diary.look(LookKind.LINK, seat, camera, span=share.span, detail=share.id)
    return schema.opening(ticket)


@router.get(
    "/shared/film",
    response_class=Response,
    responses=failures(400, 404)
    | {200: {"description": "The sealed film.", "content": {"application/octet-stream": {}}}},
)
async def fetch_film(
    context: Ctx, x_consentry_ticket: Annotated[str, Header(max_length=64)]
) -> StreamingResponse:
    """Fetch the sealed film of an opening, by its ticket. Open to whoever has one."""
    size, chunks = await context.hub.sharing.fetch(x_consentry_ticket)
    return StreamingResponse(
        await context.readers.stream(chunks),
        headers={"Content-Length": str(size)},
        media_type="application/octet-stream",
    )


async def preview_share(asked: Asked[schema.PreviewQuery]) -> Response:
    """The film of a share, exactly as it is handed out."""
    share = ShareId(asked.id)
    found = await _own(asked.context, asked.caller, share)
    chunks = await asked.context.hub.sharing.preview(share)
    camera = asked.context.hub.cameras.view(found.camera).camera
    seen = Seen(LookKind.PLAYBACK, camera, found.span)
    size = {"Content-Length": str(found.size)}
    return await film(asked, chunks, seen, action=Action.SHARE, headers=size)


ROUTES = (
    MediaRoute(
        "/api/shares/{share}/preview.mp4", schema.PreviewQuery, preview_share, "video/mp4", (423,)
    ),
)


async def _own(context: Context, caller: Caller, share: ShareId) -> Share:
    """Return the share when it is the caller's to decide about; for others it does not exist."""
    found = await context.hub.sharing.get(share)
    if not _decides(context, caller, found):
        message = f"There is no share {share} (any more)."
        raise NotFoundError(message)
    return found


async def _note(context: Context, caller: Caller, request: Request, share: Share, act: Act) -> None:
    camera = context.hub.cameras.view(share.camera).camera
    viewer = viewer_of(caller, request)
    await context.hub.diary.act(act, viewer, camera=camera, detail=share.id)


def _decides(context: Context, caller: Caller, share: Share) -> bool:
    """Tell whether it is the caller's own, and of a camera they may (still) share; owners all."""
    mine = caller.role is Role.OWNER or (share.maker is not None and share.maker == caller.member)
    return mine and context.allow(caller, Action.SHARE, share.camera)


def _described(context: Context, share: Share) -> schema.Share:
    maker = context.hub.members.find(share.maker) if share.maker is not None else None
    return schema.share(share, maker=maker.name if maker is not None else None)


def _whole(request: Request, path: str) -> str:
    """Return a link at the address under which the maker sees the hub."""
    return str(request.base_url).rstrip("/") + path
