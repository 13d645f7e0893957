"""Squares hold what moves and lie inside the picture."""

from hypothesis import assume, given
from hypothesis import strategies as st

from consentry.model.vision import Box
from consentry.vision.crops import squares, tiles

sizes = st.tuples(st.integers(64, 2000), st.integers(64, 1200))


@st.composite
def moving_boxes(draw: st.DrawFn) -> tuple[Box, ...]:
    """Return up to six regions."""
    found = []
    for _ in range(draw(st.integers(1, 6))):
        left, right = sorted(draw(st.tuples(st.floats(0, 1), st.floats(0, 1))))
        top, bottom = sorted(draw(st.tuples(st.floats(0, 1), st.floats(0, 1))))
        assume(right - left > 0.01 and bottom - top > 0.01)
        found.append(Box(left, top, right, bottom))
    return tuple(found)


@given(sizes, moving_boxes())
def test_squares_lie_inside_and_are_few(size: tuple[int, int], moving: tuple[Box, ...]) -> None:
    """No square leaves the picture, and there are never more than two or the tiles."""
    width, height = size
    found = squares(moving, width, height)
    assert 1 <= len(found) <= max(2, len(tiles(width, height)))
    for square in found:
        assert square.left >= -1e-6
        assert square.top >= -1e-6
        assert square.right <= width + 1e-6
        assert square.bottom <= height + 1e-6


@given(sizes, moving_boxes())
def test_every_moving_middle_is_looked_at(size: tuple[int, int], moving: tuple[Box, ...]) -> None:
    """The middle of every moving region lies in some square."""
    width, height = size
    for box in moving:
        x, y = box.center[0] * width, box.center[1] * height
        assert any(
            s.left - 1e-6 <= x <= s.right + 1e-6 and s.top - 1e-6 <= y <= s.bottom + 1e-6
            for s in squares(moving, width, height)
        )


def test_a_small_thing_gets_a_crop_of_its_own_surroundings() -> None:
    """A small region in a wide picture is shown in one square of 0.6 of the height."""
    (square,) = squares((Box(0.5, 0.5, 0.55, 0.6),), 1280, 720)
    assert square.side == 0.6 * 720


def test_tiles_of_a_wide_picture_cover_it() -> None:
    """Two squares cover 16:9, four a panorama of 4:1, one a square."""
    assert [len(tiles(*size)) for size in ((1280, 720), (2400, 600), (300, 300))] == [2, 4, 1]
