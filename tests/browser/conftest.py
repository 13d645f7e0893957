"""One demo hub and one Chromium for all browser tests; a page of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    StorageState,
    expect,
    sync_playwright,
)

from tests.browser.household import Household, household, phone
from tests.browser.hub_process import HubProcess, hub_process
from tests.browser.watched_page import PATIENCE_MS, WatchedPage
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
    context = new_context(browser)
    page = WatchedPage(context.new_page(), demo.address)
    page.open("")
    page.page.get_by_label("Name").fill("demo")
    page.page.get_by_label("Password", exact=True).fill(password)
    page.page.get_by_role("button", name="Sign in").click()
    page.page.get_by_role("link", name="Events").wait_for()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(browser: Browser, demo: HubProcess, demo_session: StorageState) -> Iterator[WatchedPage]:
    """Open a signed-in page of the demo; it asked nobody else and complained of nothing."""
    context = new_context(browser, demo_session)
    page = WatchedPage(context.new_page(), demo.address)
    yield page
    context.close()
    assert page.foreign == []
    assert page.complaints == []


@pytest.fixture(scope="package")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    """Set up one household for all tests that need cameras of their own."""
    with household(new_context(browser), tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def house_page(browser: Browser, house: Household) -> Iterator[WatchedPage]:
    """Open a signed-in page; it asked nobody else and complained of nothing."""
    context = new_context(browser, house.session)
    page = WatchedPage(context.new_page(), house.address)
    yield page
    context.close()
    assert page.foreign == []
    assert page.complaints == []


@pytest.fixture
def stranger(browser: Browser, house: Household) -> Iterator[WatchedPage]:
    """Open a window without any session; it asked nobody else and complained of nothing."""
    context = new_context(browser)
    page = WatchedPage(context.new_page(), house.address)
    yield page
    context.close()
    assert page.foreign == []
    assert page.complaints == []


@pytest.fixture
def phone_page(browser: Browser, house: Household) -> Iterator[WatchedPage]:
    """Open a signed-in page on a phone; it asked nobody else and complained of nothing."""
    context = phone(browser, house)
    page = WatchedPage(context.new_page(), house.address)
    yield page
    context.close()
    assert page.foreign == []
    assert page.complaints == []


@pytest.fixture
def fresh_hub(browser: Browser, tmp_path: Path) -> Iterator[HubProcess]:
    """Run ``consentry run`` on an empty folder."""
    _ = browser
    with hub_process("run", tmp_path / "home") as hub:
        yield hub


@pytest.fixture
def fresh_page(browser: Browser, fresh_hub: HubProcess) -> Iterator[WatchedPage]:
    """Open the page of a hub without an account."""
    context = new_context(browser)
    page = WatchedPage(context.new_page(), fresh_hub.address)
    yield page
    context.close()
    assert page.foreign == []
    assert page.complaints == []


def new_context(browser: Browser, state: StorageState | None = None) -> BrowserContext:
    """Return a desktop window that speaks English."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", storage_state=state
    )
    context.set_default_timeout(PATIENCE_MS)
    return context
