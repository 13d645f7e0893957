"""The first minutes: account, first camera, and signing in again."""

import re

import pytest
from playwright.sync_api import expect

from consentry.simcam import FilmSpec, SimulatedCamera, SimulatedCameras, film
from tests.browser.hub_process import HubProcess
from tests.browser.owner import PASSWORD, make_account, set_up, write_words_down
from tests.browser.watched_page import WatchedPage

pytestmark = pytest.mark.browser


def test_the_owner_begins_and_signs_in_again(
    fresh_page: WatchedPage, fresh_hub: HubProcess
) -> None:
    """The code makes the account; afterwards only the right password opens the page."""
    fresh_page.expected = ("401", "403")
    page = fresh_page.page
    fresh_page.open("")
    page.get_by_label("Set-up code").fill("not-the-code")
    page.get_by_label("Name").fill("Stranger")
    page.get_by_label("Password", exact=True).fill("a long password")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("alert")).to_contain_text("code is not right")

    set_up(fresh_page, fresh_hub)
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Name").fill("Alex")
    page.get_by_label("Password", exact=True).fill("wrong horse battery")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Name or password is not right")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_the_owner_is_led_to_the_words_and_a_camera(
    fresh_page: WatchedPage, fresh_hub: HubProcess
) -> None:
    """Nobody goes past the 24 words unwarned; written down, they lead on to the first camera."""
    page = fresh_page.page
    make_account(fresh_page, fresh_hub)
    step = page.get_by_role("listitem").filter(has_text="24 words")
    expect(step).to_have_attribute("aria-current", "step")
    page.get_by_role("button", name="Later").click()
    warning = page.get_by_role("dialog")
    expect(warning).to_contain_text("all recordings are lost for good")
    warning.get_by_role("button", name="Cancel").click()

    page.get_by_role("button", name="Show my words").click()
    page.get_by_role("button", name="I have written them down").wait_for()
    page.emulate_media(media="print")  # on paper there are the words, and what they are
    expect(page.get_by_text("the 24 words of this house")).to_be_visible()
    expect(page.get_by_role("button", name="Later")).to_be_hidden()
    page.emulate_media(media="screen")
    assert len(write_words_down(page.locator("main"))) == 24
    page.get_by_role("heading", name="Look in your network").wait_for()
    fresh_page.open("#/settings")
    page.get_by_text("The only way back when every password is lost").wait_for()


def test_a_camera_is_added_by_its_address(fresh_page: WatchedPage, fresh_hub: HubProcess) -> None:
    """A wrong password is named; the right one shows what was found, advice, and the picture."""
    fresh_page.expected = ("424",)
    page = fresh_page.page
    camera = SimulatedCamera(film(FilmSpec()), user="admin", password="opensesame")
    with SimulatedCameras({"door": camera}) as cameras:
        set_up(fresh_page, fresh_hub)
        page.get_by_role("link", name="Add camera").click()
        page.get_by_label("Address").fill(cameras.url("door"))
        page.get_by_role("button", name="Next").click()
        page.get_by_label("User").fill("admin")
        page.get_by_label("Password", exact=True).fill("guess")
        page.get_by_role("button", name="Connect").click()
        expect(page.get_by_role("alert")).to_contain_text("Wrong password")

        page.get_by_label("Password", exact=True).fill("opensesame")
        page.get_by_role("button", name="Connect").click()
        expect(page.get_by_text("It works")).to_be_visible()
        expect(page.get_by_text(re.compile(r"320 . 180 · H\.264"))).to_be_visible()
        expect(page.get_by_text("No second, smaller picture was found")).to_be_visible()
        page.get_by_label("Name").fill("Front door")
        page.get_by_role("button", name="Add camera").click()
        expect(page.get_by_text("Front door is ready")).to_be_visible()
        assert fresh_page.painting(page.locator("video")).width == 320
