"""Windows of a browser: a desktop's or a phone's, and the page in one, watched until it closes."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, StorageState

from tests.browser.watched_page import PATIENCE_MS, WatchedPage


def desktop(browser: Browser, session: StorageState | None = None) -> BrowserContext:
    """Return a window on a desk that speaks English, signed in by ``session``."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", storage_state=session
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def phone(browser: Browser, session: StorageState) -> BrowserContext:
    """Return the signed-in window of a phone, which is touched rather than clicked."""
    return browser.new_context(
        viewport={"width": 390, "height": 844},
        locale="en-GB",
        storage_state=session,
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
    )


@contextmanager
def watched(context: BrowserContext, address: str) -> Iterator[WatchedPage]:
    """Give a page of the hub at ``address``; it must ask nobody else and complain of nothing."""
    with context:
        page = WatchedPage(context.new_page(), address)
        yield page
    assert page.foreign == [], page.foreign
    assert page.complaints == [], page.complaints
