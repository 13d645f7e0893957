"""Nobody deletes in secret: every way to delete stands in the diary, with who, where and what."""

import json

import pytest

from consentry.model.rights import Role
from tests.web.home import Home, at, stretch
from tests.web.people import browser_of, joined

Step = tuple[str, str, dict[str, str], dict[str, object] | None]

WAYS: dict[str, tuple[Step, str, str]] = {
    "event": (("DELETE", "/api/events/{event}", {}, None), "footage_deleted", at(10)),
    "range": (
        ("DELETE", "/api/cameras/{camera}/footage", stretch(2, 4), None),
        "footage_deleted",
        f"{at(2)} - {at(4)}",
    ),
    "kept clip": (("DELETE", "/api/kept/{clip}", {}, None), "clip_released", f"{at(4)} - {at(8)}"),
    "camera": (("DELETE", "/api/cameras/{camera}", {}, None), "camera_removed", ""),
}


async def acts(home: Home) -> list[tuple[str, str, str, str]]:
    """Return act, who, camera and detail of every act, the oldest first."""
    leaves = (await home.owner.get("/api/diary")).json()["leaves"]
    found = [json.loads(leaf["entry"]) for leaf in reversed(leaves)]
    return [
        (
            entry["act"],
            entry["by"]["name"],
            (entry["camera"] or {}).get("name", ""),
            entry["detail"],
        )
        for entry in found
        if entry["kind"] == "act"
    ]


@pytest.mark.parametrize("way", list(WAYS))
async def test_deleting_stands_in_the_diary(home: Home, way: str) -> None:
    """Who deleted which stretch of which camera; the camera's name stays when it is gone."""
    kept = {"camera": home.camera, **stretch(4, 8), "note": ""}
    clip = (await home.owner.post("/api/kept", json=kept)).json()["id"]
    (method, path, query, body), act, detail = WAYS[way]
    filled = path.format(camera=home.camera, event=home.event, clip=clip)
    answer = await home.owner.request(method, filled, params=query, json=body)
    assert answer.status_code == 204
    ((found, who, camera, told),) = await acts(home)
    assert (found, who, camera) == (act, "Ada", "Front door")
    assert told.startswith(detail)


async def test_a_refused_deletion_is_no_act(home: Home) -> None:
    """Whoever may not delete writes nothing into the diary by trying."""
    async with await browser_of(home.app, await joined(home.app, "Gus", Role.GUEST)) as guest:
        for (method, path, query, body), _, _ in WAYS.values():
            filled = path.format(camera=home.camera, event=home.event, clip="clip000000000001")
            answer = await guest.request(method, filled, params=query, json=body)
            assert answer.status_code in {403, 404}
    assert await acts(home) == []


async def test_what_cannot_be_written_down_is_not_deleted(home: Home) -> None:
    """A diary that takes nothing keeps the footage: the act is durable before the deed."""
    await home.hub.database.run(
        lambda connection: connection.execute(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON diary_leaves "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    )
    path, query = f"/api/cameras/{home.camera}/footage", stretch(0, 40)
    assert (await home.owner.delete(path, params=query)).status_code >= 500
    listed = await home.owner.get(f"/api/cameras/{home.camera}/segments", params=query)
    assert listed.json()
