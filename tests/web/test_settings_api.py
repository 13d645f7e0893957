"""Settings of the house and of cameras over HTTP; secrets go in and never come out."""

import pytest

from tests.web.home import Home


async def change(home: Home, **settings: object) -> dict[str, object]:
    """Change settings; it must work."""
    answer = await home.owner.patch("/api/settings", json=settings)
    assert answer.status_code == 200, answer.text
    read: dict[str, object] = answer.json()
    assert read == (await home.owner.get("/api/settings")).json()
    return read


async def test_each_setting_changes_alone(home: Home) -> None:
    """What is left out stays as it was."""
    await change(home, language="de")
    hours = [{"days": [0, 4], "from": "22:00", "to": "07:00"}]
    await change(home, quiet_hours=hours)
    settings = await change(home, cool_down_s=90)
    assert settings == {
        "language": "de",
        "time_zone": "UTC",
        "quiet_hours": hours,
        "cool_down_s": 90.0,
        "address": "",
        "known_address": None,
    }


async def test_the_address_in_messages_is_the_owners_to_say(home: Home) -> None:
    """Pasted from a browser it loses its slash; emptied, the hub's own knowledge counts again."""
    home.hub.outbox.reached = lambda: "https://192.0.2.1:8600"
    assert home.hub.outbox.address == "https://192.0.2.1:8600"
    settings = await change(home, address=" https://home.example/ ")
    assert settings["address"] == home.hub.outbox.address == "https://home.example"
    assert settings["known_address"] == "https://192.0.2.1:8600"
    assert (await change(home, address=""))["address"] == ""
    assert home.hub.outbox.address == "https://192.0.2.1:8600"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"time_zone": "Mars/Olympus"}, "time zone"),
        ({"language": "fr"}, "`language` must be"),
        ({"cool_down_s": -1}, "cool_down_s"),
        ({"quiet_hours": [{"days": [7], "from": "22:00", "to": "07:00"}]}, "quiet_hours.0.days"),
        ({"quiet_hours": [{"days": [1], "from": "25:00", "to": "07:00"}]}, "quiet_hours.0.from"),
        ({"quiet_hours": [{"days": [], "from": "22:00", "to": "07:00"}]}, "quiet_hours.0.days"),
        ({"address": "hub.local:8600"}, "not an address of the hub"),
        ({"address": "https://ada:hunter2@hub.local"}, "not an address of the hub"),
        ({"address": "https://hub.local/cameras"}, "not an address of the hub"),
        ({"address": "https://hub.local:0"}, "not an address of the hub"),
        ({"address": "javascript://hub.local"}, "not an address of the hub"),
        ({"volume": 11}, "`volume` is not a setting"),
    ],
)
async def test_impossible_settings_get_a_sentence(
    home: Home, body: dict[str, object], sentence: str
) -> None:
    """The sentence says which setting, and nothing was changed."""
    before = home.hub.settings
    answer = await home.owner.patch("/api/settings", json=body)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]["message"]
    assert home.hub.settings == before


async def test_a_camera_changes_setting_by_setting(home: Home) -> None:
    """Zones, masks, rules, retention and the rest; what is left out stays."""
    path = f"/api/cameras/{home.camera}"
    square = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]
    changes: dict[str, object] = {
        "name": "Gate",
        "place": "outdoor",
        "detect": False,
        "zones": [{"name": "Drive", "polygon": square, "labels": ["person", "vehicle"]}],
        "masks": [square],
        "retention": {"mode": "events", "days": 7.5, "gigabytes": 20},
        "order": 4,
        "user": "ada",
    }
    for name, value in changes.items():
        answer = await home.owner.patch(path, json={name: value})
        assert answer.status_code == 200, answer.text
    camera = (await home.owner.get(path)).json()
    for name, value in changes.items():
        assert camera[name] == value, name
    rule = {"enabled": False, "threshold": 0.7, "min_area": 0.01}
    rules = (await home.owner.patch(path, json={"rules": {"person": rule}})).json()["rules"]
    assert rules["person"] == rule
    assert rules["animal"] == camera["rules"]["animal"]


async def test_a_camera_password_never_comes_out(home: Home) -> None:
    """Typed or pasted into the address, it is kept apart and only its existence is told."""
    path = f"/api/cameras/{home.camera}"
    pasted = {"url": "rtsp://ada:hunter2@192.0.2.1/main"}
    answer = await home.owner.patch(path, json=pasted)
    camera = answer.json()
    assert camera["main"]["url"] == "rtsp://192.0.2.1/main"
    assert camera["user"] == "ada"
    assert camera["has_password"] is True
    assert "hunter2" not in answer.text
    assert "hunter2" not in (await home.owner.get("/api/cameras")).text
    cleared = (await home.owner.patch(path, json={"password": ""})).json()
    assert cleared["has_password"] is False


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"name": " "}, "`name`"),
        ({"name": "a\nb"}, "control characters"),
        ({"name": None}, "null"),
        ({"url": "http://192.0.2.1/"}, "rtsp://"),
        ({"masks": [[[0, 0], [1, 1]]]}, "masks.0"),
        ({"masks": [[[0, 0], [1, 1], [2, 0]]]}, "masks.0.2.0"),
        ({"retention": {"mode": "all", "days": 0}}, "retention.days"),
        ({"rules": {"ghost": {"enabled": True, "threshold": 0.5}}}, "rules.ghost"),
        (
            {"zones": [{"name": "A", "polygon": [[0, 0], [1, 0], [1, 1]]}] * 2},
            "Two zones are called A.",
        ),
    ],
)
async def test_impossible_cameras_get_a_sentence(
    home: Home, body: dict[str, object], sentence: str
) -> None:
    """The sentence says where the mistake is, and nothing was changed."""
    path = f"/api/cameras/{home.camera}"
    before = (await home.owner.get(path)).json()
    answer = await home.owner.patch(path, json=body)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]["message"]
    assert (await home.owner.get(path)).json() == before


async def test_snoozing_and_waking(home: Home) -> None:
    """An hour without alerts, and zero minutes ends it."""
    path = f"/api/cameras/{home.camera}/snooze"
    snoozed = (await home.owner.post(path, json={"minutes": 60})).json()
    assert snoozed["snoozed_until"] is not None
    woken = (await home.owner.post(path, json={"minutes": 0})).json()
    assert woken["snoozed_until"] is None
