"""A shared clip in the recipient's browser: nobody signed in, the key only in the link."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.household import Household
from tests.browser.watched_page import WatchedPage

pytestmark = pytest.mark.browser

SHARE = """async ([camera, terms]) => {
    const headers = { 'X-Consentry': '1', 'Content-Type': 'application/json' };
    const ask = (method, path, body) =>
        fetch(path, { method, headers, body: body && JSON.stringify(body) }).then((r) => r.json());
    const to = new Date(Date.now() - 2000), from = new Date(to - 5000);
    let share;
    for (;;) {
        share = await ask('POST', '/api/shares', { camera, from, to });
        if (share.id) break;
        await new Promise((wait) => setTimeout(wait, 500));
    }
    const link = await ask('POST', `/api/shares/${share.id}/link`, terms);
    return { id: share.id, link: link.link };
}"""

SHARED = """id => fetch('/api/shares').then((r) => r.json())
    .then((shares) => shares.find((share) => share.id === id))"""


def shared(page: Page, camera: str, **terms: object) -> tuple[str, str]:
    """Share the last seconds of a camera; return the share's id and its link."""
    made = page.evaluate(SHARE, [camera, terms])
    return made["id"], made["link"]


def test_a_link_opens_by_a_click_and_plays(
    house: Household, house_page: WatchedPage, stranger: WatchedPage
) -> None:
    """Looking at the link opens nothing; a click plays the clip; the one opening is used up."""
    house_page.open("")
    id_, link = shared(house_page.page, house.door, opens=1)
    asked: list[str] = []
    stranger.page.on("request", lambda request: asked.append(request.url))
    stranger.page.goto(link)
    stranger.page.get_by_text("A clip was shared with you").wait_for()
    assert house_page.page.evaluate(SHARED, id_)["link"]["opened"] == 0
    stranger.page.get_by_role("button", name="Open the clip").click()
    stranger.painting(stranger.page.locator("video"), seconds=0.5)
    assert house_page.page.evaluate(SHARED, id_)["link"]["opened"] == 1
    secret = urlsplit(link).fragment
    assert not any(secret in url for url in asked)
    stranger.expected = ("404",)
    stranger.page.reload()
    stranger.page.get_by_role("button", name="Open the clip").click()
    stranger.page.get_by_text("not good any more").wait_for()
    assert stranger.page.get_by_role("button", name="Open the clip").count() == 0


def test_a_passphrase_is_asked_for(
    house: Household, house_page: WatchedPage, stranger: WatchedPage
) -> None:
    """A wrong passphrase is told and uses nothing up; the right one plays."""
    house_page.open("")
    id_, link = shared(house_page.page, house.door, passphrase="blue door")
    stranger.page.goto(link)
    stranger.page.get_by_role("button", name="Open the clip").click()
    stranger.page.get_by_label("Passphrase").fill("green door")
    stranger.page.get_by_role("button", name="Show the clip").click()
    stranger.page.get_by_text("That is not the passphrase").wait_for()
    stranger.page.get_by_label("Passphrase").fill("blue door")
    stranger.page.get_by_role("button", name="Show the clip").click()
    stranger.painting(stranger.page.locator("video"), seconds=0.5)
    assert house_page.page.evaluate(SHARED, id_)["link"]["opened"] == 1


def test_half_a_link_is_told(stranger: WatchedPage) -> None:
    """A link that lost its end in an e-mail says so, and offers nothing to press."""
    stranger.open("s/abcdefghijklmnop#tooshort")
    stranger.page.get_by_text("This link is not whole").wait_for()
    assert stranger.page.get_by_role("button", name="Open the clip").count() == 0


KEEP = """async camera => {
    const headers = { 'X-Consentry': '1', 'Content-Type': 'application/json' };
    const to = new Date(Date.now() - 2000), from = new Date(to - 5000);
    const body = JSON.stringify({ camera, from, to, note: 'The fox' });
    for (;;) {
        const answer = await fetch('/api/kept', { method: 'POST', headers, body });
        if (answer.ok) return (await answer.json()).id;
        await new Promise((wait) => setTimeout(wait, 500));
    }
}"""


def test_the_owner_shares_a_kept_clip_and_takes_it_back(
    house: Household, house_page: WatchedPage, stranger: WatchedPage
) -> None:
    """The dialog previews, makes a link that opens; the list says so and ends it."""
    house_page.open("")
    kept = house_page.page.evaluate(KEEP, house.door)
    house_page.open(f"#/kept/{kept}")
    page = house_page.page
    page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.locator("video").wait_for()
    dialog.get_by_label("Can be opened").select_option("3")
    dialog.get_by_role("button", name="Make the link").click()
    link = dialog.get_by_label("Link", exact=True).input_value()
    stranger.page.goto(link)
    stranger.page.get_by_role("button", name="Open the clip").click()
    stranger.painting(stranger.page.locator("video"), seconds=0.5)
    house_page.open("#/shares")
    row = page.locator("li", has_text="2 openings left")
    row.get_by_text("Opened once").wait_for()
    row.get_by_role("button", name="Take back").click()
    page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    page.get_by_text("Over since").first.wait_for()
    stranger.expected = ("404",)
    stranger.page.reload()
    stranger.page.get_by_role("button", name="Open the clip").click()
    stranger.page.get_by_text("not good any more").wait_for()
