"""The page "Who looked": what it says of a look, and that others are told while it goes on."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import new_context
from tests.browser.household import Household
from tests.browser.picture_hook import picture_hook
from tests.browser.watched_page import PATIENCE_MS, WatchedPage

pytestmark = pytest.mark.browser


@pytest.fixture
def second_page(browser: Browser, house: Household) -> Iterator[WatchedPage]:
    """Open another window of the same household."""
    context = new_context(browser, house.session)
    page = WatchedPage(context.new_page(), house.address)
    yield page
    context.close()
    assert page.foreign == []
    assert page.complaints == []


def test_a_look_is_written_and_read(
    house: Household, house_page: WatchedPage, second_page: WatchedPage
) -> None:
    """While somebody watches it says so; afterwards how long; the browser checked all of it."""
    watching = second_page.page
    second_page.open(f"#/camera/{house.door}")
    watching.locator("video").first.wait_for()
    page = house_page.page
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
    page.get_by_text("still have an account here").wait_for()
    expect(live.first).to_be_visible()
    house_page.complaints[:] = [said for said in house_page.complaints if "409" not in said]


NOTIFIERS = """notifiers => fetch('/api/settings', {
    method: 'PATCH',
    headers: { 'X-Consentry': '1', 'Content-Type': 'application/json' },
    body: JSON.stringify({ notifiers }),
}).then((answer) => answer.status)"""

READ = "fetch('/api/diary?limit=200').then((r) => r.json()).then(({ leaves }) => leaves)"


def test_a_picture_sent_with_an_alert_is_in_the_diary(page: WatchedPage) -> None:
    """Before an alert's picture reaches a service, the diary says to which one it goes."""
    page.open("")
    with picture_hook() as hook:
        url = f"json://127.0.0.1:{hook.port}/"
        channel = {"kind": "apprise", "name": "Hook", "pictures": True, "url": url}
        assert page.page.evaluate(NOTIFIERS, [channel]) == 200
        assert hook.pictured.wait(2 * PATIENCE_MS / 1000)
        leaves = page.page.evaluate(READ)
        assert page.page.evaluate(NOTIFIERS, []) == 200
    entries = [json.loads(leaf["entry"]) for leaf in leaves]
    sent = [entry for entry in entries if entry.get("look") == "alert_picture"]
    pictures = [body for body in hook.bodies if body.get("attachments")]
    assert len(sent) >= len(pictures) >= 1
    assert {entry["by"]["name"] for entry in sent} == {"Hook"}
    assert {entry["by"]["via"] for entry in sent} == {"channel"}
