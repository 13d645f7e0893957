"""Channels over HTTP: whose they are, what each may do with them; secrets never come out."""

import asyncio

import httpx
import pytest

from consentry.model.account import Account
from consentry.model.rights import Role
from consentry.model.settings import AppriseChannel, ChannelId, EmailChannel
from consentry.model.status import ProblemCode
from consentry.store import owed
from tests.web.home import Home
from tests.web.people import browser_of, joined

MAIL: dict[str, object] = {
    "kind": "email",
    "name": "Mail",
    "host": "127.0.0.1",
    "port": 1,
    "security": "none",
    "user": "ada",
    "password": "hunter2",
    "sender": "hub@example.org",
    "recipients": ["ada@example.org"],
}
PUSH: dict[str, object] = {
    "kind": "apprise",
    "name": "Phone",
    "url": "ntfys://token@ntfy.example.org/house",
}
BROKER: dict[str, object] = {
    "kind": "mqtt",
    "name": "Home Assistant",
    "host": "127.0.0.1",
    "password": "broker1",
}


NIGHT = {"days": [0, 4], "from": "22:00", "to": "07:00"}
NOT_YOURS = "There is no such notification channel."


async def make(browser: httpx.AsyncClient, channel: dict[str, object]) -> dict[str, object]:
    """Make a channel; it must work."""
    answer = await browser.post("/api/channels", json=channel)
    assert answer.status_code == 201, answer.text
    made: dict[str, object] = answer.json()
    return made


async def listed(browser: httpx.AsyncClient) -> list[dict[str, object]]:
    """Return the channels as they read back."""
    channels: list[dict[str, object]] = (await browser.get("/api/channels")).json()["channels"]
    return channels


async def bo_at(home: Home) -> tuple[Account, httpx.AsyncClient]:
    """Let Bo move in, a member; return the account and Bo's browser."""
    account = await joined(home.app, "Bo", Role.MEMBER)
    return account, await browser_of(home.app, account)


async def test_secrets_never_come_out(home: Home) -> None:
    """Passwords and the addresses of services read back as null, but are kept."""
    made = [await make(home.owner, channel) for channel in (MAIL, PUSH, BROKER)]
    text = str(made) + str(await listed(home.owner))
    assert not any(secret in text for secret in ("hunter2", "token", "broker1"))
    mail, push, _ = home.hub.settings.channels
    assert isinstance(mail, EmailChannel)
    assert mail.password.reveal() == "hunter2"
    assert isinstance(push, AppriseChannel)
    assert push.url.reveal() == PUSH["url"]


async def test_a_secret_left_out_stays(home: Home) -> None:
    """Renaming a channel as it was read back does not lose its password."""
    made = await make(home.owner, MAIL)
    changed = {**made, "name": "Post", "language": "de", "quiet_hours": [NIGHT]}
    answer = await home.owner.put(f"/api/channels/{made['id']}", json=changed)
    assert answer.json() == changed
    assert await listed(home.owner) == [changed]
    (mail,) = home.hub.settings.channels
    assert isinstance(mail, EmailChannel)
    assert mail.password.reveal() == "hunter2"


async def test_a_channel_cannot_be_turned_to_steal_a_secret(home: Home) -> None:
    """Pointing a kept password at another server needs the password again."""
    made = await make(home.owner, MAIL)
    body = {**made, "host": "evil.example"}
    answer = await home.owner.put(f"/api/channels/{made['id']}", json=body)
    assert answer.status_code == 400
    assert "again" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"kind": "pigeon", "name": "x"}, "not as it must be"),
        ({**PUSH, "id": "unknown"}, "no channel with the id"),
        ({**BROKER, "prefix": "a/#"}, "MQTT topic"),
        ({**MAIL, "recipients": ["nobody"]}, "recipient"),
        ({**PUSH, "quiet_hours": [{"days": [], "from": "22:00", "to": "07:00"}]}, "quiet_hours"),
        ({**BROKER, "quiet_hours": []}, "quiet_hours"),
    ],
)
async def test_impossible_channels_get_a_sentence(
    home: Home, body: dict[str, object], sentence: str
) -> None:
    """The sentence says what is wrong, and there is no channel."""
    answer = await home.owner.post("/api/channels", json=body)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]["message"]
    assert home.hub.settings.channels == ()


async def test_a_test_message_that_fails_says_why(home: Home) -> None:
    """A mail server that is not there is told as a sentence, without the password."""
    made = await make(home.owner, MAIL)
    answer = await home.owner.post(f"/api/channels/{made['id']}/test")
    assert answer.status_code == 424
    error = answer.json()["error"]
    assert (error["code"], error["facts"]["host"]) == ("delivery", MAIL["host"])
    assert error["reason"].startswith("server_")
    assert "hunter2" not in answer.text


