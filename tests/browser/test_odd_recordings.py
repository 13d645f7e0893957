"""A recording with everything that a year brings: played through at one go."""

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from consentry.model.time import DAY, SECOND, Micros
from tests.browser.hub_process import hub_process
from tests.browser.owner import make_account
from tests.browser.timeline_page import TimelinePage
from tests.browser.watched_page import WatchedPage
from tests.browser.windows import desktop, watched
from tests.store.film import Film, film
from tests.store.house import DOOR, build

pytestmark = pytest.mark.browser

MIDNIGHT = Micros((time.time_ns() // 1000 - DAY // 24) // DAY * DAY)
"""The last one that is an hour ago; the hubs of tests live in UTC."""
GAP = 360
"""Seconds on both sides of midnight together: longer than a player asks ahead for."""


def at(seconds: int) -> Micros:
    """Return a moment as seconds from midnight."""
    return Micros(MIDNIGHT + seconds * SECOND)


def cut_in_two(folder: Path, whole: Film) -> None:
    """Record a film into two segments of one run, as every minute is."""
    house = build(folder)
    house.clock.set_wall(whole.run.start)
    writer = house.writer()
    writer.begin(whole.run)
    half = len(whole.parts) // 2
    house.feed(writer, whole.parts[:half])
    writer.cut()
    house.feed(writer, whole.parts[half:])
    writer.close()
    house.database.close()


@pytest.fixture(scope="module")
def odd_page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedPage]:
    """Open a page signed in to a house whose camera is away, and was this and that before.

    With sound; twice the size; nothing over midnight; without sound; H.265.
    """
    folder = tmp_path_factory.mktemp("odd")
    for recorded in (
        film(seconds=8, audio="aac", width=320, start=at(-120)),
        film(seconds=8, audio="aac", width=640, start=at(-112)),
        film(seconds=8, width=320, start=at(GAP - 112)),
        film(seconds=8, width=320, codec="hevc", start=at(GAP - 104)),
    ):
        cut_in_two(folder, recorded)
    with hub_process("run", folder) as hub, watched(desktop(browser), hub.address) as page:
        make_account(page, hub)
        yield page


def test_what_changes_on_the_way_is_played_through(odd_page: WatchedPage) -> None:
    """Over segments, sizes, a gap at midnight and the end of the sound; then H.265 is named."""
    timeline = TimelinePage(odd_page)
    page, video = odd_page.page, odd_page.page.locator("video")
    timeline.open(DOOR, at=at(-119) / SECOND)
    assert odd_page.still(video).width == 320
    odd_page.until(video, lambda shown: shown.width == 640)
    expect(page.get_by_text("without recording")).to_be_visible()
    odd_page.until(video, lambda shown: shown.width == 320)
    assert timeline.moment >= at(GAP - 113)
    expect(page.get_by_text("cannot play")).to_be_visible()
    assert timeline.moment >= at(GAP - 106)


def test_a_pause_before_the_sound_ends_stays_where_it_is(odd_page: WatchedPage) -> None:
    """What is fetched ahead while the picture stands does not move it."""
    timeline = TimelinePage(odd_page)
    timeline.open(DOOR, at=at(-107) / SECOND)
    odd_page.page.get_by_role("button", name="Pause").last.click()
    stood = [timeline.moment]
    for _ in range(20):
        odd_page.page.wait_for_timeout(100)
        stood.append(timeline.moment)
    assert all(after - before <= SECOND for before, after in pairwise(stood))
    assert stood[-1] < at(-103)
