"""Events over HTTP: pages, filters, corrections, deletion."""

import pytest

from consentry.model.event import AlertReason, Event, TimedBox
from consentry.model.ids import EventId
from consentry.model.time import SECOND, Micros
from consentry.model.vision import Box, Label
from consentry.store import events
from tests.store.film import START
from tests.web.home import Home, at


async def add_events(home: Home, count: int) -> None:
    """Add animals, one a minute, before the event there is."""
    for index in range(count):
        start = Micros(START - (index + 1) * 60 * SECOND)
        best = TimedBox(start, Box(0.1, 0.1, 0.2, 0.2), 0.5)
        event = Event(
            id=EventId(f"animal{index:010}"),
            camera=home.camera,
            label=Label.ANIMAL,
            start=start,
            end=None if index == 0 else Micros(start + 5 * SECOND),
            score=0.5,
            alert=False,
            reason=AlertReason.LOW_SCORE,
            incident=EventId(f"animal{index:010}"),
            path=(best,),
            best=best,
        )
        await home.hub.database.run(events.put, event)


async def test_an_event_tells_all(home: Home) -> None:
    """Times both ways, boxes, best picture, why it alerted, and its clip."""
    event = (await home.owner.get(f"/api/events/{home.event}")).json()
    assert event["start"] == at(10)
    assert event["start_us"] == START + 10 * SECOND
    assert event["reason"] == "alerted"
    assert event["boxes"] == [event["best"]]
    assert event["best"]["box"] == [0.25, 0.25, 0.5, 0.75]
    assert event["clip"] == {"from_us": START + 5 * SECOND, "to_us": START + 25 * SECOND}


async def test_pages_newest_first(home: Home) -> None:
    """Following next visits every event once, newest first, without boxes."""
    await add_events(home, 5)
    seen: list[str] = []
    query: dict[str, str | int] = {"limit": 2}
    while True:
        page = (await home.owner.get("/api/events", params=query)).json()
        seen += [event["id"] for event in page["events"]]
        assert all(event["boxes"] is None for event in page["events"])
        if page["next"] is None:
            break
        query["before"] = page["next"]
    assert seen == [home.event, *(f"animal{index:010}" for index in range(5))]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"label": "animal"}, 3),
        ({"alert": "true"}, 1),
        ({"alert": "0"}, 3),
        ({"camera": "door000000000001"}, 4),
        ({"camera": "nobody"}, 0),
        ({"since": at(0)}, 1),
        ({"until": at(-90)}, 2),
    ],
)
async def test_filters(home: Home, query: dict[str, str], count: int) -> None:
    """Label, alert, camera and time narrow the list."""
    await add_events(home, 3)
    page = (await home.owner.get("/api/events", params=query)).json()
    assert len(page["events"]) == count


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "x"}, {"label": "ghost"}, {"since": "yesterday"}]
)
async def test_nonsense_filters_get_a_sentence(home: Home, query: dict[str, str]) -> None:
    """The sentence names the parameter or the value that is no time."""
    answer = await home.owner.get("/api/events", params=query)
    assert answer.status_code == 400
    message = answer.json()["error"]["message"]
    assert next(iter(query)) in message or "yesterday" in message


async def test_corrections_and_undo(home: Home) -> None:
    """Right, nothing, wrong kind with its label; undo takes it back; halves are refused."""
    path = f"/api/events/{home.event}/correction"
    for body in (
        {"verdict": "right", "label": None},
        {"verdict": "nothing", "label": None},
        {"verdict": "wrong_kind", "label": "animal"},
    ):
        assert (await home.owner.put(path, json=body)).json()["correction"] == body
        assert (await home.owner.get(f"/api/events/{home.event}")).json()["correction"] == body
    assert (await home.owner.delete(path)).json()["correction"] is None
    for half in ({"verdict": "wrong_kind"}, {"verdict": "right", "label": "animal"}):
        assert (await home.owner.put(path, json=half)).status_code == 400


async def test_a_deleted_event_is_gone_with_its_footage(home: Home) -> None:
    """Event, picture, clip and the footage of its clip are gone."""
    path = f"/api/events/{home.event}"
    assert (await home.owner.delete(path)).status_code == 204
    for gone in (path, f"{path}/picture.jpg", f"{path}/clip.mp4"):
        assert (await home.owner.get(gone)).status_code == 404
    preview = await home.owner.get(
        f"/api/cameras/{home.camera}/preview.jpg", params={"at_us": START + 12 * SECOND}
    )
    assert preview.status_code == 404
