"""An alert of the demo on its way out of the house, and back in by its link."""

import json
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, StorageState, expect

from tests.browser.hub_process import HubProcess
from tests.browser.picture_hook import picture_hook
from tests.browser.watched_page import PASSING_MS
from tests.browser.windows import desktop, watched

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Sent:
    """What a service was sent of an alert, and what the diary says of it."""

    bodies: list[dict[str, object]]
    entries: list[dict[str, object]]


@pytest.fixture(scope="module")
def sent(browser: Browser, demo: HubProcess, demo_session: StorageState) -> Sent:
    """Let the demo send alerts with pictures until the first one has arrived."""
    with watched(desktop(browser, demo_session), demo.address) as page, picture_hook() as hook:
        page.open("")
        url = f"json://127.0.0.1:{hook.port}/"
        channel = {"kind": "apprise", "name": "Hook", "pictures": True, "url": url}
        page.ask("PATCH", "/api/settings", {"address": demo.address})
        made = page.ask("POST", "/api/channels", channel)
        assert hook.pictured.wait(PASSING_MS / 1000)
        diary = page.ask("GET", "/api/diary?limit=200")
        page.ask("DELETE", f"/api/channels/{made['id']}")
    leaves = diary["leaves"]
    assert isinstance(leaves, list)
    return Sent(list(hook.bodies), [json.loads(leaf["entry"]) for leaf in leaves])


@pytest.mark.timeout(600)
def test_a_picture_sent_with_an_alert_is_in_the_diary(sent: Sent) -> None:
    """Before an alert's picture reaches a service, the diary says to which one it goes."""
    written = [entry for entry in sent.entries if entry.get("look") == "alert_picture"]
    pictures = [body for body in sent.bodies if body.get("attachments")]
    assert len(written) >= len(pictures) >= 1
    by = [entry["by"] for entry in written]
    assert all(isinstance(one, dict) and one["name"] == "Hook" for one in by)
    assert all(isinstance(one, dict) and one["via"] == "channel" for one in by)


def test_the_link_of_an_alert_opens_its_event_after_signing_in(
    sent: Sent, browser: Browser, demo: HubProcess
) -> None:
    """On a phone that nobody signed in on: first the door, then the event itself."""
    (alert, *_) = [body for body in sent.bodies if body.get("attachments")]
    link = str(alert["message"]).split()[-1]
    assert link.startswith(f"{demo.address}/#/events/")
    with watched(desktop(browser), demo.address) as page:
        page.page.goto(link)
        page.page.get_by_label("Name").fill("demo")
        password = demo.terminal.word(r"password (\S+)")
        page.page.get_by_label("Password", exact=True).fill(password)
        page.page.get_by_role("button", name="Sign in").click()
        expect(page.page.get_by_text("You were told")).to_be_visible()
        assert page.page.url == link
