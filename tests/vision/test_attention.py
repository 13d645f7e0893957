"""What looks found decides where the next look is worth its while."""

from consentry.model.time import SECOND, Micros
from consentry.model.vision import Box, Detection, Label, Motion, Sighting
from consentry.vision.attention import Attention

SIDE = 0.2


def at(left: float, *, top: float = 0.4) -> Box:
    """Return where somebody stands."""
    return Box(left, top, left + SIDE / 2, top + SIDE)


def sighting(*boxes: Box, score: float = 0.8, moving: tuple[Box, ...] = ()) -> Sighting:
    """Return what a look found; the things moved, and what is said beside them."""
    things = tuple(Detection(Label.PERSON, score, box) for box in boxes)
    motion = Motion(Micros(0), (*boxes, *moving), 0.1)
    return Sighting(Micros(0), motion, things, looked=True)


def after_a_walk(*, score: float = 0.8, step: float = 0.05, looks: int = 4) -> Attention:
    """Return the attention after so many looks at somebody who went from .3 to the right."""
    attention = Attention()
    for look in range(looks):
        attention.found(sighting(at(0.3 + look * step), score=score))
    return attention


def waits(attention: Attention, *boxes: Box, closely: bool = False) -> tuple[float | None, ...]:
    """Return how many seconds looks wait at motion in these boxes."""
    found = attention.waits(Motion(Micros(0), boxes, 0.1), closely=closely)
    return tuple(None if wait is None else wait / SECOND for wait in found)


def test_somebody_seen_well_who_walked_is_known() -> None:
    """Their motion is looked at every second and a half, and what moves elsewhere as before."""
    assert waits(after_a_walk(), at(0.47), at(0.8)) == (1.5, None)


def test_who_was_not_seen_well_stays_unknown() -> None:
    """Looks that were not sure leave the schedule as it is."""
    assert waits(after_a_walk(score=0.5), at(0.47)) == (None,)


def test_who_is_still_to_be_told_of_stays_unknown() -> None:
    """An alert asks for three looks: until a fourth was sure, the next one comes as before."""
    assert waits(after_a_walk(step=0.07, looks=3), at(0.47)) == (None,)


def test_what_stands_stays_unknown() -> None:
    """A parked car in a shadow that passes may yet leave: it is looked at as before."""
    assert waits(after_a_walk(step=0.005), at(0.32)) == (None,)


def test_motion_carries_the_known_along() -> None:
    """Between looks the thing is where its motion went, however far."""
    attention = after_a_walk()
    for step in range(1, 20):
        assert waits(attention, at(0.45 + step * 0.02)) == (1.5,)
    assert waits(attention, at(0.45)) == (None,)


def test_places_are_watched_closely() -> None:
    """Before zones the known is looked at more often."""
    assert waits(after_a_walk(), at(0.47), closely=True) == (0.8,)


def test_a_cloud_over_somebody_known_is_not_theirs() -> None:
    """Motion much larger than the thing is looked at by its own right."""
    assert waits(after_a_walk(), Box(0.0, 0.0, 0.9, 0.9)) == (None,)


def test_who_is_not_found_again_is_forgotten() -> None:
    """After a look without them, motion in their place is new."""
    attention = after_a_walk()
    attention.found(sighting())
    assert waits(attention, at(0.47)) == (None,)


def test_a_second_person_beside_the_known_is_new() -> None:
    """Each is known by looks of their own."""
    attention = after_a_walk()
    attention.found(sighting(at(0.5), at(0.8)))
    assert waits(attention, at(0.5), at(0.8)) == (1.5, None)


def test_weak_boxes_are_nothing() -> None:
    """What the detector hardly believes never becomes known, however often."""
    assert waits(after_a_walk(score=0.2), at(0.45)) == (None,)
