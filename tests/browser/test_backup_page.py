"""A backup made on the page: sealed to words, whole on the disk, and its day remembered."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from consentry.config import Config
from consentry.home.restoring import restore
from consentry.model.secret import Secret
from tests.browser.hub_process import HubProcess
from tests.browser.owner import set_up, write_words_down
from tests.browser.watched_page import WatchedPage

pytestmark = pytest.mark.browser


def test_a_backup_is_made_and_downloaded(
    fresh_page: WatchedPage, fresh_hub: HubProcess, tmp_path: Path
) -> None:
    """The page leads to the words first; then the file arrives, and the page knows when."""
    page = fresh_page.page
    set_up(fresh_page, fresh_hub)
    fresh_page.open("#/settings")
    page.get_by_role("link", name="Backup").click()
    page.get_by_text("You have none yet: make them first").wait_for()
    expect(page.get_by_role("button", name="Make and download")).to_have_count(0)

    page.get_by_role("button", name="Show my words").click()
    words = write_words_down(page.get_by_role("dialog"))
    page.get_by_text("You have made none yet").wait_for()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Make and download").click()
    made = downloading.value
    made.save_as(tmp_path / "house.backup")
    assert made.suggested_filename.endswith(".backup")
    with (tmp_path / "house.backup").open("rb") as file:
        restored = restore(Config(tmp_path / "new"), file, Secret(" ".join(words)))
    assert (restored.cameras, restored.members) == (0, 1)
    page.get_by_text("The last one was made").wait_for()

    page.get_by_role("link", name="Settings").first.click()
    page.get_by_role("button", name="New words").click()
    write_words_down(page.get_by_role("dialog"))
    fresh_page.open("#/backup")
    page.get_by_text("only the old paper opens it").wait_for()
