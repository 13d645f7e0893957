"""How a device learns to trust the hub: the page on plain HTTP, in a real browser."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect
from starlette.types import ASGIApp, Receive, Scope, Send

from consentry.clock import SystemClock
from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.seal import Pair
from consentry.seal.authority import Domain
from consentry.web.app import create_app
from consentry.web.certificate import Front
from consentry.web.guard import OUTSIDE
from consentry.web.house_certificate import HouseCertificate, Keepers
from consentry.web.server import bind, serve_app
from tests.browser.conftest import FLAGS
from tests.browser.test_authority import House, trusting
from tests.browser.watched_page import PATIENCE_MS
from tests.programs import program

pytestmark = pytest.mark.browser

NAME = "hub.test"
HUB_PAGE = "The hub's own page"


@dataclass(frozen=True)
class Served:
    """A hub that speaks HTTPS under the name ``hub.test``."""

    certificate: HouseCertificate
    house: House
    port: int

    def address(self, scheme: str, path: str = "/") -> str:
        """Return an address of the hub."""
        return f"{scheme}://{NAME}:{self.port}{path}"


class _FromOutside:
    """Takes every plain request for one of another machine: tests have this one only."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("scheme") == "http":
            scope[OUTSIDE] = True
        await self._app(scope, receive, send)


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """Serve a hub on one port, by TLS and plain HTTP."""
    keeper = Pair.create()
    page = tmp_path / "page"
    page.mkdir()
    (page / "index.html").write_text(f"<!doctype html><title>C</title><h1>{HUB_PAGE}</h1>")
    config = Config(data=tmp_path / "data", hosts=(NAME,))
    async with Hub(config, work=Work.NOTHING) as hub:
        certificate = HouseCertificate(
            config.data / "keys",
            SystemClock(),
            domain=lambda: Domain.of([NAME]),
            keepers=Keepers(publics=lambda: (keeper.public,), openers=tuple),
        )
        bound = bind("127.0.0.1", 0)
        port: int = bound.getsockname()[1]
        app = _FromOutside(create_app(hub, page=page, front=Front(certificate, port)))
        task = asyncio.create_task(serve_app(app, sockets=[bound], certificate=certificate))
        try:
            yield Served(certificate, House(certificate.authority, keeper, tmp_path), port)
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@contextlib.asynccontextmanager
async def stranger() -> AsyncIterator[Browser]:
    """Run a Chromium that was never told anything."""
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program("chromium"),
            args=[*FLAGS, "--host-resolver-rules=MAP * 127.0.0.1"],
            timeout=PATIENCE_MS,
        )
        yield browser
        await browser.close()


async def test_a_new_device_finds_the_steps_and_what_to_compare(served: Served) -> None:
    """Whoever types the address gets the page, in their language, with their device's steps."""
    async with stranger() as browser:
        agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari"
        context = await browser.new_context(
            viewport={"width": 390, "height": 844}, locale="de-DE", user_agent=agent
        )
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(served.address("http"))
        assert page.url == served.address("http", "/trust")
        fingerprint = served.certificate.authority.fingerprint
        await expect(page.get_by_text(fingerprint[:23])).to_be_visible()
        await expect(page.get_by_text("Zertifikatsvertrauenseinstellungen")).to_be_visible()
        await expect(page.get_by_text("Trotzdem installieren")).to_be_hidden()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        qr = page.get_by_alt_text("QR-Code dieser Seite")
        await expect(qr).to_have_js_property("complete", value=True)
        assert await qr.evaluate("image => image.naturalWidth") > 0
        async with page.expect_download() as coming:
            await page.get_by_role("link", name="Zertifikat herunterladen").click()
        content = (await (await coming.value).path()).read_bytes()
        assert content == served.certificate.authority.root_der


async def test_a_device_that_trusts_goes_on_by_itself(served: Served) -> None:
    """The page finds that the device trusts the hub and opens it by HTTPS, place and all."""
    expect.set_options(timeout=PATIENCE_MS)
    async with trusting(served.house) as browser:
        page = await browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(served.address("http", "/#/events"))
        await page.wait_for_url(served.address("https", "/#/events"))
        await expect(page.get_by_role("heading")).to_have_text(HUB_PAGE)
        await went_straight(page, served)


async def went_straight(page: Page, served: Served) -> None:
    """Assert that the browser remembers to come by HTTPS: it no longer asks plainly at all."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(served.address("http", "/?again"))
    assert page.url == served.address("https", "/?again")
    assert all(not url.endswith("/trust") for url in asked)
