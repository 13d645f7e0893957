"""What other browsers lack: the page manages without it or says so; Chromium plays their part."""

import re
import struct

import pytest
from playwright.sync_api import Route, expect

from tests.browser.household import Household
from tests.browser.test_shared_clip import shared
from tests.browser.timeline_page import TimelinePage
from tests.browser.watched_page import WatchedPage

pytestmark = pytest.mark.browser

_NO_H264 = "MediaSource.isTypeSupported = () => false"

_NO_FULL_SCREEN = """
    delete Element.prototype.requestFullscreen;
    HTMLVideoElement.prototype.webkitEnterFullscreen = function () { this.dataset.full = 'yes'; };
"""

_NO_FILM = """
    const address = URL.createObjectURL;
    URL.createObjectURL = () => address.call(URL, new Blob(['no film'], { type: 'video/mp4' }));
"""

_DURATION, _NEXT = 88, 104
"""Where a fragment has its picture's duration and the size of its last box: fmp4/fragment.py."""


def test_a_browser_without_h264_is_told_what_to_do(
    house_page: WatchedPage, house: Household
) -> None:
    """Live and recorded pictures name the reason instead of staying black, and no wrong one."""
    page = house_page.page
    page.add_init_script(_NO_H264)
    house_page.open(f"#/camera/{house.gate}")  # its small picture is not recorded
    expect(page.get_by_text("It does not show H.264")).to_be_visible()
    page.get_by_role("link", name="Timeline").first.click()
    expect(page.get_by_text("It does not show H.264")).to_be_visible()


def test_an_iphone_fills_its_screen_with_the_video(
    house_page: WatchedPage, house: Household
) -> None:
    """Where a page may not have the whole screen, the video itself gets it."""
    page = house_page.page
    page.add_init_script(_NO_FULL_SCREEN)
    house_page.open(f"#/camera/{house.door}")
    house_page.painting(page.locator("video"))
    page.get_by_role("button", name="Full screen").click()
    expect(page.locator("video")).to_have_attribute("data-full", "yes")


def test_a_clip_that_does_not_play_is_told(
    house: Household, house_page: WatchedPage, stranger: WatchedPage
) -> None:
    """A browser that cannot read the film says so, and lets it be saved."""
    house_page.open("")
    _, link = shared(house_page.page, house.door)
    stranger.page.add_init_script(_NO_FILM)
    stranger.page.goto(link)
    stranger.page.get_by_role("button", name="Open the clip").click()
    expect(stranger.page.get_by_text("cannot play the clip")).to_be_visible()
    expect(stranger.page.get_by_role("link", name="Save to this device")).to_be_visible()


def test_key_frames_that_show_for_a_moment_only_are_not_relied_on(
    house_page: WatchedPage, house: Household
) -> None:
    """An engine that gives a key frame no more than its own moment plays all pictures instead."""
    page, timeline = house_page.page, TimelinePage(house_page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route(re.compile("key_frames=1"), _momentary)
    house_page.open("#/settings")
    began = timeline.wait_recorded(house.door, 12)
    timeline.open(house.door, at=began + 1)
    page.get_by_label("Speed").select_option("8")
    video = page.locator("video")
    house_page.until(video, lambda _: _every_picture_again(asked))
    before = house_page.still(video)
    house_page.until(video, lambda shown: shown.seconds > before.seconds + 3)
    assert sum("key_frames=1" in url for url in asked) == 1


def _every_picture_again(asked: list[str]) -> bool:
    fast = next((at for at, url in enumerate(asked) if "key_frames=1" in url), len(asked))
    return any("key_frames=0" in url for url in asked[fast:])


def _momentary(route: Route) -> None:
    answer = route.fetch()
    film, at = bytearray(answer.body()), 0
    while at < len(film):
        struct.pack_into(">I", film, at + _DURATION, 1)
        at += _NEXT + int(struct.unpack_from(">I", film, at + _NEXT)[0])
    route.fulfill(response=answer, body=bytes(film))
