"""Channels on the page: a member's own, and what the owner sees and may do."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.household import Household
from tests.browser.owner import flatmate
from tests.browser.watched_page import WatchedPage
from tests.browser.windows import desktop

pytestmark = pytest.mark.browser


@pytest.fixture
def bo(browser: Browser, house: Household, house_page: WatchedPage) -> Iterator[WatchedPage]:
    """Invite a member and open their page; they move out afterwards."""
    grant = {"camera": house.door, "rights": ["live", "clips"], "hours": [], "until": None}
    invited = {"role": "member", "name": "Bo", "grants": [grant]}
    with flatmate(house_page, desktop(browser), **invited) as page:
        yield page


def test_a_member_makes_a_channel_and_the_owner_ends_it(
    bo: WatchedPage, house_page: WatchedPage
) -> None:
    """Bo's own, without pictures and without a broker; a test says in words what is wrong."""
    bo.expected = ("424",)
    bo.open("#/settings")
    mine = bo.page.get_by_role("region", name="Where alerts go")
    expect(mine.get_by_role("button", name="Home Assistant")).to_have_count(0)
    mine.get_by_role("button", name="Another service").click()
    dialog = bo.page.get_by_role("dialog")
    expect(dialog.get_by_text("only the owner can allow them")).to_be_visible()
    expect(dialog.get_by_text("Send pictures")).to_have_count(0)
    dialog.get_by_label("Name").fill("Phone of Bo")
    dialog.get_by_label("Address").fill("json://127.0.0.1:9/")
    dialog.get_by_label("Language").select_option("de")
    dialog.get_by_role("button", name="Save").click()
    expect(mine.get_by_text("Phone of Bo")).to_be_visible()
    mine.get_by_role("button", name="Test").click()
    expect(bo.page.get_by_role("log").get_by_text("Phone of Bo refused")).to_be_visible()

    house_page.open("#/settings")
    house_page.page.reload()
    everything = house_page.page.get_by_role("region", name="Where alerts go")
    expect(everything.get_by_text("Another service · of Bo · without pictures")).to_be_visible()
    everything.get_by_role("button", name="Remove").click()
    house_page.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(everything.get_by_text("Phone of Bo")).to_have_count(0)
    bo.page.reload()
    expect(mine.get_by_role("button", name="Another service")).to_be_visible()
    expect(mine.get_by_text("Phone of Bo")).to_have_count(0)


def test_what_a_dialog_could_not_save_is_said_in_front_of_it(phone_page: WatchedPage) -> None:
    """On a phone a dialog covers the page's messages: it shows them itself."""
    phone_page.expected = ("400",)
    phone_page.open("#/settings")
    phone_page.page.get_by_role("button", name="E-mail").click()
    dialog = phone_page.page.get_by_role("dialog")
    dialog.get_by_label("Server").fill("mail.example.org")
    dialog.get_by_label("From").fill("hub@example.org")
    dialog.get_by_label("To", exact=True).fill("nobody")
    dialog.get_by_role("button", name="Save").click()
    message = dialog.get_by_role("log").get_by_text("at least one recipient")
    expect(message).to_be_in_viewport()
    message.click(trial=True)  # nothing lies over it
    dialog.get_by_role("button", name="Cancel").click()
    expect(phone_page.page.get_by_role("log").get_by_text("at least one recipient")).to_be_visible()
