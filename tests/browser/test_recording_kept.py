"""From a stretch of the recording to a file, to a clip kept for ever, and to nothing at all."""

import pytest
from playwright.sync_api import expect

from tests.browser.household import Household
from tests.browser.timeline_page import SECOND, TimelinePage
from tests.browser.watched_page import WatchedPage

pytestmark = pytest.mark.browser


RELEASE_ALL = """async () => {
    const headers = { 'X-Consentry': '1' };
    for (const { id } of await fetch('/api/kept').then((answer) => answer.json()))
        await fetch(`/api/kept/${id}`, { method: 'DELETE', headers });
}"""


@pytest.fixture
def timeline(house_page: WatchedPage, house: Household) -> TimelinePage:
    """Open the gate's timeline where a part of ten seconds fits; the house keeps nothing yet."""
    timeline = TimelinePage(house_page)
    house_page.open("#/settings")
    house_page.page.evaluate(RELEASE_ALL)  # what other tests of this house kept
    began = timeline.wait_recorded(house.gate, 12)
    timeline.open(house.gate, at=began + 6)
    return timeline


def test_a_part_is_saved_kept_named_and_released(timeline: TimelinePage) -> None:
    """Each step finds again what the one before it left."""
    page, video = timeline.page.page, timeline.page.page.locator("video")
    page.get_by_role("button", name="Select a part").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Save as video").click()
    with coming.value.path().open("rb") as file:
        assert file.read(8)[4:] == b"ftyp"

    page.get_by_role("button", name="Keep for ever").click()
    expect(page.get_by_text("Kept. It will not be deleted by itself.")).to_be_visible()
    timeline.page.open("#/events")
    page.get_by_role("link", name="Kept").click()
    card = page.get_by_test_id("kept-card")
    expect(card).to_have_count(1)
    expect(card.locator("img")).to_have_js_property("complete", value=True)
    card.click()
    assert timeline.page.painting(video, seconds=0.5).width == 640
    page.get_by_label("Name").fill("The fox")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="The fox")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Name")).to_have_value("The fox")

    page.get_by_role("button", name="Keep no longer").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep no longer").click()
    expect(page.get_by_text("Nothing kept yet")).to_be_visible()


def test_what_is_deleted_becomes_a_gap_that_says_so(
    timeline: TimelinePage, house: Household
) -> None:
    """A part is deleted after a question; the timeline then names the hole."""
    page = timeline.page.page
    page.get_by_role("button", name="Select a part").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Deleted.", exact=True)).to_be_visible()
    gone = timeline.wait_gap(house.gate, "deleted", seconds=1)
    timeline.zoom_in()
    box = timeline.canvas.bounding_box()
    assert box is not None
    x = timeline.shown.x((gone[0] + gone[1]) / 2 * SECOND, box["width"])
    page.mouse.move(box["x"] + x, box["y"] + 75)
    expect(page.locator(".bubble")).to_contain_text("Deleted")
