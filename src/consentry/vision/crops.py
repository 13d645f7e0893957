"""Where to look: square crops around what moves.

SSDLite sees 300 x 300 pixels and stretches what is not square, so a wide frame costs it a third of
the people in it (87 % found on two square tiles, 69 % on the whole frame).
"""

from dataclasses import dataclass

from consentry.model.vision import Box

_PADDING = 2.0
"""A crop is so many times as long as the moving region in it: the whole thing and around it."""
_LEAST_SIDE = 0.6
"""Of the picture's short side. Smaller crops show things larger than they were learnt."""
_MOST = 2
"""Crops to a picture. Where that is not enough, tiles over the whole picture are cheaper."""


@dataclass(frozen=True, slots=True)
class Square:
    """A square piece of a picture, in pixels."""

    left: float
    top: float
    side: float

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.left + self.side

    @property
    def bottom(self) -> float:
        """Return the lower edge."""
        return self.top + self.side


def squares(moving: tuple[Box, ...], width: int, height: int) -> tuple[Square, ...]:
    """Return at most two squares (more for a very wide picture) that hold the moving boxes."""
    short = min(width, height)
    found: list[Square] = []
    for box in moving:
        left, top = box.left * width, box.top * height
        right, bottom = box.right * width, box.bottom * height
        if any(_holds(square, left, top, right, bottom) for square in found):
            continue
        longest = max(right - left, bottom - top)
        if longest > short:
            return tiles(width, height)
        side = min(max(_LEAST_SIDE * short, _PADDING * longest), short)
        x, y = (left + right - side) / 2, (top + bottom - side) / 2
        found.append(_inside(Square(x, y, side), width, height))
    return tuple(found) if len(found) <= _MOST else tiles(width, height)


def tiles(width: int, height: int) -> tuple[Square, ...]:
    """Cover the whole picture with squares of its short side, overlapping where they must."""
    side, long = min(width, height), max(width, height)
    count = -(-long // side)
    step = (long - side) / (count - 1) if count > 1 else 0.0
    starts = [index * step for index in range(count)]
    if width >= height:
        return tuple(Square(start, 0.0, side) for start in starts)
    return tuple(Square(0.0, start, side) for start in starts)


def _holds(square: Square, left: float, top: float, right: float, bottom: float) -> bool:
    return (
        square.left <= left
        and square.top <= top
        and right <= square.right
        and bottom <= square.bottom
    )


def _inside(square: Square, width: int, height: int) -> Square:
    """Move a square into the picture."""
    return Square(
        min(max(square.left, 0.0), width - square.side),
        min(max(square.top, 0.0), height - square.side),
        square.side,
    )
