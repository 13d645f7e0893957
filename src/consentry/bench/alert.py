"""From a person in view to the alert in the page: simulated people step out, alerts are awaited."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from websockets.asyncio.client import unix_connect

from consentry.bench.figure import Figure, percentile
from consentry.bench.hub_process import HubProcess, Json
from consentry.bench.windows import Plan, scratch
from consentry.simcam import CameraProcess, Film
from consentry.simcam.encode import VideoCoding, encode_video
from consentry.simcam.garden import garden
from consentry.simcam.scene import Happening

CAMERAS = 6
_CALM_S, _ENTERS_S = 28, 3.0
"""Calm before each visit; the visit begins with the person wholly in view, three seconds in."""
_FPS = 10
_VISIT_S = Happening.VISIT.seconds - _ENTERS_S
_LOOP_S = _CALM_S + _VISIT_S
_ROUNDS = 4


def figures(plan: Plan) -> Iterator[Figure]:
    """Measure ``_ROUNDS`` visits before each camera."""
    film = _film()
    with (
        scratch(plan.folder / "alert") as folder,
        CameraProcess({f"cam{n}": film for n in range(CAMERAS)}) as cameras,
        HubProcess(folder, detect=True) as hub,
    ):
        hub.change("/api/settings", {"cool_down_s": 0})
        hub.add_cameras({f"cam{n}": (cameras.url(f"cam{n}"), None) for n in range(CAMERAS)})
        hub.wait_recording(CAMERAS)
        names = {camera["id"]: camera["name"] for camera in hub.get("/api/cameras")}
        alerts = asyncio.run(_alerts(folder / "control.sock", _ROUNDS * _LOOP_S))
    delays = [
        (arrival - cameras.began[names[event["camera"]]] - _CALM_S) % _LOOP_S
        for arrival, event in alerts
    ]
    expected = CAMERAS * (_ROUNDS - 1)
    timely = [delay for delay in delays if delay < _VISIT_S]
    if not timely:
        yield Figure("object in view to alert", "no alert came", "", "p95 under 2 s", "")
        return
    yield Figure(
        "a person steps into view to alert in the page's feed",
        f"p50 {percentile(timely, 0.5):.2f} s, p95 {percentile(timely, 0.95):.2f} s",
        "",
        "p95 under 2 s",
        f"{len(timely)} alerts of at least {expected} visits, {CAMERAS} cameras, 360p 10 fps",
    )


def _film() -> Film:
    """Encode calm, then a person who is there from one picture to the next and walks on."""
    scene = garden()
    calm = [scene.picture(Happening.CALM, n / _FPS) for n in range(4 * _FPS)]
    visit = [
        scene.picture(Happening.VISIT, _ENTERS_S + n / _FPS) for n in range(round(_VISIT_S * _FPS))
    ]
    pictures = [*calm * (_CALM_S // 4), *visit]
    coding = VideoCoding("h264", fps=_FPS, bitrate=500_000, key_frame_s=2.0)
    return Film((encode_video((_small(picture) for picture in pictures), coding),))


def _small(
    picture: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]",
) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    return np.asarray(Image.fromarray(picture).reduce(2))


async def _alerts(control: Path, seconds: float) -> list[tuple[float, Json]]:
    """Collect (arrival, event) of every alert the feed brings in that time."""
    found: list[tuple[float, Json]] = []
    async with unix_connect(str(control), "ws://hub/api/feed") as feed:
        try:
            async with asyncio.timeout(seconds):
                async for text in feed:
                    message = json.loads(text)
                    if message["type"] == "alert":
                        found.append((time.time(), message["event"]))
        except TimeoutError:
            pass
    return found
