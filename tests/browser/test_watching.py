"""Live pictures, alerts, recordings and areas, on the demo's two cameras."""

import re

import pytest
from playwright.sync_api import WebSocket, expect

from tests.browser.watched_page import PASSING_MS, WatchedPage

pytestmark = pytest.mark.browser


def test_the_grid_shows_every_camera_live(page: WatchedPage) -> None:
    """Each tile paints pictures that go on."""
    page.open("#/")
    tiles = page.page.get_by_test_id("tile")
    expect(tiles).to_have_count(2)
    for at in range(2):
        page.painting(tiles.nth(at).locator("video"))


def test_a_tile_keeps_one_connection_however_often_it_fails(page: WatchedPage) -> None:
    """Two errors before the next attempt lead to one attempt: no connection is left behind."""
    opened: list[WebSocket] = []

    def remember(socket: WebSocket) -> None:
        opened.append(socket)

    page.page.on("websocket", remember)
    page.open("#/")
    video = page.page.get_by_test_id("tile").first.locator("video")
    page.painting(video)
    video.evaluate("""video => {
        Object.defineProperty(video, 'error', { configurable: true, get: () => ({ code: 3 }) });
        for (let times = 0; times < 3; times += 1) video.dispatchEvent(new Event('error'));
        delete video.error;
    }""")
    page.page.wait_for_timeout(2000)  # by then all three attempts would have been made
    page.until(video, lambda _: len(live(opened)) > 2)
    page.painting(video)
    page.until(video, lambda _: sum(not socket.is_closed() for socket in live(opened)) == 2)


def live(sockets: list[WebSocket]) -> list[WebSocket]:
    """Return those that carry pictures."""
    return [socket for socket in sockets if "/live?" in socket.url]


def test_a_tile_opens_the_large_picture(page: WatchedPage) -> None:
    """The single view shows the main stream, wider than the tile's."""
    page.open("#/")
    tile = page.page.get_by_test_id("tile").first
    small = page.painting(tile.locator("video"))
    tile.click()
    expect(page.page.get_by_role("button", name="Save picture")).to_be_visible()
    assert page.painting(page.page.locator("video")).width > small.width


def test_going_back_half_a_minute_plays_what_was_recorded(page: WatchedPage) -> None:
    """The live view leads to the recording of a moment ago."""
    page.open("#/")
    page.page.get_by_test_id("tile").first.click()
    page.page.get_by_role("button", name="Go back 30 s").click()
    page.painting(page.page.locator("video"))
    assert re.search(r"#/camera/\w+/timeline\?t=\d+", page.page.url)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_alert_pops_up_and_a_click_plays_its_clip(page: WatchedPage) -> None:
    """Somebody walks past: the page tells with a picture, and a click plays what happened."""
    page.open("#/settings")
    toast = page.page.get_by_test_id("alert-toast").first
    toast.wait_for(timeout=PASSING_MS)
    picture = toast.locator("img")
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    toast.click()
    expect(page.page.get_by_text("You were told")).to_be_visible()
    page.painting(page.page.locator("video"))
    expect(page.page.locator(".box")).to_be_visible()

    page.page.get_by_role("button", name="Nothing there").click()
    expect(page.page.get_by_text("You said: nothing there")).to_be_visible()
    page.page.get_by_role("button", name="Undo").first.click()
    expect(page.page.get_by_role("button", name="Nothing there")).to_be_visible()


def test_the_timeline_plays_from_where_it_is_touched(page: WatchedPage) -> None:
    """A key steps back, a click on the track seeks there, and the picture goes on from it."""
    page.open("#/timeline")
    video = page.page.locator("video")
    page.painting(video)
    page.page.keyboard.press("k")
    expect(page.page.get_by_role("button", name="Play").first).to_be_visible()
    before = page.still(video)
    page.page.keyboard.press("ArrowLeft")
    after = page.until(
        video, lambda shown: shown.seconds < before.seconds - 1 and shown.contrast > 0
    )

    track = page.page.get_by_role("slider", name="Moment of the day")
    for _ in range(9):
        page.page.keyboard.press("+")
    box = track.bounding_box()
    assert box is not None
    page.page.mouse.click(box["x"] + box["width"] * 0.05, box["y"] + 75)
    sought = page.until(video, lambda shown: shown.seconds != after.seconds)
    page.page.keyboard.press("k")
    page.until(video, lambda shown: shown.seconds > sought.seconds + 0.5)


def test_a_part_can_be_saved(page: WatchedPage) -> None:
    """A selected part downloads as an MP4 file."""
    page.open("#/timeline")
    page.painting(page.page.locator("video"), seconds=3)
    page.page.get_by_role("button", name="Select a part").click()
    with page.page.expect_download() as coming:
        page.page.get_by_role("link", name="Save as video").click()
    with coming.value.path().open("rb") as file:
        assert file.read(8)[4:] == b"ftyp"


def test_an_area_is_drawn_and_kept(page: WatchedPage) -> None:
    """Four taps make an area; it is there again after the page is loaded anew."""
    page.open("#/cameras")
    page.page.get_by_role("link", name="Living room").click()
    page.page.get_by_role("link", name="Draw areas").first.click()
    page.page.get_by_role("button", name="Add area").click()
    frame = page.page.get_by_test_id("zone-frame")
    box = frame.bounding_box()
    assert box is not None
    for x, y in ((0.1, 0.5), (0.4, 0.45), (0.42, 0.9), (0.08, 0.92)):
        frame.click(position={"x": box["width"] * x, "y": box["height"] * y})
    page.page.get_by_role("button", name="Done").click()
    page.page.get_by_label("Name of the area").fill("Sofa")
    page.page.get_by_role("button", name="Save").click()
    expect(page.page.get_by_text("Areas saved.")).to_be_visible()

    page.page.reload()
    name = page.page.get_by_label("Name of the area")
    expect(name).to_have_value("Sofa")
    page.page.get_by_role("button", name="Remove").click()
    page.page.get_by_role("button", name="Save").click()
    expect(page.page.get_by_text("The whole picture counts")).to_be_visible()


def test_the_page_speaks_german(page: WatchedPage) -> None:
    """The switch changes every word at once, and back."""
    page.open("#/settings")
    page.page.get_by_text("Deutsch").click()
    expect(page.page.get_by_role("link", name="Ereignisse")).to_be_visible()
    expect(page.page.locator("html")).to_have_attribute("lang", "de")
    page.page.get_by_text("English").click()
    expect(page.page.get_by_role("link", name="Events")).to_be_visible()


def test_every_page_opens_on_a_phone(page: WatchedPage) -> None:
    """No page is wider than a phone's screen."""
    page.page.set_viewport_size({"width": 390, "height": 844})
    for place in ("#/", "#/timeline", "#/events", "#/cameras", "#/cameras/add", "#/settings"):
        page.open(place)
        page.page.wait_for_timeout(500)
        wide = page.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, place
