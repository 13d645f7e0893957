"""What an owner does before the part that a test is about."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Locator, expect

from tests.browser.hub_process import HubProcess
from tests.browser.watched_page import WatchedPage
from tests.browser.windows import watched

NAME, PASSWORD = "Alex", "correct horse battery"
FLATMATES = "a flatmate's password"


def set_up(page: WatchedPage, hub: HubProcess) -> None:
    """Make the owner's account with the code from the terminal; the 24 words wait."""
    make_account(page, hub)
    page.page.get_by_role("button", name="Later").click()
    page.page.get_by_role("button", name="Make them later").click()
    page.page.get_by_role("heading", name="Look in your network").wait_for()
    page.open("#/")
    page.page.get_by_text("No cameras yet").wait_for()


def make_account(page: WatchedPage, hub: HubProcess) -> None:
    """Make the owner's account with the code from the terminal, and no more."""
    token = hub.terminal.word(r"token: (\S+)")
    page.open("")
    page.page.get_by_label("Set-up code").fill(token)
    page.page.get_by_label("Name").fill(NAME)
    page.page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.page.get_by_role("button", name="Begin").click()
    page.page.get_by_role("heading", name="Your way back in").wait_for()


def write_words_down(place: Locator) -> list[str]:
    """Read the 24 words shown in ``place``, type those that are asked for, and return all."""
    lines = place.locator("ol.numbered").get_by_role("listitem")
    lines.first.wait_for()
    words = lines.all_inner_texts()
    place.get_by_role("button", name="I have written them down").click()
    for label in place.locator("label", has_text="Word ").all_inner_texts():
        place.get_by_label(label, exact=True).fill(words[int(label.split()[1]) - 1])
    place.get_by_role("button", name="They are right").click()
    expect(place.get_by_role("button", name="They are right")).to_have_count(0)  # they are stored
    return words


def sign_in(page: WatchedPage, *, name: str = NAME, password: str = PASSWORD) -> None:
    """Sign in with the account made before."""
    page.open("")
    page.page.get_by_label("Name").fill(name)
    page.page.get_by_label("Password", exact=True).fill(password)
    page.page.get_by_role("button", name="Sign in").click()
    page.page.get_by_role("link", name="Events").wait_for()


def add_camera(page: WatchedPage, **camera: str) -> str:
    """Add a camera as the page would, without its wizard, and return its id once it records."""
    added: str = page.page.evaluate(
        """async camera => {
            const headers = { 'X-Consentry': '1', 'Content-Type': 'application/json' };
            const answer = await fetch('/api/cameras',
                { method: 'POST', headers, body: JSON.stringify(camera) });
            const { id } = await answer.json();
            for (;;) {
                const camera = await (await fetch(`/api/cameras/${id}`)).json();
                if (camera.recording) return id;
                await new Promise((resolve) => setTimeout(resolve, 100));
            }
        }""",
        camera,
    )
    return added


@contextmanager
def flatmate(
    owner: WatchedPage, context: BrowserContext, **invitation: object
) -> Iterator[WatchedPage]:
    """Invite somebody and open their page in ``context``; they move out afterwards."""
    owner.open("#/settings")
    made = owner.ask("POST", "/api/members/invitations", invitation)
    with watched(context, owner.address) as page:
        page.open(f"#/join/{made['token']}")
        page.page.get_by_label("Password", exact=True).fill(FLATMATES)
        page.page.get_by_role("button", name="Join").click()
        page.page.get_by_role("link", name="Settings").first.wait_for()
        me = page.ask("GET", "/api/session")["member"]
        yield page
    owner.ask("DELETE", f"/api/members/{me}")
