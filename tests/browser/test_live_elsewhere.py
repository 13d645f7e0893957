"""Live pictures when nobody looks, and over a line that is too slow for them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Request, WebSocket, expect

from tests.browser.household import Household
from tests.browser.owner import sign_in
from tests.browser.slow_line import SlowLine
from tests.browser.timeline_page import TimelinePage
from tests.browser.watched_page import PATIENCE_MS, WatchedPage
from tests.browser.windows import desktop, watched

pytestmark = pytest.mark.browser

_SLOW = 60_000
"""Bytes a second: a quarter of the gate's large picture, twice its small one."""


@pytest.fixture
def line(house: Household) -> Iterator[SlowLine]:
    """Reach the household over a line of its own."""
    with SlowLine(int(house.address.rsplit(":", 1)[1])) as line:
        yield line


@pytest.fixture
def far_page(browser: Browser, line: SlowLine) -> Iterator[WatchedPage]:
    """Sign in over that line."""
    with watched(desktop(browser), f"http://localhost:{line.port}") as page:
        sign_in(page)
        yield page
        line.rate = None


def test_a_slow_line_gets_the_small_picture(
    far_page: WatchedPage, line: SlowLine, house: Household
) -> None:
    """The large picture gives way to the small one, and the page says why."""
    far_page.open(f"#/camera/{house.gate}")
    video = far_page.page.locator("video")
    assert far_page.painting(video).width == 640
    line.rate = _SLOW
    expect(far_page.page.get_by_text("You see the smaller picture")).to_be_visible(
        timeout=PATIENCE_MS
    )
    assert far_page.painting(video).width == 160


def test_a_slow_line_shows_a_moment_before_all_of_it_came(
    far_page: WatchedPage, line: SlowLine, house: Household
) -> None:
    """The picture sought is painted while the recording after it is still on its way."""
    page, video = far_page.page, far_page.page.locator("video")
    timeline = TimelinePage(far_page)
    began = timeline.wait_recorded(house.gate, 30)
    timeline.open(house.gate, at=began + 20)
    page.keyboard.press("k")
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - it must be a function
    line.rate = _SLOW
    page.evaluate(f"location.hash = `#/camera/{house.gate}/timeline?t={round(began + 2)}000000`")
    page.wait_for_function("video => video.seeking", arg=video.element_handle())
    page.wait_for_function(
        "video => !video.seeking && video.readyState >= 2", arg=video.element_handle()
    )
    media = [one.timing["responseEnd"] for one in asked if "/media?" in one.url]
    assert media[0] == -1  # not there yet
    line.rate = None


def test_a_hidden_tab_gives_its_streams_back(house_page: WatchedPage) -> None:
    """Behind another tab no picture is sent; in front again they go on by themselves."""
    sockets: list[WebSocket] = []

    def opened(one: WebSocket) -> None:
        sockets.append(one)

    house_page.page.on("websocket", opened)
    house_page.open("#/")
    tiles = house_page.page.get_by_test_id("tile").locator("video")
    expect(tiles).to_have_count(3)
    for at in range(3):
        house_page.painting(tiles.nth(at), seconds=0.3)

    house_page.hide(hidden=True)
    for _ in range(PATIENCE_MS // 100):
        left = [each.url for each in sockets if not each.is_closed()]
        if len(left) == 1:
            break
        house_page.page.wait_for_timeout(100)
    assert [url.rsplit("/", 1)[1] for url in left] == ["feed"]  # it is what tells of alerts

    house_page.hide(hidden=False)
    for at in range(3):
        house_page.painting(tiles.nth(at), seconds=0.3)
