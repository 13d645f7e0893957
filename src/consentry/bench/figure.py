"""Figures and the table they are printed in."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing beside what it is compared with; all texts carry their unit."""

    name: str
    ours: str
    reference: str
    promise: str
    how: str


def median_and_range(values: Sequence[float], unit: str, *, digits: int = 1) -> str:
    """Return such as ``2.5 % (2.3-2.9)``."""
    low, high = min(values), max(values)
    middle = statistics.median(values)
    return f"{middle:.{digits}f} {unit} ({low:.{digits}f}-{high:.{digits}f})"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least ``share`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * round(share * 100) // 100) - 1))]


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table."""
    rows = [
        "| figure | Consentry | reference | promised | how |",
        "|---|---|---|---|---|",
        *(f"| {f.name} | {f.ours} | {f.reference} | {f.promise} | {f.how} |" for f in figures),
    ]
    return "\n".join(rows) + "\n"


def circumstances() -> str:
    """Return one line: date, machine, and how busy it was with other things."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    load = os.getloadavg()[0]
    date = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return (
        f"{date}; {os.cpu_count()} cores of {cpu}; {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()}; load of other work when it began {load:.1f}."
    )
