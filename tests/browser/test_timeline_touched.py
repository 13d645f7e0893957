"""The timeline under fingers: tapped, dragged, pinched, on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.fingers import Fingers
from tests.browser.household import Household
from tests.browser.timeline_page import DAY, RULER_Y, SECOND, TRACK_Y, Shown, TimelinePage
from tests.browser.watched_page import WatchedPage

pytestmark = pytest.mark.browser

_LONG = 12
"""Seconds that must have been recorded before a test touches them."""

_CLOCK = len("00:00:00")


@pytest.fixture
def timeline(phone_page: WatchedPage, house: Household) -> TimelinePage:
    """Open the door's timeline, paused ten seconds after its recording began."""
    timeline = TimelinePage(phone_page)
    phone_page.open("#/events")
    began = timeline.wait_recorded(house.door, _LONG)
    timeline.open(house.door, at=began + 4)
    phone_page.page.keyboard.press("k")
    expect(phone_page.page.get_by_role("button", name="Play").first).to_be_visible()
    return timeline


def pinched(timeline: TimelinePage, *, apart: tuple[float, float]) -> Shown:
    """Pinch in the middle from one distance to another; return what is shown then."""
    fingers = Fingers.on(timeline.page.page, timeline.canvas)
    before = timeline.shown
    middle = fingers.width / 2
    first, last = (distance / 2 for distance in apart)
    fingers.move(
        [(middle - first, TRACK_Y), (middle - last, TRACK_Y)],
        [(middle + first, TRACK_Y), (middle + last, TRACK_Y)],
    )
    timeline.page.page.wait_for_function(
        "([canvas, was]) => canvas.dataset.from !== was",
        arg=[timeline.canvas.element_handle(), str(before.start)],
    )
    return timeline.shown


def test_two_fingers_apart_zoom_in_and_together_out(timeline: TimelinePage) -> None:
    """Twice the distance shows half the time; back again shows what was shown before."""
    before = timeline.shown
    closer = pinched(timeline, apart=(60, 240))
    assert closer.length == pytest.approx(before.length / 4, rel=0.05)
    back = pinched(timeline, apart=(240, 60))
    assert back.length == pytest.approx(before.length, rel=0.05)


def test_a_swipe_over_the_ruler_moves_the_day(timeline: TimelinePage) -> None:
    """The moment under the finger stays under it, and the playhead where it was."""
    timeline.zoom_in()
    before, position = timeline.shown, timeline.position
    fingers = Fingers.on(timeline.page.page, timeline.canvas)
    fingers.move([(100, RULER_Y), (200, RULER_Y)])
    after = timeline.shown
    assert after.length == before.length
    moved = before.start - after.start
    assert moved == pytest.approx(100 / fingers.width * before.length, rel=0.05)
    assert timeline.position == position


def test_a_tap_seeks_there(timeline: TimelinePage) -> None:
    """The picture of the tapped moment is painted, and the address names it."""
    page = timeline.page
    video = page.page.locator("video")
    timeline.zoom_in()
    fingers = Fingers.on(page.page, timeline.canvas)
    shown, before = timeline.shown, page.still(video)
    x = shown.x(timeline.moment - 2 * SECOND, fingers.width)
    fingers.tap((x, TRACK_Y))
    page.until(video, lambda now: now.seconds < before.seconds - 1 and now.contrast > 0)
    target = shown.moment(x, fingers.width) / SECOND
    assert timeline.position == pytest.approx(target % DAY, abs=1.5)
    page.page.wait_for_function(
        "at => Math.abs(Number(location.hash.split('t=')[1]) / 1e6 - at) < 1.5", arg=target
    )


def test_a_finger_drawn_along_the_track_shows_pictures(timeline: TimelinePage) -> None:
    """While it moves a preview of each place is shown; where it leaves, playback goes on."""
    page = timeline.page.page
    timeline.zoom_in()
    fingers = Fingers.on(page, timeline.canvas)
    shown = timeline.shown
    x = shown.x(timeline.moment - 2 * SECOND, fingers.width)
    with page.expect_response(lambda answer: "preview.jpg" in answer.url) as coming:
        fingers.move([(x - 20, TRACK_Y), (x, TRACK_Y)])
    assert coming.value.status == 200
    expect(page.locator(".bubble")).to_have_count(0)
    assert timeline.position == pytest.approx(
        shown.moment(x, fingers.width) / SECOND % DAY, abs=1.5
    )


def test_a_part_is_chosen_by_its_handles(timeline: TimelinePage) -> None:
    """A handle follows the finger; the other end stays."""
    page = timeline.page.page
    timeline.zoom_in()
    page.get_by_role("button", name="Select a part").click()
    words = page.get_by_role("region", name="Selected part").locator("strong")
    first = words.inner_text()
    fingers = Fingers.on(page, timeline.canvas)
    shown = timeline.shown
    x = shown.x(timeline.moment - 15 * SECOND, fingers.width)
    fingers.move([(x, TRACK_Y), (x + 30, TRACK_Y)])
    expect(words).not_to_have_text(first)
    assert words.inner_text()[-_CLOCK:] == first[-_CLOCK:]
