"""Seeking in thirty days of eight cameras: the index, and the picture painted in Chromium.

The index is filled with rows for thirty days, cloned from a real minute (their files are not
there); pictures are sought in the minutes that were really recorded, with that index around them.
"""

import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING

import httpx

from consentry.bench.browser import ACCOUNT, PASSWORD, missing_browser, signed_in
from consentry.bench.coded import FPS, PICTURES, READ_NUMBER, coded_film
from consentry.bench.figure import Figure, percentile
from consentry.bench.hub_process import HubProcess, Json
from consentry.bench.thirty_days import DAYS, Index, fill
from consentry.bench.windows import Plan, scratch
from consentry.model.keys import UnlockMode
from consentry.simcam import CameraProcess

if TYPE_CHECKING:
    from playwright.sync_api import Page

_CAMERAS = 8
_RECORDED_S = 90
_LOOKUPS, _SEEKS = 300, 60

_TOLERANCE = 6
"""Pictures (0.3 s): the hub's wall time includes the way from the camera and to it."""

_SEEK = """
async ([camera, target, expected, tolerance, count]) => {
  const read = %s;
  const video = document.querySelector('video');
  const asked = performance.now();
  location.hash = `#/camera/${camera}/timeline?t=${target}`;
  for (;;) {
    const painted = await new Promise((done) => {
      video.requestVideoFrameCallback((now, meta) => done(meta.expectedDisplayTime));
      setTimeout(done, 5000, null);
    });
    if (painted === null) return null;
    const away = Math.abs(read(video) - expected) %% count;
    if (Math.min(away, count - away) <= tolerance) return painted - asked;
  }
}
"""
"""Milliseconds from the click until the picture of that moment is painted; null: not in 5 s."""


def figures(plan: Plan) -> Iterator[Figure]:
    """Record, fill the index, then look up and seek at random."""
    film = coded_film(key_frame_s=2)
    names = [f"cam{n}" for n in range(_CAMERAS)]
    with (
        scratch(plan.folder / "seek") as folder,
        CameraProcess(dict.fromkeys(names, film)) as cameras,
    ):
        with HubProcess(folder, detect=False) as hub:
            hub.add_cameras({name: (cameras.url(name), None) for name in names})
            hub.wait_recording(_CAMERAS)
            began = time.time() + 2
            time.sleep(_RECORDED_S)
            ended = time.time() - 5
        index = fill(folder, moments=_LOOKUPS)
        with HubProcess(folder, detect=False) as hub:
            yield _index_figure(hub, index)
            yield _first_byte_figure(hub, (began, ended))
            absent = missing_browser()
            if absent:
                yield Figure("seek to painted picture", absent, "", "p95 under 150 ms", "")
                return
            with signed_in(hub) as page:
                times = _seeks(hub, page, (began, ended), zero=cameras.began[names[0]])
    yield Figure(
        "seek to painted picture in Chromium, 720p, key frames 2 s apart",
        f"p50 {percentile(times, 0.5):.0f} ms, p95 {percentile(times, 0.95):.0f} ms",
        "prototype: p50 59 ms",
        "p95 under 150 ms",
        f"{len(times)} of {_SEEKS} random seeks of the timeline page, until the right picture",
    )


def _index_figure(hub: HubProcess, index: Index) -> Figure:
    times = []
    for camera, at in index.moments:
        query = {"from": _iso(at), "to": _iso(at + 10), "stream": "main"}
        asked = time.perf_counter()
        hub.get(f"/api/cameras/{camera}/segments", **query)
        times.append((time.perf_counter() - asked) * 1000)
    return Figure(
        f"index: which segments hold ten seconds, {DAYS} days x {_CAMERAS} cameras",
        f"p50 {percentile(times, 0.5):.1f} ms, p95 {percentile(times, 0.95):.1f} ms",
        "",
        "under 5 ms",
        f"{len(times)} GET .../segments at random among {index.rows} rows, HTTP included",
    )


def _first_byte_figure(hub: HubProcess, between: tuple[float, float]) -> Figure:
    """Seek as programs do, each with a token of its own and each time before another camera.

    So each request begins a look that nobody began before, durable before the first byte: a
    player that goes on begins one when it starts, and what follows only touches memory. The key
    stays in its file: with a passphrase the house would now seal all of the index's keys anew.
    """
    hub.make_account(ACCOUNT, PASSWORD, unlock=UnlockMode.KEY_FILE)
    cameras = sorted(camera["id"] for camera in hub.get("/api/cameras"))
    span = {"from": _iso(between[0]), "to": _iso(between[1]), "stream": "main"}
    segments = [hub.get(f"/api/cameras/{camera}/segments", **span) for camera in cameras]
    dice = random.Random(3)  # noqa: S311 - a repeatable choice of moments
    times = []
    with httpx.Client(
        base_url=f"http://127.0.0.1:{hub.port}", headers={"X-Consentry": "1"}, timeout=60
    ) as client:
        login = {"name": ACCOUNT, "password": PASSWORD}
        client.post("/api/login", json=login).raise_for_status()
        programs = [_program(client) for _ in range(_LOOKUPS // len(cameras))]
        client.cookies.clear()
        for program, found in product(programs, segments):
            segment = dice.choice(found)
            at = round(dice.uniform(segment["start_us"], segment["end_us"] - 2e6))
            query: Json = {"from_us": at, "to_us": at + 2_000_000, "track": "video"}
            asked = time.perf_counter()
            path = f"/api/segments/{segment['id']}/media"
            with client.stream("GET", path, params=query, headers=program) as answer:
                answer.raise_for_status()
                next(answer.iter_raw(1))
                times.append((time.perf_counter() - asked) * 1000)
    return Figure(
        "first byte of a seek, with its look written into the diary first",
        f"p50 {percentile(times, 0.5):.1f} ms, p95 {percentile(times, 0.95):.1f} ms",
        "",
        "p95 under 10 ms",
        f"{len(times)} GET .../media at random, each the first look of a token at a camera, so "
        "that each is made durable before its first byte; HTTP included, all cameras recorded",
    )


def _program(client: httpx.Client) -> dict[str, str]:
    """Return the header of a new API token that has asked for something already."""
    wanted = {"name": "Bench", "password": PASSWORD, "rights": ["recordings"], "days": 1}
    answer = client.post("/api/tokens", json=wanted).raise_for_status()
    program = {"Authorization": f"Bearer {answer.json()['secret']}"}
    client.get("/api/cameras", headers=program).raise_for_status()
    return program


def _seeks(
    hub: HubProcess, page: "Page", between: tuple[float, float], *, zero: float
) -> Sequence[float]:
    """Seek at random between two moments; ``zero`` is when the film was at its beginning."""
    camera = min(hub.get("/api/cameras"), key=lambda each: str(each["name"]))["id"]
    page.goto(f"/#/camera/{camera}/timeline?t={round(between[0] * 1e6)}")
    page.wait_for_function("document.querySelector('video')?.readyState >= 3")
    dice = random.Random(2)  # noqa: S311 - a repeatable choice of moments
    times = []
    for _ in range(_SEEKS):
        target = dice.uniform(*between)
        expected = (target - zero) * FPS % PICTURES
        asked = [camera, round(target * 1e6), expected, _TOLERANCE, PICTURES]
        times.append(page.evaluate(_SEEK % READ_NUMBER, asked))
        page.wait_for_timeout(250)
    return [spent for spent in times if spent is not None]


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
