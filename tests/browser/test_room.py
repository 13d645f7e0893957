"""What a room may know and decide: who watches it live, and that its camera is off for a while."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.household import Household
from tests.browser.owner import flatmate, sign_in
from tests.browser.slow_line import SlowLine
from tests.browser.watched_page import WatchedPage
from tests.browser.windows import desktop, watched

pytestmark = pytest.mark.browser


@pytest.fixture
def ada(browser: Browser, house_page: WatchedPage) -> Iterator[WatchedPage]:
    """Open the page of an adult, who sees every camera."""
    invited = {"role": "adult", "name": "Ada", "grants": []}
    with flatmate(house_page, desktop(browser), **invited) as page:
        yield page


@pytest.fixture
def kim(browser: Browser, house_page: WatchedPage) -> Iterator[WatchedPage]:
    """Open the page of a member, who may see no camera."""
    invited = {"role": "member", "name": "Kim", "grants": []}
    with flatmate(house_page, desktop(browser), **invited) as page:
        yield page


def test_residents_see_who_watches_a_room(
    ada: WatchedPage, house_page: WatchedPage, house: Household
) -> None:
    """While Ada watches, every page of the owner says so, one that opens later too."""
    owner = house_page.page
    expect(owner.get_by_text("Ada is watching: Door")).to_be_visible()
    ada.open("#/settings")
    expect(owner.get_by_test_id("watchers")).to_have_count(0)
    ada.open(f"#/camera/{house.gate}")
    ada.painting(ada.page.locator("video").first, seconds=0.2)
    expect(owner.get_by_text("Ada is watching: Gate")).to_be_visible()
    owner.reload()
    expect(owner.get_by_text("Ada is watching: Gate")).to_be_visible()
    house_page.open(f"#/camera/{house.gate}")
    expect(owner.get_by_text("You and Ada are watching", exact=True)).to_be_visible()
    expect(ada.page.get_by_text("You and Alex are watching", exact=True)).to_be_visible()

    ada.open("#/settings")
    expect(owner.get_by_text("You are watching", exact=True)).to_be_visible()
    expect(ada.page.get_by_text("Alex is watching: Gate")).to_be_visible()


def test_who_lives_there_reads_who_watches_a_room_they_may_not_see(
    kim: WatchedPage, house_page: WatchedPage, house: Household
) -> None:
    """Who, and which room, while it lasts: no picture of it, and no link to it."""
    house_page.open(f"#/camera/{house.gate}")
    house_page.painting(house_page.page.locator("video").first, seconds=0.2)
    told = kim.page.get_by_text("Alex is watching: Gate")
    expect(told).to_be_visible()
    kim.open("#/settings")
    expect(told).to_be_visible()
    assert kim.page.locator("a", has=told).count() == 0
    assert (
        kim.page.locator(f"a[href*='{house.gate}'], video, img[src*='{house.gate}']").count() == 0
    )
    house_page.open("#/settings")
    expect(told).to_have_count(0)


def test_nobody_is_said_to_watch_once_the_hub_is_out_of_reach(
    browser: Browser, house: Household
) -> None:
    """A page that lost its hub knows of no one who watches, oneself neither."""
    line = SlowLine(int(house.address.rsplit(":", 1)[1]))
    with watched(desktop(browser), f"http://localhost:{line.port}") as page:
        page.expected = ("WebSocket", "ERR_")
        watchers = page.page.get_by_test_id("watchers")
        with line:
            sign_in(page)
            expect(watchers.first).to_be_visible()
        expect(page.page.get_by_text("No connection to your hub")).to_be_visible()
        expect(watchers).to_have_count(0)


def test_an_adult_pauses_a_room(
    ada: WatchedPage, house_page: WatchedPage, house: Household
) -> None:
    """Without the owner's leave, from a phone: both pages say until when, and it comes back."""
    ada.expected = ("404", "409")
    page = ada.page
    page.set_viewport_size({"width": 390, "height": 844})
    house_page.open("#/")
    ada.open(f"#/camera/{house.gate}")
    ada.painting(page.locator("video").first, seconds=0.2)
    page.get_by_role("button", name="Switch off").click()
    dialog = page.get_by_role("dialog")
    assert dialog.get_by_role("button", name="Until I switch it on again").count() == 0
    dialog.get_by_role("button", name="1 hour").click()
    expect(page.get_by_text("Paused until")).to_be_visible()
    tile = house_page.page.get_by_test_id("tile").filter(has_text="Gate")
    expect(tile.get_by_text("Paused until")).to_be_visible()

    page.get_by_role("button", name="Switch on").click()
    ada.painting(page.locator("video").first, seconds=0.2)
    expect(tile.get_by_text("Paused until")).to_have_count(0)
    ada.ask("POST", f"/api/cameras/{house.gate}/pause", {"minutes": 0})
