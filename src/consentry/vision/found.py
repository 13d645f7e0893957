"""Boxes found in crops, and how those of one thing are joined."""

from dataclasses import dataclass, replace

from consentry.model.vision import Box, Label
from consentry.vision.crops import Square

_SAME = 0.45
"""Two boxes of a label that overlap so much (IoU) are one thing."""
_SAME_TWICE_NAMED = 0.7
_INSIDE = 0.75
"""A box that lies in another of its label by so much is a part of it, cut off by a crop's edge."""
_GAP = 0.1
_FIT = 0.7
"""Halves of a thing that two crops cut lie closer than .1 of a half, and agree in .7 of a side."""
_MOST = 40
"""Things in a picture. A crowd has more; nobody counts them."""


@dataclass(frozen=True, slots=True)
class Found:
    """A box in pixels of the picture, before boxes of the same thing are joined."""

    label: Label
    score: float
    left: float
    top: float
    right: float
    bottom: float
    whole: bool
    """False when a crop's edge cuts it."""
    square: Square
    crop: int
    stand_in: bool
    """True for a class that only means a vehicle if it is large and moves."""

    def normalised(self, size: tuple[int, int]) -> Box:
        """Return the box as shares of a picture of this width and height."""
        width, height = size
        return Box(self.left / width, self.top / height, self.right / width, self.bottom / height)


def joined(found: list[Found]) -> list[Found]:
    """Keep one box for each thing, best first: whole ones win over cut ones."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: (f.whole, f.score), reverse=True):
        if len(kept) == _MOST:
            break
        half = next((i for i, other in enumerate(kept) if _are_halves(one, other)), None)
        if half is not None:
            kept[half] = _whole(kept[half], one)
        elif not any(_is_same(one, other) for other in kept):
            kept.append(one)
    return kept


def _is_same(one: Found, other: Found) -> bool:
    """Tell whether two boxes show one thing; of two labels only where they cover each other."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return False
    shared = width * height
    area = (one.right - one.left) * (one.bottom - one.top)
    others = (other.right - other.left) * (other.bottom - other.top)
    overlap = shared / (area + others - shared)
    if one.label is not other.label:
        return overlap > _SAME_TWICE_NAMED
    return overlap > _SAME or shared > _INSIDE * area


def _are_halves(one: Found, other: Found) -> bool:
    """Tell whether two crops each cut off a part of one thing: the parts meet and fit."""
    if one.whole or other.whole or one.crop == other.crop or one.label is not other.label:
        return False
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    widths, heights = _sides(one, other)
    beside = across > -_GAP * widths[0] and down > _FIT * heights[1]
    above = down > -_GAP * heights[0] and across > _FIT * widths[1]
    return beside or above


def _sides(one: Found, other: Found) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the smaller and the larger of the two widths, and of the two heights."""
    w1, w2 = sorted((one.right - one.left, other.right - other.left))
    h1, h2 = sorted((one.bottom - one.top, other.bottom - other.top))
    return (w1, w2), (h1, h2)


def _whole(one: Found, other: Found) -> Found:
    """Join two halves; score and features are those of the better one."""
    return replace(
        one,
        left=min(one.left, other.left),
        top=min(one.top, other.top),
        right=max(one.right, other.right),
        bottom=max(one.bottom, other.bottom),
    )
