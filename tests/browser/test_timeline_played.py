"""Playing a recording: its speeds, its gaps, its events, and days that are not 24 hours long."""

import pytest
from playwright.sync_api import expect

from consentry.simcam import fault
from tests.browser.household import Household
from tests.browser.timeline_page import TimelinePage
from tests.browser.watched_page import WatchedPage

pytestmark = pytest.mark.browser

_FIRST_EVENT = """async () => {
    for (;;) {
        const found = await (await fetch('/api/events?limit=1')).json();
        if (found.events.length) return found.events[0];
        await new Promise((resolve) => setTimeout(resolve, 500));
    }
}"""


_STARTS = """camera => fetch(`/api/events?camera=${camera}&limit=100`)
    .then((answer) => answer.json())
    .then((found) => found.events.map((event) => event.start_us / 1e6))"""


@pytest.mark.parametrize("speed", [0.5, 2, 4, 8, 16])
def test_a_recording_plays_slower_and_faster(
    house_page: WatchedPage, house: Household, speed: float
) -> None:
    """The picture goes on at each speed; above 4x only key frames are fetched for it."""
    timeline = TimelinePage(house_page)
    house_page.open("#/settings")
    began = timeline.wait_recorded(house.door, 12)
    timeline.open(house.door, at=began + 1)
    video = house_page.page.locator("video")
    before = house_page.still(video)
    asked: list[str] = []
    house_page.page.on("request", lambda request: asked.append(request.url))
    house_page.page.get_by_label("Speed").select_option(str(speed))
    house_page.until(video, lambda shown: shown.seconds > before.seconds + 2 and shown.contrast > 0)
    assert video.evaluate("video => video.playbackRate") == speed
    key_frames = ["key_frames=1" in url for url in asked if "/media?" in url]
    if speed > 4:
        assert all(key_frames[key_frames.index(True) :])  # at 1x something may have been under way
    else:
        assert not any(key_frames)


@pytest.mark.slow
def test_a_gap_is_jumped_and_said(house_page: WatchedPage, house: Household) -> None:
    """Playback goes on where the recording does, and the page says what it left out."""
    timeline = TimelinePage(house_page)
    house_page.open("#/settings")
    timeline.wait_recorded(house.door, 5)
    house.cameras.set_faults("door", fault.NotFound())
    house.cameras.disconnect("door")
    # While it grows a gap names what is wrong now, afterwards what began it.
    timeline.wait_gap(house.door, "not_found", seconds=7)
    house.cameras.set_faults("door")
    gap = timeline.wait_gap(house.door, "disconnected", seconds=7, followed_by=3)
    timeline.open(house.door, at=gap[0] - 2)
    expect(house_page.page.get_by_text("without recording")).to_be_visible()
    house_page.page.wait_for_function(
        "([canvas, end]) => Number(canvas.getAttribute('aria-valuenow')) >= end",
        arg=[timeline.canvas.element_handle(), int(gap[1] % 86_400)],
    )


@pytest.mark.slow
def test_events_are_stepped_through(page: WatchedPage) -> None:
    """The buttons and keys go to the event before and the one after, a little before it begins."""
    timeline = TimelinePage(page)
    page.open("#/settings")
    event = page.page.evaluate(_FIRST_EVENT)  # the demo's first comes within a minute
    start = event["start_us"] / 1e6
    timeline.open(event["camera"], at=start + 8)
    page.page.get_by_role("button", name="Previous event").click()
    page.page.wait_for_function(
        "at => Math.abs(Number(location.hash.split('t=')[1]) / 1e6 - at) < 0.1", arg=start - 3
    )
    page.page.keyboard.press("j")
    page.page.wait_for_function(
        "at => Number(location.hash.split('t=')[1]) / 1e6 < at", arg=start - 5
    )
    # Another visit may have begun in the ten seconds stepped back over.
    starts: list[float] = page.page.evaluate(_STARTS, event["camera"])
    page.page.keyboard.press("n")
    page.page.wait_for_function(
        "all => all.some(at => Math.abs(Number(location.hash.split('t=')[1]) / 1e6 - at) < 0.1)",
        arg=[at - 3 for at in starts if start - 10 < at <= start],
    )


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_days_of_23_and_25_hours(
    house_page: WatchedPage, house: Household, day: str, hours: int
) -> None:
    """A link to such a day shows exactly its hours, from midnight to midnight."""
    page = house_page.page
    house_page.open("#/settings")
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    house_page.open(f"#/camera/{house.door}/timeline?t={day}T12:00:00Z")
    slider = page.get_by_role("slider", name="Moment of the day")
    expect(slider).to_have_attribute("aria-valuemax", str(hours * 3600))
    expect(page.get_by_text("Nothing recorded here")).to_be_visible()
    shown = TimelinePage(house_page).shown
    assert shown.length == hours * 3600 * 1_000_000
    house_page.open("#/settings")
    page.get_by_label("Time zone").select_option("UTC")
