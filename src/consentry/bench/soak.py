"""A soak: simulated cameras recorded for minutes, with nothing lost and memory flat."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from consentry.bench.films import MAIN, kept_film
from consentry.bench.hub_process import HubProcess
from consentry.bench.processes import cost
from consentry.bench.windows import scratch
from consentry.simcam import CameraProcess, SimulatedCamera
from consentry.simcam.programme import default_cache, demo_films

_LOOP_S = 96
_WARM_SHARE = 0.3
"""Memory may grow while buffers and caches fill; after this share of the time it must not."""
_GROWTH = 0.05
_EDGE_S = 5.0
"""The newest seconds are still on their way to a segment."""
_WHOLE = 0.999
"""Edges of spans are rounded to a picture: 50 ms of a minute."""
_KEPT_GB = 0.3
"""Per camera, ten minutes of main stream: the disk stays small, and retention is soaked too."""


@dataclass(frozen=True, slots=True)
class Minute:
    """What was seen at the end of one minute."""

    minute: int
    recording: int
    gaps: int
    covered: float
    memory: int
    cpu_share: float
    events: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end of a soak: what went wrong, nothing when all was well."""

    complaints: tuple[str, ...]


def soak(folder: Path, *, cameras: int, minutes: int, say: Callable[[str], None]) -> Verdict:
    """Run it, saying a line a minute. Both streams of each camera; detection on."""
    main, scenes = kept_film(MAIN), list(demo_films(default_cache(), lambda *_: None).values())
    served = {}
    for n in range(cameras):
        served[f"{n}/main"] = SimulatedCamera(main)
        phase = n * _LOOP_S / cameras
        served[f"{n}/sub"] = SimulatedCamera(scenes[n % len(scenes)].sub, phase=phase)
    with (
        scratch(folder / "soak") as data,
        CameraProcess(served) as simulated,
        HubProcess(data, detect=True) as hub,
    ):
        hub.add_cameras(
            {
                f"Camera {n}": (simulated.url(f"{n}/main"), simulated.url(f"{n}/sub"))
                for n in range(cameras)
            }
        )
        for camera in hub.get("/api/cameras"):
            kept = {**camera["retention"], "gigabytes": _KEPT_GB}
            hub.change(f"/api/cameras/{camera['id']}", {"retention": kept})
        hub.wait_recording(cameras)
        seen = _minutes(hub, minutes, say)
        found = (*complaints(seen, cameras), *_check(data))
    return Verdict(found)


def _minutes(hub: HubProcess, minutes: int, say: Callable[[str], None]) -> list[Minute]:
    say("| minute | recording | gaps | covered | memory MB | CPU % of a core | events |")
    say("|--:|--:|--:|--:|--:|--:|--:|")
    time.sleep(_EDGE_S)
    seen: list[Minute] = []
    before, start = cost([hub.pid]), time.monotonic()
    for number in range(1, minutes + 1):
        time.sleep(max(0.0, start + 60 * number - time.monotonic()))
        now = cost([hub.pid])
        minute = _look(hub, number, memory=now.memory, cpu=(now.cpu_s - before.cpu_s) / 60)
        before = now
        seen.append(minute)
        say(
            f"| {number} | {minute.recording} | {minute.gaps} | {100 * minute.covered:.2f} % "
            f"| {minute.memory / 1e6:.0f} | {100 * minute.cpu_share:.1f} | {minute.events} |"
        )
    return seen


def _look(hub: HubProcess, number: int, *, memory: int, cpu: float) -> Minute:
    """Ask the hub about the minute that ended just before."""
    end = time.time() - _EDGE_S
    begin_us, end_us = round((end - 60) * 1e6), round(end * 1e6)
    query = {"from": _iso(end - 60), "to": _iso(end)}
    gaps, shares, events = 0, [], 0
    for camera in hub.get("/api/cameras"):
        line: dict[str, Any] = hub.get(f"/api/cameras/{camera['id']}/timeline", **query)
        gaps += len(line["gaps"])
        inside = (min(b, end_us) - max(a, begin_us) for a, b in line["recorded"])
        shares.append(sum(max(0, each) for each in inside) / 60e6)
        events += len(line["events"])
    recording = hub.get("/api/health")["cameras"]["recording"]
    return Minute(number, recording, gaps, min(shares), memory, cpu, events)


def complaints(seen: Sequence[Minute], cameras: int) -> list[str]:
    """Return what went wrong in these minutes, nothing when all was well."""
    found = []
    if any(minute.recording < cameras for minute in seen):
        found.append("not all cameras were recorded all the time")
    gaps = sum(minute.gaps for minute in seen)
    if gaps:
        found.append(f"{gaps} gaps")
    worst = min(minute.covered for minute in seen)
    if worst < _WHOLE:
        found.append(f"of one minute of a camera only {100 * worst:.2f} % were recorded")
    warm = [minute.memory for minute in seen[round(len(seen) * _WARM_SHARE) :]]
    half = len(warm) // 2
    if half and sum(warm[-half:]) > (1 + _GROWTH) * sum(warm[:half]):
        grown = (sum(warm[-half:]) / sum(warm[:half]) - 1) * 100
        found.append(f"memory grew by {grown:.0f} % between the halves after warm-up")
    return found


def _check(data: Path) -> list[str]:
    """Run the product's own check on the folder, while the hub records."""
    command = [sys.executable, "-m", "consentry.cli.main", "check", "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return [] if done.returncode == 0 else [f"check: {done.stdout.strip()} {done.stderr.strip()}"]


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
