"""What is chosen on a camera's page of where it is, and of the hours of the week it is off."""

import pytest
from playwright.sync_api import expect

from tests.browser.household import Household
from tests.browser.watched_page import WatchedPage

pytestmark = pytest.mark.browser


def test_a_camera_is_off_at_its_hours_of_the_week(
    house_page: WatchedPage, house: Household
) -> None:
    """Hours around the clock close it at once, last over a reload, and go as they came."""
    page = house_page.page
    house_page.expected = ("404", "409")  # of pictures asked for while it goes off
    house_page.open(f"#/cameras/{house.gate}")
    hours = page.get_by_role("group", name="Off at these hours")
    hours.get_by_role("button", name="Add").click()
    for label in ("From", "Until"):
        hours.get_by_label(label).fill("00:00")
        hours.get_by_label(label).blur()
    expect(page.get_by_text("Switched off until")).to_be_visible()
    page.reload()
    expect(hours.get_by_label("Until")).to_have_value("00:00")
    days = hours.get_by_role("button", pressed=True)
    expect(days).to_have_count(7)
    house_page.open("#/")
    tile = page.get_by_test_id("tile").filter(has_text="Gate")
    expect(tile).to_contain_text("Switched off until")

    house_page.open(f"#/cameras/{house.gate}")
    hours.get_by_role("button", name="Remove these hours").click()
    expect(hours.get_by_label("From")).to_have_count(0)
    house_page.open("#/")
    house_page.painting(tile.locator("video"), seconds=0.2)


def test_where_a_camera_stands_is_chosen(house_page: WatchedPage, house: Household) -> None:
    """Indoors is what a camera begins with; outdoors, nobody is told who watches it."""
    page = house_page.page
    house_page.open(f"#/cameras/{house.yard}")
    where = page.get_by_role("radiogroup", name="Where it is")
    expect(where.get_by_label("Indoors")).to_be_checked()
    expect(page.get_by_text("sees when somebody watches it live")).to_be_visible()
    where.get_by_text("Outdoors").click()
    expect(page.get_by_text("not announced in the house")).to_be_visible()
    page.reload()
    expect(where.get_by_label("Outdoors")).to_be_checked()
    house_page.open("#/")
    seen = {name: page.get_by_test_id("tile").filter(has_text=name) for name in ("Yard", "Gate")}
    expect(seen["Gate"].get_by_test_id("watchers")).to_contain_text("You are watching")
    expect(seen["Yard"].get_by_test_id("watchers")).to_have_count(0)
    house_page.open(f"#/cameras/{house.yard}")
    where.get_by_text("Indoors").click()
    expect(page.get_by_text("sees when somebody watches it live")).to_be_visible()
