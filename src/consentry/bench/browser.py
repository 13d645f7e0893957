"""Chromium on the hub's page, signed in."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from consentry.bench.hub_process import HubProcess

if TYPE_CHECKING:
    from playwright.sync_api import Page

ACCOUNT, PASSWORD = "bench", "correct horse battery"


def missing_browser() -> str | None:
    """Return a sentence when there is no Chromium, or nothing to drive it."""
    if not shutil.which("chromium"):
        return "chromium is not installed"
    try:
        import playwright.sync_api  # noqa: F401, PLC0415 - a dependency of [dev] only
    except ModuleNotFoundError:
        return "playwright is not installed (pip install 'consentry[dev]')"
    return None


@contextmanager
def signed_in(hub: HubProcess) -> Iterator["Page"]:
    """Make the owner's account, if there is none yet, and lend a page that is signed in."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a dependency of [dev] only

    if not hub.has_owner:
        hub.make_account(ACCOUNT, PASSWORD)
    address = f"http://localhost:{hub.port}"
    with sync_playwright() as tool:
        browser = tool.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--mute-audio"]
        )
        # Past the page's policy, which rightly forbids the scripts that Playwright waits with.
        page = browser.new_page(
            base_url=address, viewport={"width": 1280, "height": 900}, bypass_csp=True
        )
        answer = page.request.post(
            f"{address}/api/login",
            data={"name": ACCOUNT, "password": PASSWORD},
            headers={"X-Consentry": "1"},
        )
        if not answer.ok:
            raise RuntimeError(answer.text())
        yield page
        browser.close()
