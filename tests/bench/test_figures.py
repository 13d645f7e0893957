"""What figures are made of: processor time, percentiles, tables, readable pictures."""

import os
import subprocess
import sys
from pathlib import Path
from statistics import stdev

import pytest

from consentry.bench.figure import Figure, Mean, circumstances, median_and_range, percentile, table
from consentry.bench.processes import cost
from consentry.bench.reference import ffmpeg_copies, missing
from consentry.bench.windows import Plan, interleaved, scratch
from tests.cli.hub_process import consentry

BUSY = "import time\nwhile time.process_time() < 0.3: pass\nprint('done', flush=True)\ninput()"


def test_the_cost_of_a_process_holds_its_children() -> None:
    """Processor time and memory of a child count for the root it was started from."""
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"done\n"
        spent = cost([process.pid])
        process.stdin.close()
    assert spent.cpu_s >= 0.29
    assert 0 < spent.own_s < spent.cpu_s
    assert spent.processes == 2
    assert spent.memory > 5_000_000


def test_what_has_ended_costs_nothing() -> None:
    """A process that is gone is left out instead of failing the measurement."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert cost([process.pid]).processes == 0


@pytest.mark.parametrize(("share", "expected"), [(0.5, 5.0), (0.95, 10.0), (1.0, 10.0)])
def test_percentiles_are_values_that_occurred(share: float, expected: float) -> None:
    """A percentile is the smallest value that so many do not exceed."""
    assert percentile([float(n) for n in range(10, 0, -1)], share) == expected


@pytest.mark.parametrize(("count", "quantile"), [(2, 12.706), (3, 4.303), (4, 3.182), (20, 2.093)])
def test_a_mean_knows_how_sure_it_is(count: int, quantile: float) -> None:
    """The interval is Student's, as tables give it, and has the mean in its middle."""
    values = [5.0, *[4.0] * (count - 2), 3.0]
    mean = Mean.of(values)
    assert mean.value == pytest.approx(4.0)
    assert mean.either_way == pytest.approx(quantile * stdev(values) / count**0.5, rel=0.005)
    assert mean.highest > mean.value


def test_processor_time_is_finer_than_a_tick() -> None:
    """What a process used is known to less than the 10 ms in which /proc/PID/stat counts."""
    fractions: set[int] = set()
    while len(fractions) < 3:
        fractions.add(round(cost([os.getpid()]).own_s * 1e6) % 10_000)
    assert any(fractions)


def test_a_table_shows_ours_beside_the_reference() -> None:
    """Each figure is a row of the Markdown table."""
    figure = Figure(
        "recording", median_and_range([2, 1, 4], "s"), "ffmpeg 1 s", "1.5x", "3 windows"
    )
    lines = table([figure]).splitlines()
    assert lines[2] == "| recording | 2.0 s (1.0-4.0) | ffmpeg 1 s | 1.5x | 3 windows |"


def test_circumstances_name_the_machine() -> None:
    """The line above a table tells date, processor count and how busy it was."""
    line = circumstances()
    assert f"{os.cpu_count()} cores" in line
    assert "load" in line


def test_both_sides_are_measured_in_turn(tmp_path: Path) -> None:
    """Windows alternate between the sides, and scratch folders are gone afterwards."""
    order: list[str] = []

    class Side:
        def __init__(self, name: str) -> None:
            self.name = name

        def __enter__(self) -> list[int]:
            order.append(self.name)
            return [os.getpid()]

        def __exit__(self, *_: object) -> None:
            pass

    with scratch(tmp_path / "here") as folder:
        plan = Plan(folder, windows=2, seconds=0.0, settle_s=0.0)
        found = interleaved(plan, lambda: Side("ours"), lambda: Side("theirs"))
    assert order == ["ours", "theirs"] * 2
    assert [len(windows) for windows in found] == [2, 2]
    assert not folder.exists()


def test_a_missing_reference_is_said(tmp_path: Path) -> None:
    """A program that is not there is named; one that is there runs and ends."""
    assert missing("no-such-program") == "no-such-program is not installed"
    if missing("ffmpeg") is None:
        with ffmpeg_copies(["rtsp://127.0.0.1:1/none"], tmp_path / "out") as pids:
            assert len(pids) == 1


async def test_bench_refuses_figures_it_does_not_know() -> None:
    """An unknown figure is wrong usage, and the known ones are listed."""
    answer = await consentry("bench", "speed")
    assert answer.status == 2
    assert "recording" in answer.err
