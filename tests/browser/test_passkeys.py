"""Passkeys, made and used by a real browser with the authenticator that Chromium simulates."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.household import Household
from tests.browser.owner import NAME, PASSWORD
from tests.browser.watched_page import WatchedPage
from tests.browser.windows import desktop, watched

pytestmark = pytest.mark.browser

_MAKE = """async options => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    return (await navigator.credentials.create({ publicKey })).toJSON();
}"""
_SHOW = """async options => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    return (await navigator.credentials.get({ publicKey })).toJSON();
}"""


@pytest.fixture
def window(browser: Browser, house: Household) -> Iterator[WatchedPage]:
    """Open the hub by a name, on this machine, with a phone's built-in authenticator at hand."""
    with watched(desktop(browser), house.address) as window:
        window.expected = ("401",)  # of what is good once
        with_authenticator(window.page)
        window.open("")
        assert urlsplit(window.page.url).hostname == "localhost"
        yield window


def with_authenticator(page: Page) -> None:
    """Build an authenticator into the page's device whose owner's finger is always on it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    authenticator = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})


def test_a_passkey_is_made_and_signs_in(window: WatchedPage) -> None:
    """By fingerprint, without a password; once taken back it opens nothing."""
    page, ask = window.page, window.ask
    ask("POST", "/api/login", {"name": NAME, "password": PASSWORD})
    wanted = ask("POST", "/api/sign-in/passkeys/options", {"password": PASSWORD})
    again = {"name": "Phone", "credential": page.evaluate(_MAKE, wanted)}
    made = ask("POST", "/api/sign-in/passkeys", again, status=201)
    assert (made["name"], made["host"], made["used"]) == ("Phone", "localhost", None)
    ask("POST", "/api/sign-in/passkeys", again, status=401)  # good once
    ask("POST", "/api/logout")

    shown = {"credential": page.evaluate(_SHOW, ask("POST", "/api/login/passkey/options"))}
    session = ask("POST", "/api/login/passkey", shown)
    assert (session["state"], session["name"]) == ("signed_in", NAME)
    ask("POST", "/api/login/passkey", shown, status=401)  # good once
    ask("DELETE", f"/api/sign-in/passkeys/{made['id']}")
    ask("POST", "/api/logout")

    shown = {"credential": page.evaluate(_SHOW, ask("POST", "/api/login/passkey/options"))}
    ask("POST", "/api/login/passkey", shown, status=401)


def test_an_address_has_no_passkeys(browser: Browser, house: Household) -> None:
    """By its IP address the hub says that browsers have none there."""
    with watched(desktop(browser), house.address.replace("localhost", "127.0.0.1")) as window:
        window.expected = ("400",)
        window.open("")
        window.ask("POST", "/api/login", {"name": NAME, "password": PASSWORD})
        wish = {"password": PASSWORD}
        refused = window.ask("POST", "/api/sign-in/passkeys/options", wish, status=400)
        assert "by its name, not by its IP address" in str(refused)
        window.ask("POST", "/api/logout")
