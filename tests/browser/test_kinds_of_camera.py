"""Cameras with sound, with H.265, and cameras that go away: what the page makes of each."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from consentry.simcam import FilmSpec, SimulatedCameras, fault, film
from tests.browser.hub_process import HubProcess
from tests.browser.owner import add_camera, set_up
from tests.browser.watched_page import WatchedPage

pytestmark = pytest.mark.browser


@pytest.fixture
def cameras() -> Iterator[SimulatedCameras]:
    """Serve a camera with sound, and one of H.265 with a small H.264 picture."""
    films = {
        "door": film(FilmSpec(audio="aac")),
        "yard": film(FilmSpec(codec="hevc")),
        "yard-small": film(FilmSpec(width=160, height=90)),
    }
    with SimulatedCameras(films) as server:
        yield server


def test_sound_is_played_when_asked_for(
    fresh_page: WatchedPage, fresh_hub: HubProcess, cameras: SimulatedCameras
) -> None:
    """Live and recorded pictures go on with sound switched on, and sound is decoded."""
    page = fresh_page.page
    set_up(fresh_page, fresh_hub)
    door = add_camera(fresh_page, name="Door", url=cameras.url("door"))
    fresh_page.open(f"#/camera/{door}")
    video = page.locator("video")
    fresh_page.painting(video)
    page.get_by_role("button", name="Sound off").click()
    page.get_by_role("button", name="Sound on").click()  # leaving and joining within one picture
    page.get_by_role("button", name="Sound off").click()
    fresh_page.painting(video, seconds=2)
    assert video.evaluate("video => video.webkitAudioDecodedByteCount") > 0

    page.get_by_role("link", name="Timeline").first.click()
    fresh_page.painting(video, seconds=2)
    assert video.evaluate("video => video.webkitAudioDecodedByteCount") > 0


def test_h265_falls_to_the_small_picture(
    fresh_page: WatchedPage, fresh_hub: HubProcess, cameras: SimulatedCameras
) -> None:
    """A browser without H.265 shows the small picture, live and recorded, and says so."""
    page = fresh_page.page
    set_up(fresh_page, fresh_hub)
    yard = add_camera(
        fresh_page, name="Yard", url=cameras.url("yard"), sub_url=cameras.url("yard-small")
    )
    fresh_page.open(f"#/camera/{yard}")
    video = page.locator("video")
    assert fresh_page.painting(video).width == 160
    expect(page.get_by_text("cannot play the large picture")).to_be_visible()
    page.get_by_role("link", name="Timeline").first.click()
    assert fresh_page.painting(video).width == 160
    expect(page.get_by_text("cannot play the large picture")).to_be_visible()


def test_a_camera_that_goes_away_says_so_and_comes_back(
    fresh_page: WatchedPage, fresh_hub: HubProcess, cameras: SimulatedCameras
) -> None:
    """The tile names what is wrong, and shows pictures again by itself when it is over."""
    page = fresh_page.page
    set_up(fresh_page, fresh_hub)
    add_camera(fresh_page, name="Door", url=cameras.url("door"))
    fresh_page.open("#/")
    video = page.get_by_test_id("tile").locator("video")
    fresh_page.painting(video)
    cameras.set_faults("door", fault.WrongPassword())
    cameras.disconnect("door")
    expect(page.get_by_test_id("tile")).to_contain_text("Wrong password")
    cameras.set_faults("door")
    fresh_page.painting(video)