async def test_a_member_has_channels_of_their_own(home: Home) -> None:
    """Bo sees and changes Bo's, not the house's, and cannot give it to somebody else."""
    house = await make(home.owner, MAIL)
    account, bo = await bo_at(home)
    async with bo:
        mine = await make(bo, {**PUSH, "quiet_hours": [NIGHT], "language": "de"})
        assert mine["member"] == account.id
        assert await listed(bo) == [mine]
        assert await listed(home.owner) == [house, mine]
        path = f"/api/channels/{mine['id']}"
        given_away = {**mine, "name": "Phone", "member": None}
        assert (await bo.put(path, json=given_away)).json() == {**mine, "name": "Phone"}
        for method, body in (("PUT", MAIL), ("DELETE", None)):
            refused = await bo.request(method, f"/api/channels/{house['id']}", json=body)
            assert refused.status_code == 404
            assert refused.json()["error"]["message"] == NOT_YOURS
        refused = await bo.post(f"/api/channels/{house['id']}/test")
        assert refused.status_code == 404
        assert (await bo.post("/api/channels", json=BROKER)).status_code == 403
        assert (await bo.delete(path)).status_code == 204
        assert await listed(bo) == []
    assert await listed(home.owner) == [house]


async def test_only_the_owner_names_a_channel_for_pictures(home: Home) -> None:
    """Bo cannot; what the owner named keeps it under another name, and loses it elsewhere."""
    _, bo = await bo_at(home)
    async with bo:
        mine = await make(bo, {**PUSH, "pictures": True})
        assert mine["pictures"] is False
        path = f"/api/channels/{mine['id']}"
        named = {**mine, "pictures": True}
        assert (await bo.put(path, json=named)).json()["pictures"] is False
        assert (await home.owner.put(path, json=named)).json()["pictures"] is True
        renamed = {**named, "name": "Phone", "quiet_hours": [NIGHT]}
        assert (await bo.put(path, json=renamed)).json()["pictures"] is True
        elsewhere = {**renamed, "url": "ntfys://ntfy.example.org/other"}
        assert (await bo.put(path, json=elsewhere)).json()["pictures"] is False


async def test_the_owner_ends_a_members_channel(home: Home) -> None:
    """Removed by the owner it is gone for its member too."""
    _, bo = await bo_at(home)
    async with bo:
        mine = await make(bo, PUSH)
        assert (await home.owner.delete(f"/api/channels/{mine['id']}")).status_code == 204
        assert await listed(bo) == []


async def test_one_member_cannot_take_all_channels(home: Home) -> None:
    """The ninth of one's own is refused; others can still make theirs."""
    _, bo = await bo_at(home)
    async with bo:
        for _ in range(8):
            await make(bo, PUSH)
        assert (await bo.post("/api/channels", json=PUSH)).status_code == 409
    await make(home.owner, PUSH)


async def test_channels_made_at_once_are_all_there(home: Home) -> None:
    """Two who change something at the same time lose nothing of each other's."""
    _, bo = await bo_at(home)
    async with bo:
        await asyncio.gather(
            *(make(browser, PUSH) for browser in (bo, home.owner) for _ in range(4)),
            home.owner.patch("/api/settings", json={"cool_down_s": 90}),
        )
        assert len(await listed(bo)) == 4
    assert len(await listed(home.owner)) == 8
    assert (await home.owner.get("/api/settings")).json()["cool_down_s"] == 90


async def test_whoever_has_a_channel_hears_that_it_fails(home: Home) -> None:
    """The sentence stands beside one's own channel only."""
    house = await make(home.owner, PUSH)
    _, bo = await bo_at(home)
    async with bo:
        await make(bo, PUSH)
        home.hub.report(ProblemCode.NOTIFIER, "It fails.", what=str(house["id"]))
        assert (await bo.get("/api/channels")).json()["troubles"] == {}
    troubles = (await home.owner.get("/api/channels")).json()["troubles"]
    assert troubles == {house["id"]: "It fails."}


async def test_a_removed_camera_is_owed_to_every_broker(home: Home) -> None:
    """Also to one whose channel is off or whose broker is away: the next start knows of it."""
    made = await make(home.owner, BROKER | {"enabled": False})
    removed = await home.owner.delete(f"/api/cameras/{home.camera}")
    assert removed.status_code == 204
    left = await home.hub.database.run(owed.load, [ChannelId(str(made["id"]))])
    assert left == {made["id"]: {home.camera}}
