"""The timeline as a test reads it: where it stands and what stretch of the day it shows."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator

from tests.browser.watched_page import PATIENCE_MS, WatchedPage

TRACK_Y = 75
RULER_Y = 8
SECOND = 1_000_000
DAY = 86_400
"""Seconds; the hubs of tests live in UTC."""


@dataclass(frozen=True)
class Shown:
    """The stretch of the day on the canvas; microseconds UTC."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Microseconds on the whole width."""
        return self.end - self.start

    def x(self, at: float, width: float) -> float:
        """Return where a moment is drawn."""
        return (at - self.start) / self.length * width

    def moment(self, x: float, width: float) -> float:
        """Return the moment drawn at ``x``."""
        return self.start + x / width * self.length


@dataclass(frozen=True)
class TimelinePage:
    """One camera's timeline, open in a page."""

    page: WatchedPage

    @property
    def canvas(self) -> Locator:
        """Return what is touched."""
        return self.page.page.get_by_role("slider", name="Moment of the day")

    @property
    def shown(self) -> Shown:
        """Return the stretch that is drawn now."""
        start, end = (self.canvas.get_attribute(name) for name in ("data-from", "data-to"))
        return Shown(int(start or 0), int(end or 0))

    @property
    def position(self) -> int:
        """Return the second of the day that the playhead stands at."""
        return int(self.canvas.get_attribute("aria-valuenow") or 0)

    @property
    def moment(self) -> int:
        """Return where the playhead stands, microseconds UTC."""
        start = self.shown.start // SECOND
        return (start - start % DAY + self.position) * SECOND

    def zoom_in(self) -> None:
        """Show a minute around the playhead."""
        for _ in range(14):
            self.page.page.keyboard.press("+")

    def open(self, camera: str, *, at: float | None = None) -> None:
        """Open a camera's timeline, at a moment (seconds since 1970) where one is given."""
        query = "" if at is None else f"?t={round(at * SECOND)}"
        self.page.open(f"#/camera/{camera}/timeline{query}")
        self.page.painting(self.page.page.locator("video"), seconds=0.2)

    def wait_recorded(self, camera: str, seconds: float) -> float:
        """Wait until that many seconds were recorded without a gap; return when they began."""
        for hour in self._hours(camera):
            for start, end in reversed(hour["recorded"]):
                if end - start >= seconds * SECOND:
                    return float(start / SECOND)
        message = f"no {seconds} s without a gap: {hour['recorded']}"
        raise AssertionError(message)

    def wait_gap(
        self, camera: str, *reasons: str, seconds: float, followed_by: float = 0
    ) -> tuple[float, float]:
        """Wait for a gap of such a reason and least length; return its seconds since 1970."""
        for hour in self._hours(camera):
            last = max((end for _, end in hour["recorded"]), default=0)
            for gap in reversed(hour["gaps"]):
                start, end = gap["from_us"], gap["to_us"]
                found = gap["reason"] in reasons and end - start >= seconds * SECOND
                if found and (not followed_by or last >= end + followed_by * SECOND):
                    return start / SECOND, end / SECOND
        message = f"no {seconds} s of {reasons}: {hour['gaps']}"
        raise AssertionError(message)

    def _hours(self, camera: str) -> Iterator[Any]:
        """Ask what the last hour holds, again and again."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while time.monotonic() < deadline:
            yield self.page.page.evaluate(
                """camera => {
                    const iso = (ms) => new Date(ms).toISOString();
                    const now = Date.now();
                    const span = `from=${iso(now - 3600e3)}&to=${iso(now)}`;
                    return fetch(`/api/cameras/${camera}/timeline?${span}`)
                        .then((answer) => answer.json());
                }""",
                camera,
            )
            self.page.page.wait_for_timeout(200)
