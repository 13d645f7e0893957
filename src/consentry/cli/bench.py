"""``consentry bench``: what the hub costs and how fast it is, each figure beside its reference."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from consentry.bench import alert, clip, live, locks, log, recording, seek, watching
from consentry.bench.figure import Figure, circumstances, table
from consentry.bench.soak import soak
from consentry.bench.windows import Plan
from consentry.cli.command import Exit, Subparsers, add_command

_FIGURES: Mapping[str, Callable[[Plan], Iterator[Figure]]] = {
    "recording": recording.figures,
    "watching": watching.figures,
    "alert": alert.figures,
    "live": live.figures,
    "seek": seek.figures,
    "clip": clip.figures,
    "log": log.figures,
    "locks": locks.figures,
}
_SOAK = "soak"


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "bench",
        run,
        text="Measure the hub on this machine with simulated cameras.\n\n"
        "recording  CPU and memory of 16 cameras of 1080p, beside sixteen ffmpeg -c copy\n"
        "watching   recording 1080p and watching 360p, beside Debian's motion\n"
        "alert      from a person in view to the alert in the page's feed\n"
        "live       from the camera to the painted pixel in Chromium\n"
        "seek       from a click on the timeline to the painted picture in Chromium\n"
        "clip       a 25 s clip exported, and shared\n"
        "log        the diary of looks with a million entries: append, prove, verify\n"
        "locks      CPU of 16 cameras with a household looking, beside one owner alone\n"
        "soak       cameras recorded for MINUTES: nothing lost, memory flat (only when asked for)\n"
        "\nFigures are printed, nothing is judged; only soak fails. What is not installed\n"
        "(ffmpeg, motion, chromium) is named in the table.",
        examples="  consentry bench\n"
        "  consentry bench recording clip --windows 3\n"
        "  consentry bench soak --minutes 30 --cameras 16",
    )
    parser.add_argument(
        "figures", nargs="*", metavar="FIGURE", choices=[*_FIGURES, _SOAK, []], help="which; all"
    )
    parser.add_argument("--windows", type=int, default=5, metavar="N", help="windows a side (5)")
    parser.add_argument("--seconds", type=float, default=15, metavar="S", help="of a window (15)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the Markdown table there")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()) / "consentry-bench",
        metavar="DIR",
        help="where recordings go meanwhile (%(default)s)",
    )
    parser.add_argument("--minutes", type=int, default=30, metavar="M", help="of a soak (30)")
    parser.add_argument("--cameras", type=int, default=16, metavar="N", help="of a soak (16)")


def run(arguments: argparse.Namespace) -> int:
    """Measure what was asked for, or everything but the soak."""
    if _SOAK in arguments.figures:
        return _run_soak(arguments)
    plan = Plan(arguments.folder, arguments.windows, arguments.seconds)
    machine = circumstances()
    _say(machine)
    found: list[Figure] = []
    for name in arguments.figures or _FIGURES:
        for figure in _FIGURES[name](plan):
            found.append(figure)
            beside = f" | beside {figure.reference}" if figure.reference else ""
            _say(f"{figure.name}: {figure.ours}{beside} | promised {figure.promise} | {figure.how}")
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(f"# Figures\n\n{_PREFACE}\n{machine}\n\n{table(found)}")
    return Exit.OK


_PREFACE = """\
Made by `make bench` (`consentry bench --out`): the product's own commands and routes, simulated
cameras over RTSP on loopback. Medians with (lowest-highest) of interleaved windows; every process
of each side counts. Windows under a minute: differences under 30 % are noise.
"""


def _run_soak(arguments: argparse.Namespace) -> int:
    verdict = soak(arguments.folder, cameras=arguments.cameras, minutes=arguments.minutes, say=_say)
    for complaint in verdict.complaints:
        _say(f"not held: {complaint}")
    if not verdict.complaints:
        _say(f"held: {arguments.cameras} cameras, {arguments.minutes} minutes, nothing lost.")
    return Exit.FAILED if verdict.complaints else Exit.OK


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
