"""Inviting, changing and removing members, as their browsers see it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx
import pytest
import websockets
from starlette.requests import Request

from consentry.model.account import Account
from consentry.model.errors import DeniedError
from consentry.model.rights import Action, Grant, Right, Role
from consentry.model.settings import ChannelId, EmailChannel, Settings
from consentry.model.time import parse_iso
from consentry.web.media_route import Asked
from consentry.web.schema.footage import StreamSpanQuery
from consentry.web.sessions import NO_RIGHT, SIGNED_OUT
from tests.web.doorstep import Doorstep
from tests.web.home import Home, listening, stretch
from tests.web.people import browser_of, joined

LIVE_ONLY = frozenset({Right.LIVE})


async def asked(home: Home, member: Account) -> dict[str, object]:
    """Return a member as the owner sees them."""
    listed = (await home.owner.get("/api/members")).json()["members"]
    found: dict[str, object] = next(each for each in listed if each["id"] == member.id)
    return found


@contextlib.asynccontextmanager
async def watching(
    home: Home, browser: httpx.AsyncClient, path: str
) -> AsyncIterator[websockets.ClientConnection]:
    """Open a socket of the signed-in browser."""
    (token,) = browser.cookies.values()
    async with listening(home) as url:
        cookie = {"Cookie": f"consentry_session_{urlsplit(url).port}={token}"}
        async with websockets.connect(url + path, additional_headers=cookie) as socket:
            yield socket


async def closing(socket: websockets.ClientConnection) -> int | None:
    """Return the code a socket is closed with."""
    async with asyncio.timeout(20):
        with contextlib.suppress(websockets.ConnectionClosed):
            async for _ in socket:
                pass
    return socket.close_code


async def test_everybody_sees_whom_they_may(home: Home) -> None:
    """The owner sees all; an adult names and roles; a guest nobody but themselves."""
    bo = await joined(home.app, "Bo", Role.ADULT)
    cleo = await joined(home.app, "Cleo", Role.GUEST, Grant(home.camera, LIVE_ONLY))
    seen = await asked(home, cleo)
    assert seen["grants"] == [
        {"camera": home.camera, "rights": ["live"], "hours": [], "until": None}
    ]
    async with await browser_of(home.app, bo) as adult, await browser_of(home.app, cleo) as guest:
        adults = (await adult.get("/api/members")).json()
        assert {(m["name"], m["role"]) for m in adults["members"]} == {
            ("Ada", "owner"),
            ("Bo", "adult"),
            ("Cleo", "guest"),
        }
        assert not any(m["grants"] or m["last_seen"] for m in adults["members"] if not m["me"])
        (self,) = (await guest.get("/api/members")).json()["members"]
        assert (self["id"], self["me"], self["grants"]) == (cleo.id, True, seen["grants"])


async def test_a_right_is_in_force_at_once(home: Home) -> None:
    """Given, hours and all, the next request may; taken back, the next may not."""
    bo = await joined(home.app, "Bo", Role.MEMBER)
    path, query = f"/api/cameras/{home.camera}/timeline", stretch(0, 20)
    always = [{"days": list(range(7)), "from": "00:00", "to": "00:00"}]
    grant = {"camera": home.camera, "rights": ["recordings"], "hours": always, "until": None}
    async with await browser_of(home.app, bo) as browser:
        assert (await browser.get(path, params=query)).status_code == 404
        changed = await home.owner.patch(f"/api/members/{bo.id}", json={"grants": [grant]})
        assert changed.json()["grants"] == [grant]
        assert (await browser.get(path, params=query)).status_code == 200
        await home.owner.patch(f"/api/members/{bo.id}", json={"grants": []})
        assert (await browser.get(path, params=query)).status_code == 404


async def test_a_stream_ends_when_its_right_does(home: Home) -> None:
    """Whoever watches while the right is taken back sees nothing more, and is told by 4403."""
    bo = await joined(home.app, "Bo", Role.GUEST, Grant(home.camera, LIVE_ONLY))
    async with await browser_of(home.app, bo) as browser:
        for path in (f"/api/cameras/{home.camera}/live", "/api/feed"):
            give = {"grants": [{"camera": home.camera, "rights": ["live"]}]}
            await home.owner.patch(f"/api/members/{bo.id}", json=give)
            async with watching(home, browser, path) as socket:
                await home.owner.patch(f"/api/members/{bo.id}", json={"grants": []})
                assert await closing(socket) == NO_RIGHT, path


async def test_a_stream_goes_on_when_something_else_changes(home: Home) -> None:
    """A right more disturbs nobody who watches."""
    bo = await joined(home.app, "Bo", Role.GUEST, Grant(home.camera, LIVE_ONLY))
    path = f"/api/cameras/{home.camera}/live"
    async with (
        await browser_of(home.app, bo) as browser,
        watching(home, browser, path) as socket,
        asyncio.timeout(20),
    ):
        assert json.loads(await socket.recv())["type"] == "state"
        more = {"grants": [{"camera": home.camera, "rights": ["live", "clips"]}]}
        await home.owner.patch(f"/api/members/{bo.id}", json=more)
        await (await socket.ping())
        assert socket.close_code is None


async def test_who_is_removed_is_out_at_once(home: Home) -> None:
    """Session, stream and channel end; the cameras whose passwords they know are named."""
    bo = await joined(home.app, "Bo", Role.ADULT)
    await home.owner.patch(f"/api/cameras/{home.camera}", json={"password": "hunter2"})
    mail = EmailChannel(
        id=ChannelId("mail"),
        name="Bo's mail",
        member=bo.id,
        host="mail.invalid",
        sender="hub@example.org",
        recipients=("bo@example.org",),
    )
    await home.hub.change_settings(lambda _: Settings(channels=(mail,)))
    async with await browser_of(home.app, bo) as browser:
        async with watching(home, browser, f"/api/cameras/{home.camera}/live") as socket:
            answer = await home.owner.delete(f"/api/members/{bo.id}")
            assert answer.json() == {"cameras": [home.camera]}
            assert await closing(socket) == SIGNED_OUT
        assert (await browser.get("/api/cameras")).status_code == 401
    assert home.hub.settings.channels == ()


async def test_a_house_keeps_an_owner(home: Home) -> None:
    """The only one can neither leave nor become something else; with a second one they can."""
    (ada,) = home.hub.members.all()
    path = f"/api/members/{ada.id}"
    for refused in (await home.owner.delete(path), await home.owner.patch(path, json=ADULT)):
        assert refused.status_code == 409
        assert "only owner" in refused.json()["error"]["message"]
    bo = await joined(home.app, "Bo", Role.ADULT)
    await home.owner.patch(f"/api/members/{bo.id}", json={"role": "owner"})
    assert (await home.owner.patch(path, json=ADULT)).status_code == 200
    assert (await home.owner.patch(path, json=ADULT)).status_code == 403


ADULT = {"role": "adult"}


async def test_another_role_begins_without_grants(home: Home) -> None:
    """What was given to a guest says nothing of what an adult has."""
    bo = await joined(home.app, "Bo", Role.GUEST, Grant(home.camera, LIVE_ONLY))
    answer = await home.owner.patch(f"/api/members/{bo.id}", json=ADULT)
    assert (answer.json()["role"], answer.json()["grants"]) == ("adult", [])


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"grants": [{"camera": "none", "rights": []}]}, 404, "no such camera"),
        ({"grants": [{"camera": "DOOR", "rights": ["fly"]}]}, 400, "`grants.0.rights.0`"),
        ({"grants": [{"camera": "DOOR", "rights": []}] * 2}, 400, "stands twice"),
        ({"role": "owner", "grants": [{"camera": "DOOR", "rights": []}]}, 400, "everything"),
        (
            {"role": "adult", "grants": [{"camera": "DOOR", "rights": [], "until": "2030-01-01"}]},
            400,
            "An adult lives here",
        ),
        ({"grants": [{"camera": "DOOR", "rights": [], "until": "soon"}]}, 400, "ISO 8601"),
        ({"role": "king"}, 400, "`role` must be"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    home: Home, change: dict[str, object], status: int, sentence: str
) -> None:
    """With one sentence, and nothing of it in force."""
    bo = await joined(home.app, "Bo", Role.MEMBER)
    before = await asked(home, bo)
    body = json.loads(json.dumps(change).replace("DOOR", home.camera))
    answer = await home.owner.patch(f"/api/members/{bo.id}", json=body)
    assert answer.status_code == status, answer.text
    assert sentence in answer.json()["error"]["message"]
    assert await asked(home, bo) == before


async def test_an_invitation_can_be_withdrawn(home: Home) -> None:
    """It stands in the list until then; its token stands nowhere."""
    made = (await home.owner.post("/api/members/invitations", json={"role": "guest"})).json()
    listed = await home.owner.get("/api/members")
    assert listed.json()["invitations"] == [made["invitation"]]
    assert made["token"] not in listed.text
    path = f"/api/members/invitations/{made['invitation']['id']}"
    assert (await home.owner.delete(path)).status_code == 204
    assert (await home.owner.get("/api/members")).json()["invitations"] == []
    assert (await home.owner.delete(path)).status_code == 404


async def test_a_download_breaks_off_when_its_right_ends(home: Home) -> None:
    """What was not sent yet when the right was taken back is never sent."""
    bo = await joined(home.app, "Bo", Role.MEMBER, Grant(home.camera, frozenset({Right.EXPORT})))
    context = home.app.state.context
    async with await browser_of(home.app, bo) as browser:
        caller = await context.sessions.caller(next(iter(browser.cookies.values())))
    request = Request({"type": "http"})
    asked = Asked(
        context, caller, home.camera, StreamSpanQuery.model_validate(stretch(0, 1)), request
    )
    film = iter([bytes(300_000)] * 3)
    stream = await asked.stream(film, Action.EXPORT, home.camera)
    assert await anext(stream)
    await home.owner.patch(f"/api/members/{bo.id}", json={"grants": []})
    with pytest.raises(DeniedError, match="ended while it was sent"):
        await anext(stream)
    assert len(list(film)) == 1


async def test_the_cleaner_sees_the_hall_on_tuesday_mornings(door: Doorstep) -> None:
    """Before and after it does not exist, from the end date on neither; nor by a clock set back."""
    body = {"name": "Hall", "url": "rtsp://192.0.2.1/main", "check": False}
    hall = (await door.owner.post("/api/cameras", json=body)).json()["id"]
    hours = [{"days": [1], "from": "09:00", "to": "12:00"}]
    async with door.browser() as phone:
        cleaner = await door.join(phone, "guest", "Cleo")
        until = "2026-09-28T00:00"  # in the house's zone; the second Tuesday is after it
        grant = {"camera": hall, "rights": ["live"], "hours": hours, "until": until}
        await door.owner.patch(f"/api/members/{cleaner}", json={"grants": [grant]})

        async def sees(moment: str) -> bool:
            door.clock.now = parse_iso(moment, ZoneInfo("UTC"))
            answer = await phone.get(f"/api/cameras/{hall}")
            listed = (await phone.get("/api/cameras")).json()
            assert bool(listed) is (answer.status_code == 200)
            return answer.status_code == 200

        assert not await sees("2026-09-21T10:00")  # a Monday
        assert not await sees("2026-09-22T08:59")
        assert await sees("2026-09-22T09:00")
        assert await sees("2026-09-22T11:59")
        assert not await sees("2026-09-22T12:00")
        assert not await sees("2026-09-22T10:00")  # set back by two hours
        assert await sees("2026-09-22T11:58")  # by two minutes, as NTP may
        assert not await sees("2026-09-29T10:00")
        assert not await sees("2026-09-22T10:00")


async def test_a_channel_belongs_to_somebody_who_is_there(home: Home) -> None:
    """One for a member that does not exist would tell nobody anything: it is refused."""
    bo = await joined(home.app, "Bo", Role.GUEST)
    channel = {"kind": "apprise", "name": "Bo's phone", "url": "ntfy://topic", "member": bo.id}
    kept = await home.owner.post("/api/channels", json=channel)
    assert kept.json()["member"] == bo.id
    wrong = await home.owner.post("/api/channels", json={**channel, "member": "nobody"})
    assert wrong.status_code == 404
    listed = (await home.owner.get("/api/channels")).json()["channels"]
    assert listed == [kept.json()]
