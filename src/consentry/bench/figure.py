"""Figures and the table they are printed in."""

import math
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self


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


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean and half the width of its 95 % confidence interval (Student's, ``n`` at least 2)."""

    value: float
    either_way: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Return the mean of independent values."""
        spread = statistics.stdev(values) / math.sqrt(len(values))
        return cls(statistics.fmean(values), _student(len(values) - 1) * spread)

    @property
    def highest(self) -> float:
        """Return the upper end of the interval."""
        return self.value + self.either_way


def _student(freedom: int) -> float:
    """Return the 97.5 % quantile of Student's t: from tables up to 3, else within 0.5 %.

    The expansion of Abramowitz and Stegun, 26.7.5.
    """
    known = (12.706, 4.303, 3.182)  # where the expansion is no good
    if freedom <= len(known):
        return known[freedom - 1]
    z = statistics.NormalDist().inv_cdf(0.975)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


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
