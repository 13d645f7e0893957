"""Live view over WebSocket: inits as text and bytes, then every part as it comes.

The frames are made once for all viewers by the fan-out and only handed on here; the current group
of pictures comes first in one burst. See docs/reference/http-api.md, Live.
"""

import json
import struct
from collections.abc import AsyncIterator, Callable

from fastapi import APIRouter, WebSocket

from consentry import fmp4
from consentry.home.keyring import Keyring
from consentry.live.viewer import LiveInit, LiveItem, LivePart, LiveSlow, LiveState
from consentry.model.ids import CameraId
from consentry.model.media import AudioTrack, StreamName, TrackKind, VideoTrack
from consentry.model.rights import Action
from consentry.model.status import without_address
from consentry.web.context import caller_of, context_of
from consentry.web.looks import seat_of
from consentry.web.stream import LOCKED, send_until_over

router = APIRouter()

_HEADER = struct.Struct(">BB6xQ")
_INIT_KIND = {TrackKind.VIDEO: 0, TrackKind.AUDIO: 1}


@router.websocket("/api/cameras/{camera}/live")
async def live(
    websocket: WebSocket, camera: CameraId, stream: StreamName = StreamName.SUB, audio: int = 0
) -> None:
    """Send one stream of a camera until the browser leaves."""
    caller = await caller_of(websocket)
    context = context_of(websocket)
    hub = context.hub
    view = hub.cameras.view(camera)
    context.demand(caller, Action.LIVE, camera)
    if stream is StreamName.SUB and view.camera.sub is None:
        stream = StreamName.MAIN
    async with hub.diary.watching(seat_of(caller, websocket), view.camera):
        await websocket.accept()
        now = view.streams[stream]

        def shown(item: LiveState) -> LiveState:
            """Leave out where the camera is in the network for those who may not set it up."""
            asking = context.sessions.current(caller) or caller
            if context.allow(asking, Action.SETTINGS, camera):
                return item
            return LiveState(item.state, without_address(item.state))

        await _send_state(websocket, shown(LiveState(now.state, now.message)))
        over = context.sessions.over(caller, lambda now: context.allow(now, Action.LIVE, camera))
        async with hub.fanout.subscribe(camera, stream) as items:
            sending = _send(websocket, items, with_audio=bool(audio), shown=shown)
            await send_until_over(websocket, sending, over, _locked(hub.keyring))


async def _locked(keyring: Keyring) -> int:
    """Return the close code when somebody locks the house."""
    await keyring.until_locked()
    return LOCKED


async def _send(
    websocket: WebSocket,
    items: AsyncIterator[LiveItem],
    *,
    with_audio: bool,
    shown: Callable[[LiveState], LiveState],
) -> None:
    async for item in items:
        match item:
            case LivePart():
                if item.kind is TrackKind.VIDEO or with_audio:
                    await websocket.send_bytes(item.frame)
            case LiveInit():
                await _send_init(websocket, item, with_audio=with_audio)
            case LiveSlow():
                await websocket.send_text(json.dumps({"type": "slow", "skipped": item.skipped}))
            case LiveState():
                await _send_state(websocket, shown(item))


async def _send_state(websocket: WebSocket, item: LiveState) -> None:
    state = {"type": "state", "state": item.state.value, "message": item.message}
    await websocket.send_text(json.dumps(state))


async def _send_init(websocket: WebSocket, item: LiveInit, *, with_audio: bool) -> None:
    tracks: list[tuple[TrackKind, VideoTrack | AudioTrack]] = [(TrackKind.VIDEO, item.init.video)]
    if with_audio and item.init.audio is not None:
        tracks.append((TrackKind.AUDIO, item.init.audio))
    for kind, track in tracks:
        described = {
            "type": "init",
            "stream": item.stream.value,
            "track": kind.value,
            "codec": track.codec_string,
            "timescale": track.timescale,
        }
        if isinstance(track, VideoTrack):
            described |= {"width": track.width, "height": track.height}
        await websocket.send_text(json.dumps(described))
        segment = fmp4.init_segment(item.init, [kind])
        await websocket.send_bytes(_HEADER.pack(_INIT_KIND[kind], 0, 0) + segment)
