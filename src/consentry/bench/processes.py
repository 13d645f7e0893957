"""What programs cost: processor time and memory of a process and all below it."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_SCHEDULED = 2  # CPUCLOCK_SCHED of Linux: the time that the scheduler gave


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds since each process began, proportional memory in bytes, and how many.

    ``own_s`` is the part of the roots themselves, without those below them.
    """

    cpu_s: float
    own_s: float
    memory: int
    processes: int


def cost(roots: Iterable[int]) -> Cost:
    """Return what the processes ``roots`` and all their descendants have cost so far.

    What has ended meanwhile costs nothing any more: between two looks nothing should.
    """
    asked = set(roots)
    family = _family(asked)
    cpu = {pid: _cpu(pid) for pid in family}
    own = sum(cpu[pid] for pid in family & asked)
    return Cost(sum(cpu.values()), own, sum(_memory(pid) for pid in family), len(family))


def _family(roots: set[int]) -> set[int]:
    parents = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            parents[int(folder.name)] = int(fields[1])
    found = roots & parents.keys()
    while grown := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= grown
    return found


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the command, or nothing when it has ended."""
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()


def _cpu(pid: int) -> float:
    """Return what all threads of a process have used, those that ended included.

    Its own clock counts nanoseconds; /proc/PID/stat ticks of 10 ms, twice (user and system).
    """
    clock = ~pid << 3 | _SCHEDULED  # as clock_getcpuclockid(3) makes it
    try:
        return time.clock_gettime(clock)
    except OSError:
        return 0.0


def _memory(pid: int) -> int:
    try:
        text = (_PROC / str(pid) / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    pss = next((line for line in text.splitlines() if line.startswith("Pss:")), "Pss: 0 kB")
    return int(pss.split()[1]) * 1024
