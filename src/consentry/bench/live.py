"""Live view: from the camera's socket to the painted pixel, in Chromium on the product's page."""

from collections.abc import Iterator

from consentry.bench.browser import missing_browser, signed_in
from consentry.bench.coded import FPS, LOOP_S, READ_NUMBER, coded_film
from consentry.bench.figure import Figure, percentile
from consentry.bench.hub_process import HubProcess
from consentry.bench.windows import Plan, scratch
from consentry.simcam import CameraProcess

_SECONDS = 20
_JOINS = 8
_PROMISE = "p50 under 250 ms"

_WATCH = """
async (seconds) => {
  const read = %s;
  const video = document.querySelector('video');
  const seen = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const [at] = await new Promise((done) =>
      video.requestVideoFrameCallback((now, meta) => done([meta.expectedDisplayTime])));
    const number = read(video);
    if (number >= 0) seen.push([(performance.timeOrigin + at) / 1000, number]);
  }
  return seen;
}
"""
"""Note of every painted picture: when (seconds since 1970) and which."""

_FIRST = """
async () => {
  const started = performance.now();
  for (;;) {
    const video = document.querySelector('video');
    if (video && video.readyState >= 2 && video.videoWidth) return performance.now() - started;
    await new Promise(requestAnimationFrame);
  }
}
"""


def figures(plan: Plan) -> Iterator[Figure]:
    """Watch for a while, then join again and again with key frames ten seconds apart."""
    absent = missing_browser()
    if absent:
        yield Figure("live view in Chromium", absent, "", _PROMISE, "")
        return
    with (
        scratch(plan.folder / "live") as folder,
        CameraProcess({"cam": coded_film(key_frame_s=10)}) as cameras,
        HubProcess(folder, detect=False) as hub,
    ):
        hub.add_cameras({"cam": (cameras.url("cam"), None)})
        hub.wait_recording(1)
        camera = hub.get("/api/cameras")[0]["id"]
        with signed_in(hub) as page:
            page.goto(f"/#/camera/{camera}")
            page.wait_for_function("document.querySelector('video')?.readyState >= 3")
            page.wait_for_timeout(3000)
            seen = page.evaluate(_WATCH % READ_NUMBER, _SECONDS)
            joins = []
            for _ in range(_JOINS):
                page.goto("about:blank")
                page.goto(f"/#/camera/{camera}", wait_until="commit")
                joins.append(page.evaluate(_FIRST))
                page.wait_for_timeout(1300)
    began = cameras.began["cam"]
    delays = [((at - began) % LOOP_S - number / FPS) % LOOP_S * 1000 for at, number in seen]
    yield Figure(
        "live view, camera's socket to painted pixel, 720p 20 fps",
        f"p50 {percentile(delays, 0.5):.0f} ms, p95 {percentile(delays, 0.95):.0f} ms",
        "prototype: 204 ms",
        _PROMISE,
        f"{len(delays)} pictures, Chromium, MediaSource, main stream",
    )
    yield Figure(
        "first live picture, key frames 10 s apart",
        f"p50 {percentile(joins, 0.5):.0f} ms, p95 {percentile(joins, 0.95):.0f} ms",
        "",
        "under 1 s",
        "from opening the page, ms: " + " ".join(f"{join:.0f}" for join in joins),
    )
