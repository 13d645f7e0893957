"""People in a real browser: invited by the owner, they see what was granted and nothing else."""

import pytest

from tests.browser.household import Household
from tests.browser.watched_page import WatchedPage

pytestmark = pytest.mark.browser


def test_a_guest_joins_sees_one_camera_and_is_sent_away(
    house: Household, house_page: WatchedPage, stranger: WatchedPage
) -> None:
    """The invitation works once; the guest's page has the granted picture, and ends at once."""
    owner = house_page.page
    house_page.open("#/people")
    owner.get_by_role("button", name="Invite").click()
    dialog = owner.get_by_role("dialog")
    dialog.get_by_label("They are").select_option("guest")
    dialog.get_by_role("group", name="Door").get_by_label("Live").check()
    dialog.get_by_role("button", name="Make the invitation").click()
    owner.get_by_role("dialog").get_by_text("works on this machine only").wait_for()
    link = owner.get_by_role("dialog").get_by_label("Invitation").input_value()
    owner.get_by_role("dialog").get_by_role("button", name="Close").click()

    guest = stranger.page
    guest.goto(link)
    guest.get_by_label("Name").fill("Gus")
    guest.get_by_label("Password", exact=True).fill("a guest's password")
    guest.get_by_role("button", name="Join").click()
    stranger.painting(guest.locator("video").first, seconds=0.5)
    assert guest.get_by_text("Yard").count() == 0
    assert guest.get_by_role("link", name="Events").count() == 0
    assert guest.get_by_role("link", name="Timeline").count() == 0
    stranger.open(f"#/cameras/{house.door}")
    guest.get_by_text("You may not do this here").wait_for()
    assert guest.get_by_role("switch").count() == 0
    stranger.open("#/timeline")
    guest.get_by_text("Nothing to see right now").wait_for()
    assert guest.get_by_role("link", name="Add camera").count() == 0

    owner.reload()
    row = owner.locator("li", has_text="Gus")
    row.get_by_text("Sees: Door").wait_for()
    stranger.expected = ("401", "WebSocket", "4401")
    row.get_by_role("button", name="Remove").click()
    owner.get_by_role("dialog").get_by_role("button", name="Remove").click()
    guest.get_by_role("button", name="Sign in").wait_for()
    owner.locator("li", has_text="Gus").wait_for(state="detached")


def test_a_used_invitation_is_told(stranger: WatchedPage) -> None:
    """Whoever comes late reads why, and is asked for nothing; a hub out of reach says no such."""
    stranger.expected = ("404", "ERR_FAILED")
    stranger.page.route("**/api/join/look", lambda route: route.abort())
    stranger.open("#/join/abcdefghijklmnopqrstuvwx")
    stranger.page.get_by_text("No connection to your hub").wait_for()
    stranger.page.unroute("**/api/join/look")
    stranger.page.get_by_role("button", name="Try again").click()
    stranger.page.get_by_text("This invitation was used already").wait_for()
    assert stranger.page.get_by_label("Password").count() == 0
