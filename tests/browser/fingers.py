"""Fingers on a screen: real touch events, as a phone sends them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Locator, Page

Point = tuple[float, float]
_STEPS = 8
"""Moves between the first place and the last."""


@dataclass(frozen=True)
class Fingers:
    """Fingers that touch one element; places are pixels from its left upper corner."""

    wire: CDPSession
    left: float
    top: float
    width: float

    @classmethod
    def on(cls, page: Page, element: Locator) -> "Fingers":
        """Reach for an element, which is scrolled into view."""
        element.scroll_into_view_if_needed()
        box = element.bounding_box()
        assert box is not None
        return cls(page.context.new_cdp_session(page), box["x"], box["y"], box["width"])

    def tap(self, place: Point) -> None:
        """Touch a place and let go."""
        self.move([place, place])

    def move(self, *paths: Sequence[Point]) -> None:
        """Put down a finger for each path (its first and last place), move all, and let go."""
        self._send("touchStart", (path[0] for path in paths))
        for step in range(1, _STEPS + 1):
            self._send("touchMove", (_between(path, step / _STEPS) for path in paths))
        self._send("touchEnd", ())

    def _send(self, kind: str, places: Iterable[Point]) -> None:
        points = [
            {"x": self.left + x, "y": self.top + y, "id": number}
            for number, (x, y) in enumerate(places)
        ]
        self.wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def _between(path: Sequence[Point], share: float) -> Point:
    (x, y), (to_x, to_y) = path[0], path[-1]
    return x + (to_x - x) * share, y + (to_y - y) * share
