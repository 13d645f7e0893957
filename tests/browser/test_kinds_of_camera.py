"""Cameras with sound, with H.265, and cameras that go away: what the page makes of each."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, StorageState, expect

from consentry.simcam import FilmSpec, SimulatedCameras, fault, film
from tests.browser.conftest import new_context
from tests.browser.hub_process import hub_process
from tests.browser.owner import add_camera, set_up
from tests.browser.watched_page import WatchedPage

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Home:
    """A hub with a camera that has sound, and one of H.265 with a small H.264 picture."""

    address: str
    session: StorageState
    cameras: SimulatedCameras
    door: str
    yard: str


@pytest.fixture(scope="module")
def home(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Set up one hub for all tests here."""
    films = {
        "door": film(FilmSpec(audio="aac")),
        "yard": film(FilmSpec(codec="hevc")),
        "yard-small": film(FilmSpec(width=160, height=90)),
    }
    with (
        SimulatedCameras(films) as cameras,
        hub_process("run", tmp_path_factory.mktemp("kinds")) as hub,
    ):
        context = new_context(browser)
        page = WatchedPage(context.new_page(), hub.address)
        set_up(page, hub)
        door = add_camera(page, name="Door", url=cameras.url("door"))
        small = cameras.url("yard-small")
        yard = add_camera(page, name="Yard", url=cameras.url("yard"), sub_url=small)
        session = context.storage_state()
        context.close()
        yield Home(hub.address, session, cameras, door, yard)


@pytest.fixture
def home_page(browser: Browser, home: Home) -> Iterator[WatchedPage]:
    """Open a signed-in page; it asked nobody else and complained of nothing."""
    context = new_context(browser, home.session)
    page = WatchedPage(context.new_page(), home.address)
    yield page
    context.close()
    assert page.foreign == []
    assert page.complaints == []


def test_sound_is_played_when_asked_for(home_page: WatchedPage, home: Home) -> None:
    """Live and recorded pictures go on with sound switched on, and sound is decoded."""
    page = home_page.page
    home_page.open(f"#/camera/{home.door}")
    video = page.locator("video")
    home_page.painting(video)
    page.get_by_role("button", name="Sound off").click()
    page.get_by_role("button", name="Sound on").click()  # leaving and joining within one picture
    page.get_by_role("button", name="Sound off").click()
    home_page.painting(video)
    assert video.evaluate("video => video.webkitAudioDecodedByteCount") > 0

    page.get_by_role("link", name="Timeline").first.click()
    home_page.painting(video)
    assert video.evaluate("video => video.webkitAudioDecodedByteCount") > 0


def test_h265_falls_to_the_small_picture(home_page: WatchedPage, home: Home) -> None:
    """A browser without H.265 shows the small picture, live and recorded, and says so."""
    page = home_page.page
    home_page.open(f"#/camera/{home.yard}")
    video = page.locator("video")
    assert home_page.painting(video).width == 160
    expect(page.get_by_text("cannot play the large picture")).to_be_visible()
    page.get_by_role("link", name="Timeline").first.click()
    assert home_page.painting(video).width == 160
    expect(page.get_by_text("cannot play the large picture")).to_be_visible()


@pytest.mark.slow
def test_a_camera_that_goes_away_says_so_and_comes_back(home_page: WatchedPage, home: Home) -> None:
    """The tile names what is wrong, and shows pictures again by itself when it is over."""
    page = home_page.page
    home_page.open("#/")
    tile = page.get_by_test_id("tile").filter(has_text="Door")
    home_page.painting(tile.locator("video"))
    home.cameras.set_faults("door", fault.NotFound())
    home.cameras.disconnect("door")
    expect(tile).to_contain_text("No picture at this address")
    home.cameras.set_faults("door")
    home_page.painting(tile.locator("video"))
