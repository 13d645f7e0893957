"""One's own sign-in in a real browser: codes, a passkey, a token, and the way back in."""

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.owner import FLATMATES, flatmate
from tests.browser.test_passkeys import with_authenticator
from tests.browser.watched_page import WatchedPage
from tests.browser.windows import desktop

pytestmark = pytest.mark.browser

NAME = "Toni"


@pytest.fixture
def toni(browser: Browser, house_page: WatchedPage) -> Iterator[WatchedPage]:
    """Open the window of a guest who just joined; it complained of nothing."""
    with flatmate(house_page, desktop(browser), role="guest", name=NAME) as page:
        with_authenticator(page.page)
        page.expected = ("401",)  # of the password that needs a code, and of signing out
        yield page


def prove(page: Page, action: str) -> None:
    """Type the password once more, into the dialog that asks for it."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your password, once more").fill(FLATMATES)
    dialog.get_by_role("button", name=action).click()


def sign_out(watched: WatchedPage) -> None:
    """Leave, and stand before the sign-in again."""
    watched.ask("POST", "/api/logout")
    watched.open("")
    watched.page.reload()
    watched.page.get_by_label("Password", exact=True).wait_for()


def test_ways_in_are_made_and_used(toni: WatchedPage) -> None:
    """With a code beside the password, and without any password by passkey."""
    page = toni.page
    toni.open("#/sign-in")
    page.get_by_text("this browser").wait_for()

    page.get_by_role("button", name="Use codes").click()
    prove(page, "Use codes")
    drawn = page.get_by_role("dialog").get_by_role("img")
    assert drawn.evaluate("async image => { await image.decode(); return image.naturalWidth; }")
    secret = page.get_by_role("dialog").locator("code").inner_text()
    page.get_by_label("Code shown by the app").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Switch on").click()
    recovery = page.get_by_role("dialog").locator("li code").first.inner_text()
    page.get_by_role("button", name="I have them").click()
    page.get_by_text("Recovery codes left: 10").wait_for()

    page.get_by_label("What you call this device").fill("Laptop")
    page.get_by_role("button", name="Add this device").click()
    prove(page, "Add this device")
    page.get_by_text("localhost · Never used").wait_for()

    page.get_by_role("button", name="New token").click()
    page.get_by_label("What it is for").fill("script")
    page.get_by_role("dialog").get_by_role("button", name="New token").click()
    prove(page, "New token")
    assert page.get_by_role("dialog").locator("code").inner_text().startswith("ct_")
    page.get_by_role("button", name="I have them").click()
    page.get_by_text("All your cameras · Until").wait_for()

    sign_out(toni)
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password", exact=True).fill(FLATMATES)
    page.get_by_role("button", name="Sign in").click()
    code = page.get_by_label("Code of your app, or a recovery code")
    expect(code).to_be_focused()
    code.fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is not right")
    expect(code).to_have_value("")
    code.fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Settings").first.wait_for()

    sign_out(toni)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("link", name="Settings").first.wait_for()
    toni.open("#/sign-in")
    page.get_by_text("Recovery codes left: 9").wait_for()
