"""Sightings of things that move as told, for the tests of the event machine."""

from collections.abc import Callable, Iterable

from consentry.events.machine import Machine
from consentry.events.outputs import AlertRaised, EventClosed, EventOpened, Output, Tick
from consentry.model.camera import Camera, StreamAddress
from consentry.model.event import Event
from consentry.model.ids import CameraId
from consentry.model.media import StreamName
from consentry.model.time import SECOND, Micros
from consentry.model.vision import Box, Detection, Label, Motion, Sighting

LOOK = SECOND // 5

CAMERA = Camera(CameraId("porch"), "Porch", StreamAddress(StreamName.MAIN, "rtsp://192.0.2.1/main"))

Where = Callable[[float], Box | None]
"""Seconds to where a thing is then, or None while it is out of view."""


def micros(seconds: float) -> Micros:
    """Return seconds as microseconds."""
    return Micros(round(seconds * SECOND))


def at(x: float, y: float, *, width: float = 0.1, height: float = 0.3) -> Box:
    """Return a box with its middle at (x, y)."""
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def walk(start: float, end: float, *, y: float = 0.5, rate: float = 0.12) -> Where:
    """Return somebody who walks from left to right between two moments, from x = 0.1."""

    def where(seconds: float) -> Box | None:
        return at(0.1 + rate * (seconds - start), y) if start <= seconds < end else None

    return where


def stand(x: float, y: float, *, jitter: float = 0.0) -> Where:
    """Return something that stands, its box shaking by ``jitter`` of its width."""

    def where(seconds: float) -> Box:
        swing = (round(seconds * 5) * 7 % 5 - 2) / 2
        return at(x + 0.1 * jitter * swing, y, height=0.1 + 0.02 * jitter * swing)

    return where


def sighting(
    seconds: float,
    seen: Iterable[tuple[Box, float]] = (),
    *,
    label: Label = Label.PERSON,
    moving: bool = True,
    looked: bool = True,
) -> Sighting:
    """Return what a look found: boxes with scores, each moving or none."""
    things = tuple(Detection(label, score, box) for box, score in seen)
    boxes = tuple(thing.box for thing in things) if moving else ()
    time = micros(seconds)
    motion = Motion(time, boxes, 0.05 * len(boxes))
    picture = f"picture at {seconds:.1f}".encode() if things else None
    return Sighting(time, motion, things, looked=looked, picture=picture)


def watch(  # noqa: PLR0913 - a scene has that many sides
    machine: Machine,
    things: Iterable[Where],
    seconds: float,
    *,
    label: Label = Label.PERSON,
    score: float = 0.6,
    start: float = 0.0,
    every: float = 0.2,
) -> list[Output]:
    """Show the machine what there is to see, look after look with ticks between; collect all."""
    outputs: list[Output] = []
    moment = start
    while moment < start + seconds:
        seen = [(box, score) for where in things if (box := where(moment)) is not None]
        if seen:
            outputs += machine.step(sighting(moment, seen, label=label), micros(moment))
        else:
            outputs += machine.step(Tick(), micros(moment))
        moment += every
    return outputs


def opened(outputs: Iterable[Output]) -> list[Event]:
    """Return the events that were opened."""
    return [o.event for o in outputs if isinstance(o, EventOpened)]


def closed(outputs: Iterable[Output]) -> list[Event]:
    """Return the events that were closed."""
    return [o.event for o in outputs if isinstance(o, EventClosed)]


def alerts(outputs: Iterable[Output]) -> list[Event]:
    """Return the events that alerted."""
    return [o.event for o in outputs if isinstance(o, AlertRaised)]
