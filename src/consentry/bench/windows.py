"""Windows of measuring, ours and the reference's in turn, so that both meet the same machine."""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from consentry.bench.processes import Cost, cost


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to measure, and where files may be written."""

    folder: Path
    windows: int = 5
    seconds: float = 15.0
    settle_s: float = 6.0
    """Connecting, probing and the first key frame are not what a day of recording costs."""


@dataclass(frozen=True, slots=True)
class Window:
    """One window: processor seconds a second, and memory and processes at its end.

    ``own_share`` is that of the processes named, without those they started.
    """

    cpu_share: float
    own_share: float
    end: Cost


def measure(pids: Sequence[int], plan: Plan) -> Window:
    """Let the processes settle, then measure them."""
    time.sleep(plan.settle_s)
    before, start = cost(pids), time.monotonic()
    time.sleep(plan.seconds)
    after = cost(pids)
    took = max(time.monotonic() - start, 1e-9)
    return Window((after.cpu_s - before.cpu_s) / took, (after.own_s - before.own_s) / took, after)


def interleaved(
    plan: Plan, *sides: Callable[[], AbstractContextManager[Sequence[int]]]
) -> list[list[Window]]:
    """Measure each side ``plan.windows`` times in turn; a side starts and ends for each window."""
    windows: list[list[Window]] = [[] for _ in sides]
    for _ in range(plan.windows):
        for side, found in zip(sides, windows, strict=True):
            with side() as pids:
                found.append(measure(pids, plan))
    return windows


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """Lend an empty folder and remove it afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
