"""After somebody was removed: the cameras' own passwords, and another key for the recordings."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from consentry.simcam import FilmSpec, SimulatedCamera, SimulatedCameras, film
from tests.browser.hub_process import HubProcess
from tests.browser.owner import FLATMATES, add_camera, set_up, write_words_down
from tests.browser.watched_page import WatchedPage
from tests.browser.windows import desktop, watched

pytestmark = pytest.mark.browser


@pytest.fixture
def cameras() -> Iterator[SimulatedCameras]:
    """Run a camera that asks for a password and knows no ONVIF."""
    door = SimulatedCamera(film(FilmSpec()), user="admin", password="opensesame")
    with SimulatedCameras({"door": door}) as cameras:
        yield cameras


class Steps:
    """Answers of ``GET /api/keys`` that tell of a change as slow as that of a large house.

    The hub's own change of a few recordings is over before a page has asked once.
    """

    def __init__(self) -> None:
        """Stay at the first step until ``done`` is raised."""
        self.done = 2

    def answer(self, route: Route) -> None:
        """Say what the hub says, with a change that is not over."""
        told = route.fetch().json()
        if self.done < 8:
            told["changing"] = {"done": self.done, "total": 8}
        route.fulfill(status=200, content_type="application/json", body=json.dumps(told))


def test_removing_an_adult_leads_through_the_locks(
    browser: Browser, fresh_page: WatchedPage, fresh_hub: HubProcess, cameras: SimulatedCameras
) -> None:
    """Each camera with a password is named, and the new key shows how far it is and new words."""
    fresh_page.expected = ("424",)  # of the camera that cannot be given a password
    page = fresh_page.page
    set_up(fresh_page, fresh_hub)
    add_camera(
        fresh_page, name="Door", url=cameras.url("door"), user="admin", password="opensesame"
    )
    invited = {"role": "adult", "name": "Bo"}
    made = fresh_page.ask("POST", "/api/members/invitations", invited)
    with watched(desktop(browser), fresh_hub.address) as bo:
        bo.open("")
        joining = {"token": made["token"], "name": "Bo", "password": FLATMATES}
        bo.ask("POST", "/api/join", joining)

    fresh_page.open("#/people")
    page.locator("li", has_text="Bo").get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    page.get_by_role("heading", name="Bo has left").wait_for()

    door = page.get_by_role("listitem").filter(has_text="Door")
    door.get_by_role("button", name="New random password").click()
    page.get_by_role("dialog").get_by_role("button", name="New random password").click()
    expect(door.get_by_role("alert")).to_contain_text("does not answer to ONVIF")
    expect(door.get_by_role("link", name="Type it by hand")).to_be_visible()

    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="New key").click()
    page.get_by_role("dialog").get_by_role("button", name="New key").click()
    page.get_by_role("button", name="I have written them down").wait_for()
    steps = Steps()
    page.route("**/api/keys", steps.answer)
    assert len(write_words_down(page.get_by_role("dialog"))) == 24
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("value", "0.25")
    expect(page.get_by_text("changed to the new key: 25")).to_be_visible()
    expect(page.get_by_role("button", name="New key")).to_be_disabled()
    steps.done = 6
    expect(bar).to_have_attribute("value", "0.75")
    steps.done = 8
    expect(page.get_by_text("the old one is destroyed")).to_be_visible()
    expect(bar).to_have_count(0)
    page.unroute("**/api/keys")
