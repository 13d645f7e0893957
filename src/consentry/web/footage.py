"""The bytes: segments for the player, previews, snapshots, exports, and the pictures of events.

No browser may cache any of it (``no-store``): what was deleted, or is no longer for these eyes,
must not linger on a disk that nobody thinks of.
"""

import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from PIL import Image
from starlette.responses import Response

from consentry.model.diary import LookKind
from consentry.model.errors import InputError, Reason
from consentry.model.ids import CameraId, EventId, SegmentId
from consentry.model.media import Segment
from consentry.model.rights import Action
from consentry.model.time import DAY, SECOND, Micros, Span, to_datetime
from consentry.model.vision import Box
from consentry.store import events, export, segments
from consentry.web.events import demanded
from consentry.web.looks import Seen, film, picture
from consentry.web.media_route import Asked, MediaRoute
from consentry.web.ranges import ByteRange, byte_range, sliced
from consentry.web.schema.base import END_OF_TIME
from consentry.web.schema.events import clip_span
from consentry.web.schema.footage import (
    ClipQuery,
    MediaQuery,
    PictureQuery,
    PreviewQuery,
    SnapshotQuery,
    StreamSpanQuery,
    TrackQuery,
)

LONGEST_EXPORT = Micros(DAY)
_CROP_MARGIN = 0.35
"""Surroundings shown around the thing, as a share of its size on each side."""


async def segment_init(asked: Asked[TrackQuery]) -> Response:
    """What a decoder must know before a segment's first fragment."""
    segment = await _segment(asked)
    data = asked.context.hub.footage.init(segment, asked.query.track)
    return Response(data, media_type="video/mp4")


async def _segment(asked: Asked[TrackQuery] | Asked[MediaQuery]) -> Segment:
    """Return the segment asked for, if the caller may."""
    hub = asked.context.hub
    row = await hub.database.run(segments.get, SegmentId(asked.id))
    if row.state is segments.State.OPEN:
        found = await asked.context.readers.run(hub.footage.opened, row)
    else:  # nothing is read from the disk: a thread would cost more than it does
        found = hub.footage.opened(row)
    asked.context.demand(asked.caller, Action.RECORDINGS, found.camera, missing=segments.gone())
    return found


async def segment_media(asked: Asked[MediaQuery]) -> Response:
    """Fragments of one track, from the key frame at or before ``from_us``."""
    footage, query = asked.context.hub.footage, asked.query
    end = Micros(query.to_us) if query.to_us is not None else END_OF_TIME
    span = Span(Micros(query.from_us), end)
    segment = await _segment(asked)
    fragments = footage.fragments(segment, span, query.track, key_frames_only=query.key_frames)
    camera = asked.context.hub.cameras.view(segment.camera).camera
    whole = segment.span
    if segment.duration is None:  # it is being written: up to now
        whole = Span(whole.start, max(whole.start, asked.context.hub.clock.wall()))
    seen = Seen(LookKind.PLAYBACK, camera, _within(span, whole))
    return await film(asked, fragments, seen, action=Action.RECORDINGS)


def _within(span: Span, whole: Span) -> Span:
    """Return the part of ``span`` that lies in ``whole``; an empty one at its edge if none does."""
    start = min(max(span.start, whole.start), whole.end)
    return Span(start, max(start, min(span.end, whole.end)))


async def preview(asked: Asked[PreviewQuery]) -> Response:
    """The key frame at or before a moment, decoded on demand."""
    camera = asked.context.hub.cameras.view(CameraId(asked.id)).camera
    asked.context.demand(asked.caller, Action.RECORDINGS, camera.id)
    moment = Micros(asked.query.at_us)
    jpeg = await asked.context.readers.run(
        asked.context.hub.footage.preview, camera.id, moment, width=asked.query.width
    )
    return await picture(asked, jpeg, Seen(LookKind.PREVIEW, camera, Span(moment, moment)))


async def snapshot(asked: Asked[SnapshotQuery]) -> Response:
    """The newest picture of a camera."""
    hub = asked.context.hub
    camera = hub.cameras.view(CameraId(asked.id)).camera
    asked.context.demand(asked.caller, Action.LIVE, camera.id)
    jpeg = await hub.snapshot(camera.id, width=asked.query.width)
    return await picture(asked, jpeg, Seen(LookKind.PICTURE, camera))


async def export_file(asked: Asked[StreamSpanQuery]) -> Response:
    """A stretch of footage as a standard MP4, by stream copy."""
    camera = asked.context.hub.cameras.view(CameraId(asked.id)).camera
    asked.context.demand(asked.caller, Action.EXPORT, camera.id)
    span = asked.context.span(asked.query.start, asked.query.end)
    if span.duration > LONGEST_EXPORT:
        message = "Export at most 24 hours at once."
        raise InputError(message, reason=Reason.TOO_LONG)
    zone = asked.context.hub.settings.zone
    name = f"{camera.name} {to_datetime(span.start, zone):%Y-%m-%d %H-%M-%S}.mp4"
    seen = Seen(LookKind.EXPORT, camera, span)
    return await _movie(asked, seen, span, action=Action.EXPORT, name=name)


