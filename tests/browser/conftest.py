"""One demo hub and one Chromium for all browser tests; a page of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, StorageState, expect, sync_playwright

from tests.browser.household import Household, household
from tests.browser.hub_process import HubProcess, hub_process
from tests.browser.owner import sign_in
from tests.browser.watched_page import PATIENCE_MS, WatchedPage
from tests.browser.windows import desktop, phone, watched
from tests.programs import program

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium."""
    path = program("chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=list(FLAGS), timeout=PATIENCE_MS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """Run ``consentry demo``: two cameras that a person and a cat walk past."""
    _ = browser  # without a browser the hub need not start
    with hub_process("demo", tmp_path_factory.mktemp("demo")) as hub:
        yield hub


@pytest.fixture(scope="package")
def demo_session(browser: Browser, demo: HubProcess) -> StorageState:
    """Sign in to the demo through its page, once."""
    password = demo.terminal.word(r"password (\S+)")
    with watched(desktop(browser), demo.address) as page:
        sign_in(page, name="demo", password=password)
        return page.page.context.storage_state()


@pytest.fixture
def page(browser: Browser, demo: HubProcess, demo_session: StorageState) -> Iterator[WatchedPage]:
    """Open a signed-in page of the demo; it asked nobody else and complained of nothing."""
    with watched(desktop(browser, demo_session), demo.address) as page:
        yield page


@pytest.fixture(scope="package")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    """Set up one household for all tests that need cameras of their own."""
    with household(desktop(browser), tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def house_page(browser: Browser, house: Household) -> Iterator[WatchedPage]:
    """Open a signed-in page; it asked nobody else and complained of nothing."""
    with watched(desktop(browser, house.session), house.address) as page:
        yield page


@pytest.fixture
def stranger(browser: Browser, house: Household) -> Iterator[WatchedPage]:
    """Open a window without any session; it asked nobody else and complained of nothing."""
    with watched(desktop(browser), house.address) as page:
        yield page


@pytest.fixture
def phone_page(browser: Browser, house: Household) -> Iterator[WatchedPage]:
    """Open a signed-in page on a phone; it asked nobody else and complained of nothing."""
    with watched(phone(browser, house.session), house.address) as page:
        yield page


@pytest.fixture
def fresh_hub(browser: Browser, tmp_path: Path) -> Iterator[HubProcess]:
    """Run ``consentry run`` on an empty folder."""
    _ = browser
    with hub_process("run", tmp_path / "home") as hub:
        yield hub


@pytest.fixture
def fresh_page(browser: Browser, fresh_hub: HubProcess) -> Iterator[WatchedPage]:
    """Open the page of a hub without an account."""
    with watched(desktop(browser), fresh_hub.address) as page:
        yield page
