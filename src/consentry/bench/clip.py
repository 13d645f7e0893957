"""A 25 s clip of 1080p: exported whole, and shared, from the click to the link."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from consentry.bench.figure import Figure, percentile
from consentry.bench.films import MAIN, kept_film
from consentry.bench.hub_process import HubProcess
from consentry.bench.windows import Plan, scratch
from consentry.simcam import CameraProcess

_RECORDED_S, _CLIP_S, _CLIPS, _SHARES = 80, 25, 30, 10


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
        times, sizes, links = [], [], []
        for number in range(_CLIPS):
            span = _span(began, number / _CLIPS)
            asked = time.perf_counter()
            data = hub.fetch(f"/api/cameras/{camera}/export.mp4", **span)
            times.append((time.perf_counter() - asked) * 1000)
            sizes.append(len(data) / 1e6)
        for number in range(_SHARES):
            span = _span(began, number / _SHARES)
            asked = time.perf_counter()
            made = hub.post("/api/shares", {"camera": camera, **span})
            hub.post(f"/api/shares/{made['id']}/link", {"hours": 1})
            links.append(time.perf_counter() - asked)
    yield Figure(
        f"a {_CLIP_S} s clip of 1080p 4 Mbit/s exported",
        f"p50 {percentile(times, 0.5):.0f} ms, p95 {percentile(times, 0.95):.0f} ms",
        "",
        "under 150 ms",
        f"{_CLIPS} clips of about {sum(sizes) / len(sizes):.0f} MB, decrypted and cut exactly",
    )
    yield Figure(
        "the same shared, from the click to the link",
        f"p50 {percentile(links, 0.5):.2f} s, p95 {percentile(links, 0.95):.2f} s",
        "",
        "under 3 s",
        f"{_SHARES} shares: cut, sealed, written, synced; then the link",
    )


def _span(began: datetime, place: float) -> dict[str, str]:
    """Return a clip's stretch, ``place`` (0..1) of the way through what was recorded."""
    start = began + timedelta(seconds=place * (_RECORDED_S - _CLIP_S - 8))
    end = start + timedelta(seconds=_CLIP_S)
    return {"from": start.isoformat(), "to": end.isoformat(), "stream": "main"}
