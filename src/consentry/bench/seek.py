"""Seeking in thirty days of eight cameras: the index, and the picture painted in Chromium.

The index is filled with rows for thirty days, cloned from a real minute (their files are not
there); pictures are sought in the minutes that were really recorded, with that index around them.
"""

import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import apsw

from consentry.bench.browser import missing_browser, signed_in
from consentry.bench.coded import FPS, PICTURES, READ_NUMBER, coded_film
from consentry.bench.figure import Figure, percentile
from consentry.bench.hub_process import HubProcess
from consentry.bench.windows import Plan, scratch
from consentry.simcam import CameraProcess
from consentry.store.database import Database, database_key

if TYPE_CHECKING:
    from playwright.sync_api import Page

_CAMERAS, _DAYS = 8, 30
_RECORDED_S = 90
_LOOKUPS, _SEEKS = 300, 60
_MINUTE_US = 60_000_000
_ROWS = _DAYS * 24 * 60 - 60
"""A minute each; an hour short of thirty days, so that retention takes none of them meanwhile."""

_SEEK = """
async ([camera, target]) => {
  const read = %s;
  const video = document.querySelector('video');
  const asked = performance.now();
  location.hash = `#/camera/${camera}/timeline?t=${target}`;
  await new Promise((done) => video.addEventListener('seeking', done, { once: true }));
  const painted = await new Promise((done) =>
    video.requestVideoFrameCallback((now, meta) => done(meta.expectedDisplayTime)));
  return [painted - asked, read(video)];
}
"""


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
            time.sleep(_RECORDED_S)
        rows = _fill_index(folder)
        with HubProcess(folder, detect=False) as hub:
            yield _index_figure(hub, rows)
            absent = missing_browser()
            if absent:
                yield Figure("seek to painted picture", absent, "", "p95 under 150 ms", "")
                return
            with signed_in(hub) as page:
                times, right = _seeks(hub, page)
    yield Figure(
        "seek to painted picture in Chromium, 720p, key frames 2 s apart",
        f"p50 {percentile(times, 0.5):.0f} ms, p95 {percentile(times, 0.95):.0f} ms",
        "prototype: p50 59 ms",
        "p95 under 150 ms",
        f"{len(times)} random seeks of the timeline page; {right} showed the moment asked for",
    )


def _fill_index(folder: Path) -> int:
    """Clone a closed segment of each camera over thirty days; return how many rows there are."""
    key = database_key(folder / "keys" / "database.key", database=folder / "consentry.db")
    with Database.open(folder / "consentry.db", key) as database:
        return database.call(_clone)


def _clone(connection: apsw.Connection) -> int:
    connection.execute(
        "WITH RECURSIVE back (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM back WHERE n < ?),"
        " original AS (SELECT min(key) AS chosen FROM segments WHERE state = 2 GROUP BY camera)"
        " INSERT INTO segments (id, camera, stream, sequence, volume, state, sealed_key, run,"
        " start, media_start, end, size, key_frames)"
        " SELECT lower(hex(randomblob(8))), camera, stream, -n, volume, state, sealed_key, run,"
        " start - n * ?, media_start, end - n * ?, 0, key_frames"
        " FROM original JOIN segments ON key = chosen JOIN back",
        (_ROWS, _MINUTE_US, _MINUTE_US),
    )
    (count,) = connection.execute("SELECT count(*) FROM segments").fetchall()[0]
    assert isinstance(count, int)  # noqa: S101 - what SQLite's count is
    return count


def _index_figure(hub: HubProcess, rows: int) -> Figure:
    ids = [camera["id"] for camera in hub.get("/api/cameras")]
    dice = random.Random(1)  # noqa: S311 - a repeatable choice of moments
    now = time.time()
    times = []
    for _ in range(_LOOKUPS):
        at = now - dice.uniform(0, _DAYS * 86_400)
        query = {"from": _iso(at), "to": _iso(at + 10), "stream": "main"}
        asked = time.perf_counter()
        hub.get(f"/api/cameras/{dice.choice(ids)}/segments", **query)
        times.append((time.perf_counter() - asked) * 1000)
    return Figure(
        f"index: which segment holds a moment, {_DAYS} days x {_CAMERAS} cameras",
        f"p50 {percentile(times, 0.5):.1f} ms, p95 {percentile(times, 0.95):.1f} ms",
        "",
        "under 5 ms",
        f"{_LOOKUPS} GET .../segments at random among {rows} rows, HTTP included",
    )


def _seeks(hub: HubProcess, page: "Page") -> tuple[Sequence[float], int]:
    """Seek at random in what was recorded; return milliseconds each, and how many were right."""
    camera = hub.get("/api/cameras")[0]["id"]
    now = time.time()
    recent = {"from": _iso(now - 600), "to": _iso(now), "stream": "main"}
    segments = [s for s in hub.get(f"/api/cameras/{camera}/segments", **recent) if _is_real(s)]
    first, last = segments[0]["start_us"], segments[-1]["end_us"]
    page.goto(f"/#/camera/{camera}/timeline?t={first + 1_000_000}")
    page.wait_for_function("document.querySelector('video')?.readyState >= 3")
    dice = random.Random(2)  # noqa: S311 - a repeatable choice of moments
    times, numbers = [], []
    zero = None
    for _ in range(_SEEKS):
        target = dice.randrange(first, last - 3_000_000)
        spent, number = page.evaluate(_SEEK % READ_NUMBER, [camera, target])
        times.append(spent)
        zero = (number - target / 1e6 * FPS) % PICTURES if zero is None else zero
        numbers.append((number - target / 1e6 * FPS - zero + PICTURES / 2) % PICTURES)
        page.wait_for_timeout(250)
    return times, sum(abs(n - PICTURES / 2) <= 2 for n in numbers)  # noqa: PLR2004 - two pictures


def _is_real(segment: dict[str, int]) -> bool:
    return segment["end_us"] > (time.time() - 400) * 1e6


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
