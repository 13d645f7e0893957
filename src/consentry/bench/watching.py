"""Recording 1080p and watching 360p: the whole hub against Debian's ``motion``."""

import math
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from consentry.bench.figure import Figure, median_and_range
from consentry.bench.films import MAIN, kept_film
from consentry.bench.hub_process import HubProcess
from consentry.bench.reference import missing, motion_program
from consentry.bench.windows import Plan, Window, interleaved, scratch
from consentry.simcam import CameraProcess, SimulatedCamera
from consentry.simcam.programme import (
    NOBODY,
    PROGRAMMES,
    Programmes,
    default_cache,
    demo_films,
)

CAMERAS = 8
_LOOP_S = 96
"""The demo's programme: spread over eight cameras, one of them has a visitor at any time."""
_TURN_S = 2 * _LOOP_S / CAMERAS
"""After so long the next two cameras, one of each scene, show what these did: a window of whole
turns meets as many visitors as any other."""
_SETTLE_S = 14.0
"""``motion`` takes three times its usual CPU from the fourth to the eighth second."""


def figures(plan: Plan) -> Iterator[Figure]:
    """Measure in windows of whole turns, with visitors and without; see ``_TURN_S``."""
    seconds = _TURN_S * math.ceil(plan.seconds / _TURN_S)
    plan = replace(plan, seconds=seconds, settle_s=max(plan.settle_s, _SETTLE_S))
    yield from _compared(plan, PROGRAMMES, f"a visitor each {_LOOP_S} s a camera")
    yield from _compared(plan, NOBODY, "nobody comes: a plant sways, clouds pass, a lamp flickers")


def _compared(plan: Plan, programmes: Programmes, shown: str) -> Iterator[Figure]:
    """Measure in turn with motion; without motion installed only our own side."""
    films = demo_films(default_cache(), lambda *_: None, programmes)
    main, scenes = kept_film(MAIN), list(films.values())
    absent = missing("motion")
    served = {}
    for n in range(CAMERAS):
        phase = n * _LOOP_S / CAMERAS
        served[f"{n}/main"] = SimulatedCamera(main)
        served[f"{n}/sub"] = SimulatedCamera(scenes[n % len(scenes)].sub, phase=phase)
    with scratch(plan.folder / "watching") as folder, CameraProcess(served) as cameras:
        streams = [(cameras.url(f"{n}/main"), cameras.url(f"{n}/sub")) for n in range(CAMERAS)]
        sides = [lambda: _watching_hub(folder / "hub", streams)]
        if not absent:
            sides.append(lambda: motion_program(streams, folder / "motion"))
        found = interleaved(plan, *sides)
    yield _cost(found, absent, shown)
    if programmes is PROGRAMMES:
        yield _memory(found[0])


@contextmanager
def _watching_hub(data: Path, streams: Sequence[tuple[str, str]]) -> Iterator[Sequence[int]]:
    with HubProcess(data, detect=True) as hub:
        hub.add_cameras({f"Camera {n}": pair for n, pair in enumerate(streams)})
        hub.wait_recording(len(streams))
        yield [hub.pid]


def _cost(found: list[list[Window]], absent: str | None, shown: str) -> Figure:
    ours = [100 * window.cpu_share / CAMERAS for window in found[0]]
    reference, ratio = absent or "", ""
    if not absent:
        theirs = [100 * window.cpu_share / CAMERAS for window in found[1]]
        reference = "`motion`: " + median_and_range(theirs, "%", digits=2)
        ratio = f"; {statistics.median(ours) / statistics.median(theirs):.2f}x"
    return Figure(
        f"of one core a camera, recording 1080p and watching 360p; {shown}",
        median_and_range(ours, "%", digits=2) + ratio,
        reference,
        "at most 1.0x",
        f"{CAMERAS} cameras, {len(ours)} windows, all processes",
    )


def _memory(ours: list[Window]) -> Figure:
    memory = [window.end.memory / 1e6 for window in ours]
    return Figure(
        f"memory, {CAMERAS} cameras recorded and watched",
        median_and_range(memory, "MB", digits=0),
        "design: 135 + 82 + 200 + 120 MB",
        "within 20 %",
        f"proportional (PSS) of {ours[-1].end.processes} processes",
    )
