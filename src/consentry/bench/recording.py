"""Recording: sixteen 1080p cameras against sixteen ``ffmpeg -c copy``; and what memory it takes."""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from consentry.bench.figure import Figure, median_and_range
from consentry.bench.films import MAIN, kept_film
from consentry.bench.hub_process import HubProcess
from consentry.bench.reference import ffmpeg_copies, missing
from consentry.bench.windows import Plan, Window, interleaved, scratch
from consentry.simcam import CameraProcess

CAMERAS = 16
_MEMORY_PLAN = 2 * 135 + 120
"""MB: two recorders and the hub, by the design's table."""


def figures(plan: Plan) -> Iterator[Figure]:
    """Measure; without ffmpeg only our own side."""
    film = kept_film(MAIN)
    absent = missing("ffmpeg")
    with (
        scratch(plan.folder / "recording") as folder,
        CameraProcess({f"cam{n}": film for n in range(CAMERAS)}) as cameras,
    ):
        urls = [cameras.url(f"cam{n}") for n in range(CAMERAS)]
        sides = [lambda: _recording_hub(folder / "hub", urls)]
        if not absent:
            sides.append(lambda: ffmpeg_copies(urls, folder / "ffmpeg"))
        found = interleaved(plan, *sides)
    yield from _figures(found, absent)


@contextmanager
def _recording_hub(data: Path, urls: Sequence[str]) -> Iterator[Sequence[int]]:
    with HubProcess(data, detect=False) as hub:
        hub.add_cameras({f"Camera {n}": (url, None) for n, url in enumerate(urls)})
        hub.wait_recording(len(urls))
        yield [hub.pid]


def _figures(found: list[list[Window]], absent: str | None) -> Iterator[Figure]:
    ours = [_per_stream_minute(window) for window in found[0]]
    reference, ratio = absent or "", ""
    if not absent:
        theirs = [_per_stream_minute(window) for window in found[1]]
        reference = "16 x `ffmpeg -c copy`: " + median_and_range(theirs, "s", digits=3)
        ratio = f"; {statistics.median(ours) / statistics.median(theirs):.2f}x"
    yield Figure(
        f"processor time a stream-minute, recording {CAMERAS} x 1080p 4 Mbit/s, sealed",
        median_and_range(ours, "s", digits=3) + ratio,
        reference,
        "at most 1.5x",
        f"{len(ours)} windows, all processes",
    )
    memory = [window.end.memory / 1e6 for window in found[0]]
    yield Figure(
        f"memory, recording {CAMERAS} cameras, detection off",
        median_and_range(memory, "MB", digits=0),
        f"design: {_MEMORY_PLAN} MB",
        "within 20 %",
        f"proportional (PSS) of {found[0][-1].end.processes} processes",
    )


def _per_stream_minute(window: Window) -> float:
    return window.cpu_share * 60 / CAMERAS
