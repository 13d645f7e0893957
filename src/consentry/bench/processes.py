"""What programs cost, read from /proc: processor time and memory of a process and all below it."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds since each process began, proportional memory in bytes, and how many."""

    cpu_s: float
    memory: int
    processes: int


def cost(roots: Iterable[int]) -> Cost:
    """Return what the processes ``roots`` and all their descendants have cost so far.

    Time of children that have ended counts once their parent has waited for them.
    """
    family = _family(set(roots))
    cpu = sum(_cpu(pid) for pid in family)
    return Cost(cpu, sum(_memory(pid) for pid in family), len(family))


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
    fields = _stat(pid)
    # utime, stime, cutime, cstime: fields 14-17 of proc(5), the command being field 2
    return sum(int(field) for field in fields[11:15]) / _TICKS if fields else 0.0


def _memory(pid: int) -> int:
    try:
        text = (_PROC / str(pid) / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    pss = next((line for line in text.splitlines() if line.startswith("Pss:")), "Pss: 0 kB")
    return int(pss.split()[1]) * 1024
