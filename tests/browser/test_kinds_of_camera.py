"""Cameras with sound, with H.265, and cameras that go away: what the page makes of each."""

import pytest
from playwright.sync_api import expect

from consentry.simcam import fault
from tests.browser.household import Household
from tests.browser.watched_page import WatchedPage

pytestmark = pytest.mark.browser


def test_sound_is_played_when_asked_for(house_page: WatchedPage, house: Household) -> None:
    """Live and recorded pictures go on with sound switched on, and sound is decoded."""
    page = house_page.page
    house_page.open(f"#/camera/{house.door}")
    video = page.locator("video")
    house_page.painting(video)
    page.get_by_role("button", name="Sound off").click()
    page.get_by_role("button", name="Sound on").click()  # leaving and joining within one picture
    page.get_by_role("button", name="Sound off").click()
    house_page.painting(video)
    assert video.evaluate("video => video.webkitAudioDecodedByteCount") > 0

    page.get_by_role("link", name="Timeline").first.click()
    house_page.painting(video)
    assert video.evaluate("video => video.webkitAudioDecodedByteCount") > 0


def test_h265_falls_to_the_small_picture(house_page: WatchedPage, house: Household) -> None:
    """A browser without H.265 shows the small picture, live and recorded, and says so."""
    page = house_page.page
    house_page.open(f"#/camera/{house.yard}")
    video = page.locator("video")
    assert house_page.painting(video).width == 160
    expect(page.get_by_text("cannot play the large picture")).to_be_visible()
    page.get_by_role("link", name="Timeline").first.click()
    assert house_page.painting(video).width == 160
    expect(page.get_by_text("cannot play the large picture")).to_be_visible()


@pytest.mark.slow
def test_a_camera_that_goes_away_says_so_and_comes_back(
    house_page: WatchedPage, house: Household
) -> None:
    """The tile names what is wrong, and shows pictures again by itself when it is over."""
    page = house_page.page
    house_page.open("#/")
    tile = page.get_by_test_id("tile").filter(has_text="Door")
    house_page.painting(tile.locator("video"))
    house.cameras.set_faults("door", fault.NotFound())
    house.cameras.disconnect("door")
    expect(tile).to_contain_text("No picture at this address")
    house.cameras.set_faults("door")
    house_page.painting(tile.locator("video"))
