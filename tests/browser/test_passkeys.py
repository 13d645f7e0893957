"""Passkeys, made and used by a real browser with the authenticator that Chromium simulates."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import new_context
from tests.browser.household import Household
from tests.browser.owner import PASSWORD

pytestmark = pytest.mark.browser

_ASK = """async ([method, path, body]) => {
    const answer = await fetch(path, {
        method, body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json', 'X-Consentry': '1' },
    });
    return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
}"""
_MAKE = """async options => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    return (await navigator.credentials.create({ publicKey })).toJSON();
}"""
_SHOW = """async options => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    return (await navigator.credentials.get({ publicKey })).toJSON();
}"""


@pytest.fixture
def window(browser: Browser, house: Household) -> Iterator[Page]:
    """Open the hub by a name, on this machine, with a phone's built-in authenticator at hand."""
    context = new_context(browser)
    page = context.new_page()
    with_authenticator(page)
    page.goto(house.address)
    assert urlsplit(page.url).hostname == "localhost"
    yield page
    context.close()


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


def ask(page: Page, method: str, path: str, **body: object) -> dict[str, object]:
    """Ask the hub as the page would; return status and body."""
    answer: dict[str, object] = page.evaluate(_ASK, [method, path, body])
    return answer


def body_of(answer: dict[str, object], status: int = 200) -> dict[str, object]:
    """Return the body of an answer that must have this status."""
    assert answer["status"] == status, answer
    body = answer["body"]
    assert isinstance(body, dict)
    return body


def test_a_passkey_is_made_and_signs_in(window: Page) -> None:
    """By fingerprint, without a password; once taken back it opens nothing."""
    body_of(ask(window, "POST", "/api/login", name="Alex", password=PASSWORD))
    wanted = body_of(ask(window, "POST", "/api/sign-in/passkeys/options", password=PASSWORD))
    credential = window.evaluate(_MAKE, wanted)
    again = {"name": "Phone", "credential": credential}
    made = body_of(ask(window, "POST", "/api/sign-in/passkeys", **again), 201)
    assert (made["name"], made["host"], made["used"]) == ("Phone", "localhost", None)
    body_of(ask(window, "POST", "/api/sign-in/passkeys", **again), 401)  # good once
    ask(window, "POST", "/api/logout")

    shown = window.evaluate(_SHOW, body_of(ask(window, "POST", "/api/login/passkey/options")))
    session = body_of(ask(window, "POST", "/api/login/passkey", credential=shown))
    assert (session["state"], session["name"]) == ("signed_in", "Alex")
    body_of(ask(window, "POST", "/api/login/passkey", credential=shown), 401)  # good once
    ask(window, "DELETE", f"/api/sign-in/passkeys/{made['id']}")
    ask(window, "POST", "/api/logout")

    shown = window.evaluate(_SHOW, body_of(ask(window, "POST", "/api/login/passkey/options")))
    body_of(ask(window, "POST", "/api/login/passkey", credential=shown), 401)


def test_an_address_has_no_passkeys(window: Page, house: Household) -> None:
    """By its IP address the hub says that browsers have none there."""
    window.goto(house.address.replace("localhost", "127.0.0.1"))
    body_of(ask(window, "POST", "/api/login", name="Alex", password=PASSWORD))
    refused = body_of(ask(window, "POST", "/api/sign-in/passkeys/options", password=PASSWORD), 400)
    assert "by its name, not by its IP address" in str(refused)
    ask(window, "POST", "/api/logout")