async def event_clip(asked: Asked[ClipQuery]) -> Response:
    """The clip of an event: 20 to 30 s, 5 s before its start."""
    event = await demanded(asked.context, asked.caller, Action.EVENTS, EventId(asked.id))
    camera = asked.context.hub.cameras.view(event.camera).camera
    span = clip_span(event)
    seen = Seen(LookKind.DOWNLOAD, camera, span)
    return await _movie(asked, seen, span, action=Action.EVENTS)


async def event_picture(asked: Asked[PictureQuery]) -> Response:
    """The best picture of an event, whole or cropped to the thing."""
    hub = asked.context.hub
    event = await demanded(asked.context, asked.caller, Action.EVENTS, EventId(asked.id))
    sealed = await hub.database.run(events.picture, event.id)
    jpeg = await asked.context.readers.run(events.open_picture, hub.keyring, event.id, sealed)
    if asked.query.crop or asked.query.width is not None:
        box = event.best.box if asked.query.crop else None
        jpeg = await asked.context.readers.run(redrawn, jpeg, box=box, width=asked.query.width)
    camera = hub.cameras.view(event.camera).camera
    moment = Span(event.best.time, event.best.time)
    return await picture(asked, jpeg, Seen(LookKind.PICTURE, camera, moment))


async def _movie(
    asked: Asked[ClipQuery] | Asked[StreamSpanQuery],
    seen: Seen,
    span: Span,
    *,
    action: Action,
    name: str | None = None,
) -> Response:
    """Answer an MP4 file, or the range of it that is asked for: Safari insists on ranges."""
    footage, stream = asked.context.hub.footage, asked.query.stream
    plan = await asked.context.readers.run(export.plan, footage, seen.camera.id, span, stream)
    headers = {
        "X-Consentry-Lead-Seconds": f"{plan.lead / SECOND:.3f}",
        "Accept-Ranges": "bytes",
    }
    if name is not None:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    wanted = byte_range(asked.request.headers.get("range"), size=plan.size)
    chunks: Iterator[bytes] = plan.chunks()
    if wanted is not None:
        headers["Content-Range"] = f"bytes {wanted.first}-{wanted.last}/{plan.size}"
        chunks = sliced(chunks, wanted)
    whole = wanted or ByteRange(0, plan.size - 1)
    headers["Content-Length"] = str(whole.last + 1 - whole.first)
    status = 206 if wanted else 200
    return await film(asked, chunks, seen, action=action, headers=headers, status=status)


def redrawn(jpeg: bytes, *, box: Box | None, width: int | None) -> bytes:
    """Return the picture cropped around ``box`` and at most ``width`` wide, as JPEG. Blocking."""
    with Image.open(io.BytesIO(jpeg)) as image:
        picture: Image.Image = image
        if box is not None:
            picture = picture.crop(_around(box, image.size))
        if width is not None and width < picture.width:
            height = max(1, round(picture.height * width / picture.width))
            if box is None:  # the decoder itself halves the size: 2 ms for 720p instead of 5
                image.draft("RGB", (width, height))
            picture = picture.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=85)
        return out.getvalue()


def _around(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return pixels around the box: left, top, right, bottom, never empty."""
    width, height = size
    aside = _CROP_MARGIN * (box.right - box.left)
    above = _CROP_MARGIN * (box.bottom - box.top)
    left = min(max(0, int((box.left - aside) * width)), width - 1)
    top = min(max(0, int((box.top - above) * height)), height - 1)
    right = max(left + 1, min(width, round((box.right + aside) * width)))
    bottom = max(top + 1, min(height, round((box.bottom + above) * height)))
    return left, top, right, bottom


_LEAD = {"X-Consentry-Lead-Seconds": "Footage before the cut that the file still carries."}

ROUTES: tuple[MediaRoute[Any], ...] = (
    MediaRoute("/api/segments/{segment}/init", TrackQuery, segment_init, "video/mp4"),
    MediaRoute("/api/segments/{segment}/media", MediaQuery, segment_media, "video/mp4"),
    MediaRoute("/api/cameras/{camera}/preview.jpg", PreviewQuery, preview, "image/jpeg"),
    MediaRoute(
        "/api/cameras/{camera}/snapshot.jpg",
        SnapshotQuery,
        snapshot,
        "image/jpeg",
        (409, 424),
    ),
    MediaRoute(
        "/api/cameras/{camera}/export.mp4", StreamSpanQuery, export_file, "video/mp4", headers=_LEAD
    ),
    MediaRoute("/api/events/{event}/clip.mp4", ClipQuery, event_clip, "video/mp4", headers=_LEAD),
    MediaRoute("/api/events/{event}/picture.jpg", PictureQuery, event_picture, "image/jpeg"),
)
