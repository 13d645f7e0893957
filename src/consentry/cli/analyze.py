"""``consentry analyze``: the hub's own detection on video files, as fast as it goes."""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from consentry.cli.command import Subparsers, TeachingFormatter
from consentry.events.machine import Machine
from consentry.events.outputs import EventClosed, EventOpened, EventUpdated, Output, Tick
from consentry.model.camera import Camera, StreamAddress
from consentry.model.errors import InputError
from consentry.model.event import Event
from consentry.model.ids import CameraId, EventId
from consentry.model.media import StreamName
from consentry.model.time import SECOND, Micros
from consentry.model.vision import Look
from consentry.vision.detector import ObjectDetector
from consentry.vision.video_file import VideoFile
from consentry.vision.watch import Watch

_CAMERA = Camera(CameraId("file"), "file", StreamAddress(StreamName.MAIN, ""))

_EPILOG = """\
One line a file, as JSON with --json:
  {"video", "duration_s", "cpu_s", "events": [{"label", "start_s", "end_s", "score", "alert",
   "reason", "things"}]}
An event is an incident: everything of one kind that was in view without a pause. Seconds count
from the first frame; "reason" says why it alerted or not; "things" is how many were followed.

Any container and codec FFmpeg reads. A file that cannot be read, or only in part, is named in one
sentence on stderr, and the others go on.

exit codes: 0 all files were read whole, 1 at least one was not, 2 wrong usage

examples:
  consentry analyze porch.mp4
  consentry analyze --json recordings/*.mp4 > found.json
"""


@dataclass(frozen=True, slots=True)
class Incident:
    """Events of one incident, as reported: from the first start to the last end."""

    label: str
    start: Micros
    end: Micros
    score: float
    alert: bool
    reason: str
    things: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was found in one file, and what it cost."""

    video: str
    duration: Micros
    cpu_s: float
    incidents: tuple[Incident, ...]
    broken: str | None


def register(subparsers: Subparsers) -> None:
    """Add ``analyze`` to the command line."""
    parser = subparsers.add_parser(
        "analyze",
        help="Find people, vehicles and animals in video files.",
        description="Run the hub's own detection on video files, as fast as it goes.",
        epilog=_EPILOG,
        formatter_class=TeachingFormatter,
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a video file")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, for scripts")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Analyze the files one after the other; see the epilog for the exit status."""
    detector = ObjectDetector()
    whole = True
    for path in arguments.files:
        try:
            analysis = analyze(path, detector)
        except InputError as error:
            _complain(str(error))
            whole = False
            continue
        if analysis.broken:
            _complain(analysis.broken)
            whole = False
        line = as_json(analysis) if arguments.json else as_text(analysis)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    return 0 if whole else 1


def analyze(path: Path, detector: ObjectDetector) -> Analysis:
    """Run one file through watch, detector and machine. Raises InputError when it is no video."""
    began = time.process_time()
    machine, watch, ticked = Machine(_CAMERA), Watch(), Micros(-SECOND)
    events: dict[EventId, Event] = {}
    with VideoFile(path) as video:
        for frame in video:
            seen = watch.step(frame)
            if isinstance(seen, Look):
                seen = detector.look(seen)
                watch.found(seen)
            if seen is not None:
                _keep(machine.step(seen, frame.time), events)
            elif frame.time - ticked >= SECOND:
                ticked = frame.time
                _keep(machine.step(Tick(), frame.time), events)
        _keep(machine.close(video.duration), events)
        return Analysis(
            video=str(path),
            duration=video.duration,
            cpu_s=time.process_time() - began,
            incidents=tuple(incidents(events.values())),
            broken=video.broken,
        )


def incidents(events: Iterable[Event]) -> Iterator[Incident]:
    """Group events by incident, in order of time."""
    groups: dict[EventId, list[Event]] = {}
    for event in events:
        groups.setdefault(event.incident, []).append(event)
    for group in sorted(groups.values(), key=lambda group: group[0].start):
        told = next((event for event in group if event.alert), group[0])
        yield Incident(
            label=told.label,
            start=Micros(min(event.start for event in group)),
            end=Micros(max(event.end or event.path[-1].time for event in group)),
            score=max(event.score for event in group),
            alert=told.alert,
            reason=told.reason,
            things=len(group),
        )


def as_json(analysis: Analysis) -> str:
    """Return the line that scripts read."""
    return json.dumps(
        {
            "video": analysis.video,
            "duration_s": round(analysis.duration / SECOND, 3),
            "cpu_s": round(analysis.cpu_s, 3),
            "events": [
                {
                    "label": incident.label,
                    "start_s": round(incident.start / SECOND, 2),
                    "end_s": round(incident.end / SECOND, 2),
                    "score": round(incident.score, 3),
                    "alert": incident.alert,
                    "reason": incident.reason,
                    "things": incident.things,
                }
                for incident in analysis.incidents
            ],
        }
    )


def as_text(analysis: Analysis) -> str:
    """Return lines for a person."""
    seconds = analysis.duration / SECOND
    speed = seconds / max(analysis.cpu_s, 1e-3)
    lines = [f"{analysis.video}: {seconds:.1f} s, {speed:.0f} times faster than real time"]
    lines += [
        f"  {i.start / SECOND:8.1f} - {i.end / SECOND:.1f} s  {i.label:8} {i.score:.2f}  "
        + ("alert" if i.alert else f"no alert ({i.reason.replace('_', ' ')})")
        + (f", {i.things} things" if i.things > 1 else "")
        for i in analysis.incidents
    ]
    return "\n".join(lines if analysis.incidents else [*lines, "  nothing"])


def _complain(sentence: str) -> None:
    sys.stderr.write(f"consentry: {sentence}\n")
    sys.stderr.flush()


def _keep(outputs: tuple[Output, ...], events: dict[EventId, Event]) -> None:
    for output in outputs:
        match output:
            case EventOpened(event=event) | EventUpdated(event=event) | EventClosed(event):
                events[event.id] = event
            case _:
                pass
