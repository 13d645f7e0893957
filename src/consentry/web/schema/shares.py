"""Shares as JSON."""

import base64
from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints

from consentry.home.sharing import Ticket
from consentry.model.media import StreamName
from consentry.model.share import Link as ModelLink
from consentry.model.share import Share as ModelShare
from consentry.model.time import SECOND
from consentry.web.schema.base import Address, Answer, Body, Iso, Query, iso

LinkToken = Annotated[str, StringConstraints(max_length=64)]


class ShareLink(Answer):
    """What a link allows, and what came of it; ``opens_left`` null: as often as anybody likes."""

    made: str
    expires: str
    opens_left: int | None
    guarded: bool
    """Whether a passphrase is needed as well."""
    opened: int
    last: str | None


class Share(Answer):
    """A clip to hand on: a draft without a link; over once ``ended`` says since when."""

    id: str
    maker: str | None
    """Who shared it; null for this machine."""
    camera: str
    from_us: int
    to_us: int
    stream: StreamName
    sound: bool
    seconds: float
    bytes: int
    codec: str
    made: str
    link: ShareLink | None
    ended: str | None


class ShareBody(Body):
    """What to share: at most five minutes of one camera, without sound unless chosen."""

    camera: Annotated[str, StringConstraints(max_length=64)]
    start: Annotated[Iso, Field(alias="from")]
    end: Annotated[Iso, Field(alias="to")]
    stream: StreamName = StreamName.MAIN
    sound: bool = False


class LinkBody(Body):
    """How long a link is good, how often, and whether it wants a passphrase too."""

    hours: Annotated[float, Field(gt=0, le=720)] = 72
    opens: Annotated[int, Field(ge=1, le=1000)] | None = None
    passphrase: Annotated[SecretStr, Field(min_length=6, max_length=256)] | None = None


class LinkAnswer(Answer):
    """The whole link. What follows the # is the key: it never reaches a server again."""

    link: str


class MailBody(Body):
    """Whom to send the link to."""

    to: Address


class OpenBody(Body):
    """The token of a link, without its key."""

    token: LinkToken


class OpenAnswer(Answer):
    """One opening: ``ticket`` fetches the sealed film for ten minutes.

    ``envelope`` (base64url, no padding) holds the film's key; the link's secret opens it.
    """

    id: str
    ticket: str
    envelope: str
    codec: str


class PreviewQuery(Query):
    """Nothing to choose: the preview is the file itself."""


def share(found: ModelShare, *, maker: str | None) -> Share:
    """Return a share as the API says it."""
    return Share(
        id=found.id,
        maker=maker,
        camera=found.camera,
        from_us=found.span.start,
        to_us=found.span.end,
        stream=found.stream,
        sound=found.sound,
        seconds=round(found.duration / SECOND, 3),
        bytes=found.size,
        codec=found.codec,
        made=iso(found.made) or "",
        link=_link(found.link) if found.link is not None else None,
        ended=iso(found.ended),
    )


def opening(ticket: Ticket) -> OpenAnswer:
    """Return what the recipient's page needs."""
    envelope = base64.urlsafe_b64encode(ticket.envelope).rstrip(b"=").decode()
    found = ticket.share
    return OpenAnswer(id=found.id, ticket=ticket.name, envelope=envelope, codec=found.codec)


def _link(link: ModelLink) -> ShareLink:
    return ShareLink(
        made=iso(link.made) or "",
        expires=iso(link.expires) or "",
        opens_left=link.opens_left,
        guarded=link.guarded,
        opened=link.opened,
        last=iso(link.last),
    )
