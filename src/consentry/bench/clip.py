"""A 25 s clip of 1080p, asked for and received whole."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from consentry.bench.figure import Figure, percentile
from consentry.bench.films import MAIN, kept_film
from consentry.bench.hub_process import HubProcess
from consentry.bench.windows import Plan, scratch
from consentry.simcam import CameraProcess

_RECORDED_S, _CLIP_S, _CLIPS = 80, 25, 30


def figures(plan: Plan) -> Iterator[Figure]:
    """Record for a while, then export clips from all over it while recording goes on."""
    with (
        scratch(plan.folder / "clip") as folder,
        CameraProcess({"cam": kept_film(MAIN)}) as cameras,
        HubProcess(folder, detect=False) as hub,
    ):
        hub.add_cameras({"cam": (cameras.url("cam"), None)})
        hub.wait_recording(1)
        began = datetime.now(UTC) + timedelta(seconds=3)
        time.sleep(_RECORDED_S)
        camera = hub.get("/api/cameras")[0]["id"]
        times, sizes = [], []
        for number in range(_CLIPS):
            share = number / _CLIPS
            start = began + timedelta(seconds=share * (_RECORDED_S - _CLIP_S - 8))
            query = {
                "from": start.isoformat(),
                "to": (start + timedelta(seconds=_CLIP_S)).isoformat(),
                "stream": "main",
            }
            asked = time.perf_counter()
            data = hub.fetch(f"/api/cameras/{camera}/export.mp4", **query)
            times.append((time.perf_counter() - asked) * 1000)
            sizes.append(len(data) / 1e6)
    yield Figure(
        f"a {_CLIP_S} s clip of 1080p 4 Mbit/s exported",
        f"p50 {percentile(times, 0.5):.0f} ms, p95 {percentile(times, 0.95):.0f} ms",
        "",
        "under 150 ms",
        f"{_CLIPS} clips of about {sum(sizes) / len(sizes):.0f} MB, decrypted and cut exactly",
    )
