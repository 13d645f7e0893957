"""The watch looks at what is new at once, at what is usual seldom, and at stillness never."""

from collections.abc import Callable

import numpy as np

from consentry.model.time import SECOND, Micros
from consentry.model.vision import Box, Detection, Label, Look, Motion, Sighting
from consentry.vision.habits import Habits
from consentry.vision.watch import Watch
from tests.vision.painted_scene import Rgb, astronaut, background, frame, with_thing

YARD = background()
PERSON = astronaut(160)


def watched(
    picture: Callable[[float], Rgb], seconds: float, *, rate: int = 10, watch: Watch | None = None
) -> tuple[list[float], list[float]]:
    """Return the moments of looks and of motion reports without a look."""
    watch = watch or Watch()
    looks, reports = [], []
    for index in range(round(seconds * rate)):
        match watch.step(frame(picture(index / rate), index / rate)):
            case Look():
                looks.append(index / rate)
            case Sighting(looked=False):
                reports.append(index / rate)
    return looks, reports


def passer_by(since: float) -> Callable[[float], Rgb]:
    """Return a yard through which somebody walks from some moment on."""

    def picture(seconds: float) -> Rgb:
        if seconds < since:
            return YARD
        return with_thing(YARD, PERSON, round((seconds - since) * 90) - 40, 150)

    return picture


def test_nothing_is_looked_at_while_nothing_moves() -> None:
    """A still yard costs no look and no report."""
    assert watched(lambda _: YARD, 5) == ([], [])


def test_a_passer_by_is_looked_at_at_once_and_often() -> None:
    """The first look comes within a fifth of a second, then four or five a second."""
    looks, _ = watched(passer_by(2), 5)
    assert 2 <= looks[0] <= 2.2
    assert len([t for t in looks if t < 4]) >= 7


def test_usual_motion_is_looked_at_seldom() -> None:
    """A tree that has swayed for half a minute costs at most about one look a second."""
    random = np.random.default_rng(5)
    leaves = [random.integers(0, 255, (60, 60, 3)).astype(np.uint8) for _ in range(7)]

    def picture(seconds: float) -> Rgb:
        return with_thing(YARD, leaves[round(seconds * 10) % 7], 500, 40)

    looks, _ = watched(picture, 40)
    assert looks
    assert len([t for t in looks if t >= 30]) <= 12


def test_something_new_beside_usual_motion_is_seen_at_once() -> None:
    """Somebody who comes while the tree sways is looked at within half a second."""
    random = np.random.default_rng(5)
    leaves = [random.integers(0, 255, (60, 60, 3)).astype(np.uint8) for _ in range(7)]

    def picture(seconds: float) -> Rgb:
        with_person = passer_by(30)(seconds)
        return with_thing(with_person, leaves[round(seconds * 10) % 7], 500, 40)

    looks, _ = watched(picture, 33)
    assert len([t for t in looks if 30 <= t < 32]) >= 5


def test_a_clock_set_back_does_not_blind() -> None:
    """When the time of frames jumps back an hour, motion is still seen."""
    watch = Watch()
    for index in range(20):
        watch.step(frame(YARD, 3600 + index / 10))
    looks, _ = watched(passer_by(1), 3, watch=watch)
    assert looks


def test_more_frames_a_second_do_not_mean_more_looks() -> None:
    """At 30 frames a second the looks stay at most five a second."""
    looks, _ = watched(passer_by(1), 3, rate=30)
    assert len(looks) <= 11


def test_habits_of_a_place() -> None:
    """Looks become rare where it moves for minutes, stay frequent elsewhere, and come back."""
    plant, path = Box(0.7, 0.1, 0.9, 0.5), Box(0.1, 0.4, 0.2, 0.8)
    habits = Habits()

    def wait(seconds: float, *boxes: Box) -> float:
        """Return the wait in seconds after this much of such motion."""
        result = 0.0
        for _ in range(round(seconds * 10)):
            result = habits.step(Motion(Micros(0), boxes, 0.01), 0.1)
        return result / SECOND

    assert wait(0.2, plant) < 0.3
    assert 0.9 < wait(15, plant) < 1.5
    assert 4 < wait(150, plant) <= 5
    assert wait(0.2, plant, path) < 0.3
    assert wait(120) > 0
    assert wait(0.2, plant) < 0.5


def test_looks_at_what_stays_new_become_fewer() -> None:
    """Something unknown that goes on through new places is looked at half as often after 5 s."""
    habits = Habits()
    waits = []
    for tenth in range(70):
        way = Box(tenth / 80, 0.4, tenth / 80 + 0.03, 0.6)
        waits.append(habits.step(Motion(Micros(0), (way,), 0.01), 0.1) / SECOND)
    assert max(waits[:24]) < 0.3
    assert 0.3 < waits[42] < 0.5
    assert min(waits[66:]) > 0.45


def test_the_known_waits_and_the_unknown_beside_it_does_not() -> None:
    """Of several regions the one that should be looked at soonest decides."""
    known, other = Box(0.1, 0.4, 0.2, 0.8), Box(0.7, 0.4, 0.8, 0.8)
    habits, motion = Habits(), Motion(Micros(0), (known, other), 0.01)
    assert habits.step(motion, 0.1, known=(2.0 * SECOND, 3.0 * SECOND)) == 2 * SECOND
    assert habits.step(motion, 0.1, known=(2.0 * SECOND, None)) < 0.3 * SECOND


def test_answers_make_looks_at_a_passer_by_fewer() -> None:
    """Somebody whom the detector found is looked at less than somebody of whom nothing is told."""

    def looks(*, answered: bool) -> int:
        watch, count = Watch(), 0
        for tenth in range(80):
            left = 90 * (tenth / 10 - 2) - 40
            look = watch.step(frame(passer_by(2)(tenth / 10), tenth / 10))
            if isinstance(look, Look):
                count += 1
                box = Box(max(left, 0) / 640, 150 / 360, (left + 132) / 640, 310 / 360)
                found = (Detection(Label.PERSON, 0.9, box),)
                if answered:
                    watch.found(Sighting(look.motion.time, look.motion, found, looked=True))
        return count

    assert looks(answered=True) <= looks(answered=False) - 3


def test_a_cloud_is_looked_at_seldom() -> None:
    """A shadow through which the ground shows costs a look a second, a person in it many."""
    rough = np.random.default_rng(3).integers(-20, 20, (90, 160, 1)).repeat(4, 0).repeat(4, 1)
    ground = np.clip(YARD + rough, 0, 255).astype(np.uint8)
    across = np.arange(640) / 640

    def cloud(seconds: float) -> Rgb:
        shade = 1 - 0.35 * np.exp(-(((across - (seconds - 2) / 4) / 0.2) ** 2))
        return np.asarray(ground * shade[None, :, None], np.uint8)

    def person_in_it(seconds: float) -> Rgb:
        return with_thing(cloud(seconds), PERSON, round((seconds - 3) * 90), 150)

    looks, reports = watched(cloud, 6)
    assert 2 <= len(looks) <= 6
    assert reports
    walked, _ = watched(lambda s: person_in_it(s) if s >= 3 else cloud(s), 6)
    assert len([t for t in walked if t >= 3]) >= 6
