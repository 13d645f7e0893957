"""What opens the recordings, on the page: two ways to unlock, the 24 words, and forgetting."""

import pytest
from playwright.sync_api import Page, expect

from consentry.simcam import FilmSpec, SimulatedCameras, film
from tests.browser.hub_process import HubProcess
from tests.browser.owner import PASSWORD, add_camera, set_up, write_words_down
from tests.browser.watched_page import WatchedPage

pytestmark = pytest.mark.browser


def test_the_owner_comes_back_in_by_the_words(
    fresh_page: WatchedPage, fresh_hub: HubProcess
) -> None:
    """Words count once three were typed from paper; then they replace a lost password."""
    fresh_page.expected = ("400", "401")
    page = fresh_page.page
    set_up(fresh_page, fresh_hub)
    fresh_page.open("#/settings")
    page.get_by_text("You have none yet").wait_for()
    page.get_by_role("button", name="Show my words").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="I have written them down").wait_for()
    words = dialog.get_by_role("listitem").all_inner_texts()
    assert len(words) == len([word for word in words if word.isalpha()]) == 24
    dialog.get_by_role("button", name="I have written them down").click()
    asked = dialog.get_by_label("Word ")
    for field in asked.all():
        field.fill("wrong")
    dialog.get_by_role("button", name="They are right").click()
    dialog.get_by_role("alert").wait_for()
    dialog.get_by_role("button", name="Show them again").click()
    assert write_words_down(dialog) == words
    page.get_by_text("The only way back").wait_for()

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="I lost my password").click()
    page.get_by_label("The 24 words").fill(" ".join([*words[:6], "consentry", *words[7:]]))
    page.get_by_label("New password", exact=True).fill("a new password of Alex's")
    page.get_by_role("button", name="Come back in").click()
    expect(page.get_by_role("alert")).to_contain_text("Word 7 cannot be right")
    page.get_by_label("The 24 words").fill(" ".join(words))
    page.get_by_role("button", name="Come back in").click()
    page.get_by_role("button", name="Sign out").wait_for()


def unlock(page: Page) -> None:
    """Type the owner's password: the dialog is ready for it, and says which was wrong."""
    page.get_by_role("button", name="Unlock").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Password")).to_be_focused()
    page.keyboard.type("wrong horse battery")
    dialog.get_by_role("button", name="Unlock").click()
    expect(dialog.get_by_role("alert")).to_have_text("This password is not right.")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Unlock").click()


def test_locked_recordings_say_so_and_play_once_unlocked(
    fresh_page: WatchedPage, fresh_hub: HubProcess
) -> None:
    """No word of a broken disk: what is missing is a password, and then it plays by itself."""
    fresh_page.expected = ("401", "423")
    page = fresh_page.page
    set_up(fresh_page, fresh_hub)
    with SimulatedCameras({"door": film(FilmSpec())}) as cameras:
        door = add_camera(fresh_page, name="Door", url=cameras.url("door"))
        fresh_page.open("#/settings")
        page.get_by_role("button", name="Lock now").click()
        page.get_by_text("The recordings are locked").wait_for()
        fresh_page.open(f"#/camera/{door}/timeline")
        stage = page.locator("[data-phase]")
        expect(stage.get_by_text("The recordings are locked")).to_be_visible()
        unlock(page)
        fresh_page.painting(stage.locator("video"), seconds=0.2)


def test_the_owner_locks_and_forgets(fresh_page: WatchedPage, fresh_hub: HubProcess) -> None:
    """The safe way is chosen unless the other is; locked at once, opened by the password."""
    fresh_page.expected = ("401",)
    page = fresh_page.page
    fresh_page.open("")
    safe = page.get_by_role("radio", name="Recordings stay locked")
    expect(safe).to_be_checked()
    expect(page.get_by_text("Does not help if the box is stolen")).to_be_visible()
    set_up(fresh_page, fresh_hub)
    fresh_page.open("#/settings")
    page.get_by_role("button", name="Lock now").click()
    banner = page.get_by_text("The recordings are locked")
    banner.wait_for()
    unlock(page)
    banner.wait_for(state="detached")
    page.get_by_role("button", name="Lock now").wait_for()
    expect(page.get_by_role("button", name="Forget the last hour")).to_have_count(0)
    with SimulatedCameras({"door": film(FilmSpec())}) as cameras:
        add_camera(fresh_page, name="Door", url=cameras.url("door"))
        page.get_by_role("button", name="Forget the last hour").click()
        page.get_by_role("button", name="Forget it").click()
        page.get_by_text("The last hour is gone").wait_for()
