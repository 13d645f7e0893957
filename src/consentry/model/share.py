"""A clip handed out of the house by a link."""

from dataclasses import dataclass
from typing import NewType

from consentry.model.ids import CameraId, MemberId
from consentry.model.media import StreamName
from consentry.model.time import Micros, Span

ShareId = NewType("ShareId", str)
"""Random and opaque like the ids of ``model.ids``; made by ``random_id``."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a link allows: how long, how often; ``opened`` and ``last`` are what came of it."""

    made: Micros
    expires: Micros
    opens_left: int | None
    """None is as often as anybody likes."""
    guarded: bool
    """Whether a passphrase is needed as well."""
    opened: int = 0
    last: Micros | None = None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What somebody wants to share."""

    camera: CameraId
    span: Span
    stream: StreamName
    sound: bool
    maker: MemberId | None


@dataclass(frozen=True, slots=True)
class Share:
    """A clip cut out and sealed for handing on; a draft until it has a ``link``.

    ``maker`` is None for this machine. ``span`` is what was asked for; the film of ``duration``
    begins at the key frame before it, and its preview shows the same bytes. ``size`` is the film's.
    """

    id: ShareId
    maker: MemberId | None
    camera: CameraId
    span: Span
    stream: StreamName
    sound: bool
    duration: Micros
    size: int
    codec: str
    """RFC 6381, of picture and sound."""
    made: Micros
    link: Link | None = None
    ended: Micros | None = None
    """Since when its key is destroyed."""
