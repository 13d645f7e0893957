"""What the page tells unasked: notifications of the browser, and a clock that jumped."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from consentry.model.time import DAY, Micros
from consentry.store import clock_trust
from consentry.store.database import Database, database_key
from tests.browser.household import Household
from tests.browser.hub_process import hub_process
from tests.browser.owner import set_up, sign_in
from tests.browser.watched_page import PASSING_MS, WatchedPage
from tests.browser.windows import desktop

pytestmark = pytest.mark.browser

_REMEMBER = """
    window.told = [];
    window.Notification = class extends Notification {
        constructor(title, options) {
            super(title, options);
            window.told.push(this);
        }
    };
"""
"""The browser's own notifications, which leave no trace in the page otherwise."""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_browser_tells_of_an_alert_while_the_tab_is_hidden(page: WatchedPage) -> None:
    """Once allowed, an alert becomes a notification; a click on it opens the event."""
    page.page.context.grant_permissions(["notifications"])
    page.page.add_init_script(_REMEMBER)
    page.open("#/settings")
    page.page.get_by_text("Notifications of this browser").click()
    expect(page.page.get_by_role("switch", name="Notifications of this browser")).to_be_checked()
    page.hide(hidden=True)
    page.page.wait_for_function("() => window.told.length > 0", timeout=PASSING_MS)
    title = page.page.evaluate("window.told[0].title")
    assert title in {"Person · Front garden", "Animal · Living room"}
    page.page.evaluate("window.told[0].dispatchEvent(new Event('click'))")
    page.hide(hidden=False)
    expect(page.page.get_by_text("You were told")).to_be_visible()


def test_a_switch_stands_as_the_hub_has_it(house_page: WatchedPage, house: Household) -> None:
    """What could not be stored is said, and a camera that goes on recording is not shown as off."""
    house_page.expected = ("503",)
    page = house_page.page
    failure = '{"error": {"code": "storage", "message": ""}}'
    page.route(
        "**/api/cameras/*",
        lambda route: (
            route.fulfill(status=503, content_type="application/json", body=failure)
            if route.request.method == "PATCH"
            else route.continue_()
        ),
    )
    house_page.open(f"#/cameras/{house.door}")
    on = page.get_by_role("switch", name="Camera on")
    on.click()
    page.get_by_role("log").get_by_text("cannot be read or written").wait_for()
    expect(on).to_be_checked()


def test_notifications_that_the_browser_blocks_are_not_shown_as_on(
    house_page: WatchedPage,
) -> None:
    """Whoever once said no reads where to undo it."""
    page = house_page.page
    page.add_init_script(
        """window.Notification = class {
            static permission = 'default';
            static async requestPermission() { return (this.permission = 'denied'); }
        };"""
    )
    house_page.open("#/settings")
    page.reload()
    page.get_by_text("Notifications of this browser").click()
    expect(page.get_by_text("This browser blocks them")).to_be_visible()
    expect(page.get_by_role("switch", name="Notifications of this browser")).not_to_be_checked()


class LastYear:
    """A clock as it stood a year ago."""

    def wall(self) -> Micros:
        """Return a moment long past."""
        return Micros(1_700_000_000_000_000)

    def monotonic(self) -> Micros:
        """Return the machine's uptime of then."""
        return Micros(DAY)


def test_the_owner_confirms_a_clock_that_jumped(browser: Browser, tmp_path: Path) -> None:
    """A hub that wakes up years later asks; one click says that the time is right, for good."""
    folder = tmp_path / "home"
    context = desktop(browser)
    with hub_process("run", folder) as hub:
        set_up(WatchedPage(context.new_page(), hub.address), hub)
    path = folder / "consentry.db"
    database = Database.open(path, database_key(folder / "keys" / "database.key", database=path))
    database.call(clock_trust.believe, LastYear(), "another boot")
    database.close()

    with hub_process("run", folder) as hub:
        page = WatchedPage(context.new_page(), hub.address)
        sign_in(page)
        banner = page.page.get_by_text("The clock of the hub jumped")
        expect(banner).to_be_visible()
        page.page.get_by_role("button", name="The time is right").click()
        expect(banner).to_have_count(0)
        page.page.reload()
        page.page.get_by_text("No cameras yet").wait_for()
        expect(banner).to_have_count(0)
        context.close()
        assert page.complaints == []
