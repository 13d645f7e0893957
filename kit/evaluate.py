"""Score the hub's detection on labelled videos: ``python -m kit.evaluate --data ../shared/data``.

Runs ``consentry analyze`` on every video of the folder, prints the table of the folder's scoring
script, and what that script does not say: how many false alarms an hour the empty time still
allows, alerts per busy scene, and the speed.
"""

import argparse
import json
import math
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

CHECKOUT = Path(__file__).resolve().parent.parent
FOUND = CHECKOUT / ".cache" / "found.json"

_CONFIDENCE = 0.95
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What all videos together took."""

    videos: int
    seconds: float
    cpu_s: float
    alerts: int
    things: int

    @classmethod
    def of(cls, found: Path) -> Self:
        """Add up the lines that ``consentry analyze --json`` wrote."""
        lines = [json.loads(line) for line in found.read_text().splitlines()]
        events = [event for line in lines for event in line["events"]]
        return cls(
            videos=len(lines),
            seconds=sum(line["duration_s"] for line in lines),
            cpu_s=sum(line["cpu_s"] for line in lines),
            alerts=sum(event["alert"] for event in events),
            things=sum(event["things"] for event in events),
        )


def upper_bound(count: int, hours: float) -> float:
    """Return the highest rate an hour that still explains ``count`` in ``hours``, at 95 %.

    Exact for a Poisson process, by bisection; for a count of 0 it is the rule of three, 3 / hours.
    """
    low, high = 0.0, 10.0 + 4.0 * count
    for _ in range(60):
        mean = (low + high) / 2
        term, total = math.exp(-mean), 0.0
        for k in range(count + 1):
            total += term
            term *= mean / (k + 1)
        low, high = (mean, high) if total > 1 - _CONFIDENCE else (low, mean)
    return high / hours


def main() -> int:
    """Analyze, score, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with labels/*.json")
    data: Path = parser.parse_args().data.resolve()
    script = data.parent / "tools" / "score_events.py"
    videos = sorted(v for folder in ("videos", "synth") for v in (data / folder).glob("*.*"))
    if not videos or not script.is_file():
        sys.stderr.write(f"There are no labelled videos in {data}, or no {script}.\n")
        return 2
    FOUND.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "consentry", "analyze", "--json", *map(str, videos)]
    with FOUND.open("w") as out:
        failed = subprocess.run(command, stdout=out, check=False).returncode  # noqa: S603 - our own
    scored = subprocess.run(  # noqa: S603 - the script beside the data
        [sys.executable, str(script), "--data", str(data), str(FOUND)],
        capture_output=True,
        text=True,
        check=True,
    )
    sys.stdout.write(scored.stdout)
    _summary(json.loads(scored.stdout.splitlines()[-1]), Cost.of(FOUND))
    return failed


def _summary(score: dict[str, float], cost: Cost) -> None:
    hours, false = score["empty_s"] / _HOUR, int(score["false_alarms"])
    sys.stdout.write(
        f"events    {score['hit']} of {score['labelled']} labelled events found; "
        f"{score['wrong_label']} alerts of the wrong kind\n"
        f"false     {false} false alarms; labelled empty time is {score['empty_s']:.0f} s, which "
        f"allows up to {upper_bound(false, hours):.0f} an hour (95 %)\n"
        f"incidents {cost.alerts} alerts for {cost.things} things followed\n"
        f"speed     {cost.seconds:.0f} s of {cost.videos} videos in {cost.cpu_s:.1f} CPU-s: "
        f"{cost.seconds / cost.cpu_s:.1f} times real time on one core, "
        f"{60 * cost.cpu_s / cost.seconds:.1f} CPU-s a video minute\n"
    )


if __name__ == "__main__":
    sys.exit(main())
