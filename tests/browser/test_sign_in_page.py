"""One's own sign-in in a real browser: codes, a passkey, a token, and the way back in."""

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import new_context
from tests.browser.household import Household
from tests.browser.test_passkeys import ask, body_of, with_authenticator
from tests.browser.watched_page import WatchedPage

pytestmark = pytest.mark.browser

NAME, PASSWORD = "Toni", "a password of Toni's"


@pytest.fixture
def toni(browser: Browser, house: Household, house_page: WatchedPage) -> Iterator[WatchedPage]:
    """Open the window of a guest who just joined; it complained of nothing."""
    house_page.open("")
    invited = ask(house_page.page, "POST", "/api/members/invitations", role="guest")
    token = body_of(invited, 201)["token"]
    context = new_context(browser)
    page = WatchedPage(context.new_page(), house.address)
    with_authenticator(page.page)
    page.expected = ("401",)  # of the password that needs a code, and of signing out
    page.open(f"#/join/{token}")
    page.page.get_by_label("Name").fill(NAME)
    page.page.get_by_label("Password").fill(PASSWORD)
    page.page.get_by_role("button", name="Join").click()
    page.page.get_by_role("link", name="Settings").first.wait_for()
    yield page
    context.close()
    assert page.foreign == []
    assert page.complaints == []


def prove(page: Page, action: str) -> None:
    """Type the password once more, into the dialog that asks for it."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your password, once more").fill(PASSWORD)
    dialog.get_by_role("button", name=action).click()


def sign_out(watched: WatchedPage) -> None:
    """Leave, and stand before the sign-in again."""
    ask(watched.page, "POST", "/api/logout")
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
    page.get_by_label("Password", exact=True).fill(PASSWORD)
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
