"""Forgetting the last minutes of every camera."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.feed import AlertShown
from consentry.model.rights import Role
from consentry.model.settings import ChannelId, MqttChannel
from consentry.model.time import SECOND, Micros
from consentry.store import events
from consentry.web.app import create_app
from tests.notify.servers import listener, mosquitto
from tests.port import free_port
from tests.store.film import START, film
from tests.store.house import DOOR, build
from tests.web.hand_clock import HandClock
from tests.web.home import CHEAP, EVENT, Home, stretch
from tests.web.people import browser_of, joined


async def segments_of(browser: httpx.AsyncClient) -> list[tuple[int, int]]:
    """Return the seconds of the film that are there, from and to."""
    answer = await browser.get(f"/api/cameras/{DOOR}/segments", params=stretch(-10, 400))
    return [
        ((each["start_us"] - START) // SECOND, (each["end_us"] - START) // SECOND)
        for each in answer.json()
    ]


async def test_the_last_minutes_are_gone_for_good(tmp_path: Path) -> None:
    """What lies before stays, what comes after is recorded, the act stands in the diary."""
    house = build(tmp_path)
    house.record(film(seconds=200))
    house.database.close()
    clock = HandClock(Micros(START + 200 * SECOND))
    async with Hub(Config(data=tmp_path), work=Work.NOTHING, clock=clock, cost=CHEAP) as hub:
        app = create_app(hub)
        ada, gus = await joined(app, "Ada", Role.OWNER), await joined(app, "Gus", Role.GUEST)
        async with await browser_of(app, ada) as owner, await browser_of(app, gus) as guest:
            assert (await segments_of(owner))[-1][1] == 200
            assert (await guest.post("/api/forget", json={"minutes": 1})).status_code == 403
            assert (await owner.post("/api/forget", json={"minutes": 0})).status_code == 400
            answer = await owner.post("/api/forget", json={"minutes": 1})
            assert answer.json() == {"cameras": [DOOR]}
            assert (await segments_of(owner))[-1][1] == 140
            entries = "".join(
                leaf["entry"] for leaf in (await owner.get("/api/diary")).json()["leaves"]
            )
            assert '"act":"footage_deleted"' in entries
            assert (await owner.post("/api/check", json={})).json()["breaches"] == []


DELETED = pytest.mark.parametrize(
    ("path", "query"),
    [(f"cameras/{DOOR}/footage", stretch(8, 20)), (f"events/{EVENT}", {})],
    ids=["footage", "event"],
)


@DELETED
async def test_what_is_deleted_leaves_the_brokers(
    home: Home, path: str, query: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The last event of the camera, which a broker keeps for whoever comes, is taken back."""
    port, topic = free_port(), f"consentry/{DOOR}/event"
    with mosquitto(tmp_path_factory.mktemp("broker"), port):
        async with listener(port) as seen:
            channel = MqttChannel(id=ChannelId("home"), name="home", host="127.0.0.1", port=port)
            await home.hub.change_settings(lambda settings: replace(settings, channels=(channel,)))
            shown = await home.hub.database.run(events.get, home.event)
            home.hub._publish(AlertShown(shown))
            assert EVENT in (await seen.until(topic)).decode()
            assert (await home.owner.delete(f"/api/{path}", params=query)).status_code == 204
            assert await seen.until(topic, b"") == b""


@DELETED
async def test_what_is_deleted_is_in_no_memory(
    home: Home, path: str, query: dict[str, str]
) -> None:
    """Neither keys nor pictures of it are kept at hand, by which it could be shown once more."""
    asked = {"at_us": str(START + 12 * SECOND)}
    preview = await home.owner.get(f"/api/cameras/{DOOR}/preview.jpg", params=asked)
    assert preview.status_code == 200
    footage = home.hub.footage
    assert footage._keys._values
    assert footage._previews._values
    assert (await home.owner.delete(f"/api/{path}", params=query)).status_code == 204
    assert not footage._keys._values
    assert not footage._previews._values
