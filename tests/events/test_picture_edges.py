"""Who comes in, passes along, or goes out at an edge of the picture, and looks that come late."""

from collections.abc import Callable, Iterable

import pytest

from consentry.events.machine import Machine
from consentry.events.outputs import Output, Tick
from consentry.model.event import Event
from consentry.model.vision import Box, Sighting
from tests.events.passing_things import CAMERA, at, closed, micros, sighting


def in_from_the_left(seconds: float) -> Box:
    """Return somebody whom the left edge covers less and less."""
    right = 0.03 + 0.07 * seconds
    return Box(max(0.0, right - 0.18), 0.2, right, 0.6)


def along_the_lower_edge(seconds: float) -> Box:
    """Return a cat on its way through the picture, its paws at the lower edge."""
    return at(0.2 + 0.08 * seconds, 0.77, width=0.4, height=0.46)


def out_to_the_right(seconds: float) -> Box:
    """Return somebody whom the right edge covers more and more."""
    left = 0.4 + 0.1 * seconds
    return Box(left, 0.2, min(1.0, left + 0.18), 0.6)


def events_of(
    where: Callable[[float], Box], looks: Iterable[float], *, late: float = 0.0
) -> list[Event]:
    """Return the events of looks that come late, with four ticks a second until 30 s."""
    machine = Machine(CAMERA)
    steps: list[tuple[float, Sighting | Tick]] = [
        (look + late, sighting(look, [(where(look), 0.8)])) for look in looks
    ]
    steps += [(quarter / 4, Tick()) for quarter in range(120)]
    outputs: list[Output] = []
    for moment, step in sorted(steps, key=lambda step: step[0]):
        outputs += machine.step(step, micros(moment))
    return closed(outputs)


@pytest.mark.parametrize("where", [in_from_the_left, along_the_lower_edge])
def test_who_is_at_an_edge_on_the_way_in_or_along_is_still_there(
    where: Callable[[float], Box],
) -> None:
    """Only who went towards the edge went out: others are one event, however seldom the looks."""
    looks = [0.3, 0.6, 0.9, 1.2, 1.5, 3.4, 5.3]
    (event,) = events_of(where, looks)
    assert (event.start, event.end) == (micros(0.3), micros(5.3))


@pytest.mark.parametrize("late", [0.0, 0.6, 2.5, 6.0])
def test_looks_that_come_late_lose_nobody(late: float) -> None:
    """On a busy machine a tick does not end what the looks under way still show."""
    looks = [0.2 * number for number in range(28)]
    (event,) = events_of(out_to_the_right, looks, late=late)
    assert (event.start, event.end) == (0, micros(5.4))


def test_who_went_out_at_an_edge_is_gone_soon() -> None:
    """The event of who leaves by an edge is closed two seconds later, not after ten."""
    machine = Machine(CAMERA)
    for number in range(28):
        seen = sighting(0.2 * number, [(out_to_the_right(0.2 * number), 0.8)])
        machine.step(seen, seen.time)
    assert not closed(machine.step(Tick(), micros(6.8)))
    assert closed(machine.step(Tick(), micros(7.4)))
