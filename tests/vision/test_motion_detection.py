"""Motion is what differs from the background, and not what the light does."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from consentry.model.time import SECOND, Micros
from consentry.model.vision import Box, Motion
from consentry.vision.motion import MotionDetector, Scale, regions

ROWS, COLUMNS = 90, 160
Luma = NDArray[np.uint8]


def scene(seed: int = 3, noise: float = 0.0, *, base: int = 110) -> Luma:
    """Return a textured scene with sensor noise of the given deviation."""
    texture = np.random.default_rng(1).normal(base, 20, (ROWS, COLUMNS))
    grain = np.random.default_rng(seed).normal(0, 1, (ROWS, COLUMNS)) * noise
    return np.clip(texture + grain, 0, 255).astype(np.uint8)


def with_square(luma: Luma, left: int, top: int, side: int = 16, level: int = 220) -> Luma:
    """Return a copy with something bright in it."""
    shown = luma.copy()
    shown[top : top + side, left : left + side] = level
    return shown


def run(detector: MotionDetector, pictures: list[Luma], *, rate: int = 10) -> list[Motion]:
    """Show pictures one after the other."""
    return [
        detector.step(luma, Micros(index * SECOND // rate)) for index, luma in enumerate(pictures)
    ]


def test_something_new_is_found_where_it_is() -> None:
    """A square that appears is one region that holds it, a cell more at most on each side."""
    motions = run(
        MotionDetector(), [*[scene(i, 2) for i in range(20)], with_square(scene(), 64, 40)]
    )
    assert all(motion.boxes == () for motion in motions[:-1])
    (box,) = motions[-1].boxes
    assert box.intersection(Box(64 / COLUMNS, 40 / ROWS, 80 / COLUMNS, 56 / ROWS)) > 0
    assert box.right - box.left <= 24 / COLUMNS
    assert box.bottom - box.top <= 24 / ROWS


def test_a_passing_thing_leaves_no_ghost() -> None:
    """Once something that crossed in two seconds is gone, nothing moves any more."""
    pictures = [scene(i, 2) for i in range(20)]
    pictures += [with_square(scene(i, 2), 4 + 7 * i, 40) for i in range(20)]
    pictures += [scene(i, 2) for i in range(3)]
    motions = run(MotionDetector(), pictures)
    assert all(motion.boxes for motion in motions[21:40])
    assert motions[-1].boxes == ()


def test_what_stays_becomes_background() -> None:
    """Something that was put down stops being motion within half a minute."""
    pictures = [scene()] * 10 + [with_square(scene(), 64, 40)] * 300
    motions = run(MotionDetector(), pictures)
    assert motions[12].boxes
    assert motions[-1].boxes == ()


@settings(deadline=None, max_examples=40)
@given(st.integers(-60, 60))
def test_a_change_of_light_moves_nothing(shift: int) -> None:
    """A cloud or the camera's exposure changes every pixel alike, and that is no motion."""
    dark = np.clip(scene().astype(int), 70, 180).astype(np.uint8)
    light = (dark.astype(int) + shift).astype(np.uint8)
    motions = run(MotionDetector(), [dark] * 5 + [light] * 3)
    assert all(motion.boxes == () for motion in motions)


def test_another_view_is_a_global_change() -> None:
    """When the camera is turned, that is said, and no region is reported for it."""
    other = np.flipud(np.fliplr(scene(base=60)))
    other = np.where(np.arange(COLUMNS) % 40 < 20, other, 255 - other).astype(np.uint8)
    motions = run(MotionDetector(), [scene()] * 5 + [other] * 5)
    assert motions[5].global_change
    assert motions[5].boxes == ()
    assert motions[-1].boxes == ()


def test_a_road_that_fills_the_picture_is_motion() -> None:
    """What differs everywhere for more than a second is no change of view: it is looked at."""
    road = np.random.default_rng(4).integers(0, 255, (20, ROWS, COLUMNS), dtype=np.uint8)
    motions = run(MotionDetector(), [scene(), *road])
    assert motions[2].global_change
    assert motions[2].boxes == ()
    (box,) = motions[-1].boxes
    assert box.area > 0.9
    assert not motions[-1].global_change


def test_a_shadow_is_light_and_a_thing_is_not() -> None:
    """Where the texture behind shows through a soft shadow only the light changed."""
    yard = scene(noise=2)
    across = np.exp(-(((np.arange(COLUMNS) - 60) / 20) ** 2))
    darker = (yard * (1 - 0.4 * across)).astype(np.uint8)
    shadow = MotionDetector()
    run(shadow, [yard] * 5)
    motion = shadow.step(darker, Micros(SECOND))
    assert motion.boxes
    assert shadow.only_light(motion)
    both = with_square(darker, 130, 40)
    assert not shadow.only_light(shadow.step(both, Micros(2 * SECOND)))


def test_on_a_wall_without_texture_nothing_is_called_light() -> None:
    """Where nothing could show through, a dark thing is not mistaken for a shadow."""
    wall = np.full((ROWS, COLUMNS), 150, np.uint8)
    detector = MotionDetector()
    run(detector, [wall] * 5)
    motion = detector.step(with_square(wall, 64, 40, level=80), Micros(SECOND))
    assert motion.boxes
    assert not detector.only_light(motion)


def test_masked_motion_is_not_seen() -> None:
    """Motion inside a mask does not exist; beside it, it does."""
    left_half = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
    detector = MotionDetector((left_half,))
    motions = run(
        detector, [*[scene()] * 5, with_square(scene(), 20, 40), with_square(scene(), 120, 40)]
    )
    assert motions[5].boxes == ()
    assert len(motions[6].boxes) == 1


def test_a_new_size_begins_again() -> None:
    """A camera that changes its resolution is compared with nothing old."""
    detector = MotionDetector()
    run(detector, [scene()] * 5)
    assert detector.step(np.zeros((50, 70), np.uint8), Micros(SECOND)).boxes == ()


@given(
    st.sampled_from([(640, 360), (1920, 1080), (960, 1080), (352, 288), (2, 2), (3840, 480)]),
    st.sampled_from([Fraction(1), Fraction(2), Fraction(16, 15), Fraction(1, 2)]),
)
def test_pixels_of_the_comparison_are_about_square(size: tuple[int, int], aspect: Fraction) -> None:
    """Whatever the shape of the camera's pixels, about a hundred rows of squares are compared."""
    scale = Scale.of(size, aspect)
    assert scale.height <= 150
    assert scale.width * scale.columns >= size[0]
    if size[1] >= 288:
        assert scale.columns * float(aspect) / scale.rows == pytest.approx(1, abs=0.5)


def test_neighbours_join_and_specks_do_not_count() -> None:
    """Two patches a cell apart are one region, a far one is another, a speck is none."""
    moving = np.zeros((ROWS, COLUMNS), np.bool_)
    moving[20:28, 20:32] = True
    moving[20:28, 36:48] = True
    moving[60:76, 100:116] = True
    moving[5, 5] = True
    found = regions(moving)
    assert len(found) == 2
    assert found[0].left == pytest.approx(100 / COLUMNS)
