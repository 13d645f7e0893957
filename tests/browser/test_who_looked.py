"""The page "Who looked": what it says of a look, and that others are told while it goes on."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.household import Household
from tests.browser.watched_page import WatchedPage
from tests.browser.windows import desktop, watched

pytestmark = pytest.mark.browser


@pytest.fixture
def second_page(browser: Browser, house: Household) -> Iterator[WatchedPage]:
    """Open another window of the same household."""
    with watched(desktop(browser, house.session), house.address) as page:
        yield page


def test_a_look_is_written_and_read(
    house: Household, house_page: WatchedPage, second_page: WatchedPage
) -> None:
    """While somebody watches it says so; afterwards how long; the browser checked all of it."""
    watching = second_page.page
    second_page.open(f"#/camera/{house.door}")
    watching.locator("video").first.wait_for()
    page = house_page.page
    house_page.expected = ("409",)  # of whoever still has an account
    house_page.open(f"#/diary?camera={house.door}")
    live = page.get_by_role("listitem").filter(has_text="Alex watched Door live")
    expect(live.first).to_contain_text("now")
    snapshot = f"fetch('/api/cameras/{house.door}/snapshot.jpg').then((answer) => answer.status)"
    assert watching.evaluate(snapshot) == 200
    watching.goto("about:blank")
    house_page.open("#/diary")
    expect(page.get_by_test_id("verdict")).to_contain_text("Checked: nothing was changed")
    page.get_by_text("Alex looked at pictures of Door").first.wait_for()
    page.get_by_role("button", name="Only Alex").first.click()
    page.get_by_role("button", name="Erase this person").click()
    page.get_by_role("button", name="Erase for good").click()
    page.get_by_text("still has an account here").wait_for()
    expect(live.first).to_be_visible()
