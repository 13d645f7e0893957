"""Who may switch a camera off or pause it, and that the diary says so."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import httpx
import pytest
import pytest_asyncio

from consentry.model.camera import Place
from consentry.model.rights import Grant, Right, Role
from tests.web.home import Home
from tests.web.people import browser_of, joined

EVENINGS = [{"days": [4, 5], "from": "17:00", "to": "23:30"}]


@dataclass(frozen=True)
class People:
    """Everybody who lives here or visits."""

    home: Home
    adult: httpx.AsyncClient
    member: httpx.AsyncClient

    @property
    def camera(self) -> str:
        """The address of the camera."""
        return f"/api/cameras/{self.home.camera}"

    async def pause(self, who: httpx.AsyncClient, **body: object) -> httpx.Response:
        """Ask for a pause."""
        return await who.post(f"{self.camera}/pause", json=body)

    async def acts(self) -> list[tuple[str, str, str]]:
        """Return what the diary says was done: act, by whom, detail; oldest first."""
        leaves = (await self.home.owner.get("/api/diary")).json()["leaves"]
        entries = [json.loads(leaf["entry"]) for leaf in reversed(leaves)]
        return [
            (entry["act"], entry["by"]["name"], entry["detail"])
            for entry in entries
            if entry["kind"] == "act"
        ]


@pytest_asyncio.fixture
async def people(home: Home) -> AsyncIterator[People]:
    """Return a house with an adult, and a member who may see everything of the camera."""
    bob = await joined(home.app, "Bob", Role.ADULT)
    cleo = await joined(home.app, "Cleo", Role.MEMBER, Grant(home.camera, frozenset(Right)))
    async with (
        await browser_of(home.app, bob) as adult,
        await browser_of(home.app, cleo) as member,
    ):
        yield People(home, adult, member)


async def test_an_adult_pauses_a_camera_indoors_without_asking(people: People) -> None:
    """The camera says until when it is off; ending it early is possible; both are in the diary."""
    paused = (await people.pause(people.adult, minutes=15)).json()
    assert paused["off"]["reason"] == "pause"
    assert paused["state"] == "off"
    health = (await people.home.nobody.get("/api/health")).json()
    assert health["cameras"] == {"total": 1, "recording": 0, "off": 1}
    snapshot = await people.home.owner.get(f"{people.camera}/snapshot.jpg")
    assert (snapshot.status_code, snapshot.json()["error"]["code"]) == (409, "conflict")
    ended = (await people.pause(people.adult, minutes=0)).json()
    assert ended["off"] is None
    await people.pause(people.adult, minutes=0)
    (first, by, until), second = await people.acts()
    assert (first, by) == ("paused", "Bob")
    said, shown = (datetime.fromisoformat(each) for each in (until, paused["off"]["until"]))
    assert abs(said - shown) < timedelta(minutes=1)
    assert second == ("resumed", "Bob", "")


async def test_until_morning_is_seven_o_clock(people: People) -> None:
    """The house's clock counts, not the browser's."""
    zone = {"time_zone": "Europe/Berlin"}
    assert (await people.home.owner.patch("/api/settings", json=zone)).status_code == 200
    until = (await people.pause(people.adult, until="morning")).json()["off"]["until"]
    assert until[11:16] in {"05:00", "06:00", "04:59", "05:59"}  # UTC


async def test_outdoors_only_the_owner_pauses(people: People) -> None:
    """Who pauses the camera at the door switches the burglar alarm off: one sentence says so."""
    cameras = people.home.hub.cameras
    outdoors = replace(cameras.view(people.home.camera).camera, place=Place.OUTDOOR)
    await cameras.change(outdoors)
    refused = await people.pause(people.adult, minutes=15)
    assert refused.status_code == 403
    assert "only the owner" in refused.json()["error"]["message"]
    assert (await people.pause(people.home.owner, minutes=15)).status_code == 200


async def test_a_member_pauses_nothing(people: People) -> None:
    """Whoever is no adult resident has no pause, whatever else they were given."""
    assert (await people.pause(people.member, minutes=15)).status_code == 403
    assert await people.acts() == []


@pytest.mark.parametrize(
    "body",
    [{}, {"minutes": -1}, {"minutes": 1441}, {"until": "noon"}, {"minutes": 5, "until": "morning"}],
)
async def test_a_pause_that_makes_no_sense_is_refused(people: People, body: dict[str, int]) -> None:
    """Neither, both, too long, or a moment we don't know: a sentence and no pause."""
    assert (await people.pause(people.adult, **body)).status_code == 400
    assert people.home.hub.cameras.view(people.home.camera).off is None


async def test_switch_and_hours_are_the_owner_s(people: People) -> None:
    """They are settings: the owner changes them, it is in the diary, and adults cannot."""
    off = await people.home.owner.patch(people.camera, json={"enabled": False})
    assert off.json()["off"] == {"reason": "switch", "until": None}
    on = await people.home.owner.patch(people.camera, json={"enabled": True, "off_hours": EVENINGS})
    assert on.json()["off_hours"] == EVENINGS
    refused = await people.adult.patch(people.camera, json={"enabled": False})
    assert refused.status_code == 403
    assert await people.acts() == [
        ("switched_off", "Ada", ""),
        ("switched_on", "Ada", ""),
        ("off_hours_changed", "Ada", "45 17:00-23:30"),
    ]


async def test_other_settings_are_no_business_of_the_diary(people: People) -> None:
    """Saving them, or the same again, writes no act."""
    await people.home.owner.patch(people.camera, json={"order": 3, "enabled": True})
    await people.home.owner.patch(people.camera, json={"off_hours": []})
    assert await people.acts() == []
