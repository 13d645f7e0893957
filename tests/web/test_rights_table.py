"""Every route, asked by every role, for a camera that is granted and for one that is not."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.account import Account
from consentry.model.camera import Camera, StreamAddress
from consentry.model.ids import CameraId, EventId, SegmentId
from consentry.model.media import StreamName
from consentry.model.rights import RESIDENT, Grant, Right, Role
from consentry.model.time import Micros
from consentry.store import cameras, events, kept, segments
from consentry.web.app import create_app
from tests.store.film import film
from tests.store.house import DOOR, build, event, span
from tests.web.browsers import browser_at
from tests.web.home import CHEAP, Home, empty_page, jpeg, listening
from tests.web.people import browser_of, joined
from tests.web.test_every_route import TABLE, Row, ask, filled, handshake

YARD = CameraId("yard000000000001")
SECRET_NAME = "Bathroom"
NOW = Micros(0)

OK, NO, GONE = 200, 403, 404


@dataclass(frozen=True, slots=True)
class For:
    """What a route answers for a camera that was granted; the owner's is in TABLE."""

    adult: int
    member: int
    guest: int


def everybody(status: int = OK) -> For:
    """Return the same for all."""
    return For(status, status, status)


OWNER_ONLY = everybody(NO)
ADULTS = For(OK, NO, NO)
RESIDENTS = For(OK, OK, NO)  # the guest of this test has the live picture only

RIGHTS: dict[tuple[str, str], For] = {
    ("GET", "/api/health"): everybody(),
    ("GET", "/api/openapi.json"): everybody(),
    ("GET", "/api/session"): everybody(),
    ("POST", "/api/setup"): everybody(NO),
    ("POST", "/api/login"): everybody(401),
    ("GET", "/api/cameras"): everybody(),
    ("POST", "/api/cameras"): OWNER_ONLY,
    ("POST", "/api/cameras/probe"): OWNER_ONLY,
    ("POST", "/api/cameras/discover"): OWNER_ONLY,
    ("GET", "/api/cameras/{camera}"): everybody(),
    ("PATCH", "/api/cameras/{camera}"): OWNER_ONLY,
    ("POST", "/api/cameras/{camera}/snooze"): ADULTS,
    ("POST", "/api/cameras/{camera}/pause"): ADULTS,
    ("GET", "/api/cameras/{camera}/openness"): OWNER_ONLY,
    ("POST", "/api/cameras/{camera}/password"): OWNER_ONLY,
    ("GET", "/api/cameras/{camera}/timeline"): RESIDENTS,
    ("GET", "/api/cameras/{camera}/segments"): RESIDENTS,
    ("GET", "/api/cameras/{camera}/export"): RESIDENTS,
    ("GET", "/api/cameras/{camera}/export.mp4"): RESIDENTS,
    ("GET", "/api/cameras/{camera}/preview.jpg"): RESIDENTS,
    ("GET", "/api/cameras/{camera}/snapshot.jpg"): everybody(GONE),  # nobody records: no picture
    ("WS", "/api/cameras/{camera}/live"): everybody(101),
    ("GET", "/api/segments/{segment}/init"): RESIDENTS,
    ("GET", "/api/segments/{segment}/media"): RESIDENTS,
    ("GET", "/api/events"): everybody(),
    ("GET", "/api/events/{event}"): RESIDENTS,
    ("GET", "/api/events/{event}/picture.jpg"): RESIDENTS,
    ("GET", "/api/events/{event}/clip.mp4"): RESIDENTS,
    ("PUT", "/api/events/{event}/correction"): ADULTS,
    ("DELETE", "/api/events/{event}/correction"): ADULTS,
    ("GET", "/api/diary"): everybody(),
    ("GET", "/api/diary/checkpoint"): everybody(),
    ("GET", "/api/diary/proof"): everybody(),
    ("GET", "/api/diary/now"): ADULTS,
    ("DELETE", "/api/diary/people/{person}"): OWNER_ONLY,
    ("GET", "/api/kept"): everybody(),
    ("POST", "/api/kept"): For(201, NO, NO),
    ("PATCH", "/api/kept/{clip}"): ADULTS,
    ("DELETE", "/api/kept/{clip}"): For(204, NO, NO),
    ("WS", "/api/feed"): everybody(101),
    ("GET", "/api/settings"): OWNER_ONLY,
    ("PATCH", "/api/settings"): OWNER_ONLY,
    ("GET", "/api/channels"): RESIDENTS,
    ("POST", "/api/channels"): For(201, 201, NO),
    ("PUT", "/api/channels/{channel}"): For(GONE, GONE, NO),
    ("DELETE", "/api/channels/{channel}"): For(GONE, GONE, NO),
    ("POST", "/api/channels/{channel}/test"): For(GONE, GONE, NO),
    ("GET", "/api/storage"): ADULTS,
    ("GET", "/api/problems"): everybody(),
    ("POST", "/api/problems/clock/confirm"): OWNER_ONLY,
    ("POST", "/api/problems/diary/acknowledge"): For(204, NO, NO),
    ("POST", "/api/check"): OWNER_ONLY,
    ("POST", "/api/lock"): ADULTS,
    ("GET", "/api/keys"): ADULTS,
    ("POST", "/api/keys/rotate"): OWNER_ONLY,
    ("GET", "/api/recovery"): OWNER_ONLY,
    ("POST", "/api/recovery/words"): OWNER_ONLY,
    ("POST", "/api/recovery/confirm"): OWNER_ONLY,
    ("POST", "/api/recovery/restore"): everybody(400),  # two words are none, whoever types them
    ("POST", "/api/backup"): OWNER_ONLY,
    ("POST", "/api/reset-owner"): everybody(NO),
    ("POST", "/api/unlock"): everybody(401),  # a wrong password, whoever types it
    ("GET", "/api/shares"): everybody(),
    ("POST", "/api/shares"): For(201, 201, NO),
    ("GET", "/api/shares/{share}/preview.mp4"): everybody(GONE),
    ("POST", "/api/shares/{share}/link"): everybody(GONE),
    ("GET", "/api/shares/{share}/link"): everybody(GONE),
    ("POST", "/api/shares/{share}/mail"): everybody(GONE),
    ("DELETE", "/api/shares/{share}"): everybody(GONE),
    ("POST", "/api/shared/open"): everybody(GONE),
    ("GET", "/api/shared/film"): everybody(400),
    ("DELETE", "/api/cameras/{camera}/footage"): OWNER_ONLY,
    ("POST", "/api/forget"): OWNER_ONLY,
    ("DELETE", "/api/events/{event}"): OWNER_ONLY,
    ("DELETE", "/api/cameras/{camera}"): OWNER_ONLY,
    ("GET", "/api/members"): everybody(),
    ("PATCH", "/api/members/{member}"): OWNER_ONLY,
    ("DELETE", "/api/members/{member}"): OWNER_ONLY,
    ("POST", "/api/members/invitations"): OWNER_ONLY,
    ("DELETE", "/api/members/invitations/{invitation}"): OWNER_ONLY,
    ("GET", "/api/trust"): everybody(),
    ("POST", "/api/trust/renew"): OWNER_ONLY,
    ("GET", "/trust"): everybody(307),
    ("GET", "/trust/{file}"): everybody(404),
    ("POST", "/api/login/passkey/options"): everybody(400),
    ("POST", "/api/login/passkey"): everybody(401),
    ("POST", "/api/join/look"): everybody(GONE),
    ("POST", "/api/join"): everybody(GONE),
    ("GET", "/api/sessions"): everybody(),
    ("DELETE", "/api/sessions"): everybody(204),
    ("DELETE", "/api/sessions/{session}"): everybody(GONE),
    ("GET", "/api/sign-in"): everybody(),
    ("POST", "/api/sign-in/totp"): everybody(401),
    ("PUT", "/api/sign-in/totp"): everybody(409),
    ("POST", "/api/sign-in/totp/off"): everybody(401),
    ("POST", "/api/sign-in/recovery-codes"): everybody(401),
    ("POST", "/api/sign-in/passkeys/options"): everybody(400),
    ("POST", "/api/sign-in/passkeys"): everybody(400),
    ("DELETE", "/api/sign-in/passkeys/{passkey}"): everybody(GONE),
    ("GET", "/api/tokens"): everybody(),
    ("POST", "/api/tokens"): everybody(401),
    ("DELETE", "/api/tokens/{token}"): everybody(GONE),
    ("POST", "/api/password"): everybody(401),
    ("POST", "/api/logout"): everybody(204),
    ("GET", "/{path:path}"): everybody(),
}


@dataclass(frozen=True, slots=True)
class Street:
    """A house with two cameras, one of which is nobody's business but the owner's."""

    home: Home
    hidden: Home
    """The same house, its ids those of the other camera."""
    owner: Account


@pytest_asyncio.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    """Return the running house; both cameras have footage, an event and a kept clip."""
    house = build(tmp_path)
    hidden = StreamAddress(StreamName.MAIN, "rtsp://192.0.2.7/main")
    try:
        house.database.call(cameras.add, Camera(YARD, SECRET_NAME, hidden))
        for camera, name in ((DOOR, "event00000000001"), (YARD, "event00000000002")):
            house.record(film(seconds=12, audio="aac"), camera)
            seen = replace(event(name, 4, 8), camera=camera)
            picture = events.seal_picture(house.household.public, EventId(name), jpeg(64, 36))
            house.database.call(events.put, seen, picture=picture)
    finally:
        house.database.close()
    async with Hub(Config(data=tmp_path), work=Work.NOTHING, cost=CHEAP) as hub:
        app = create_app(hub, page=empty_page(tmp_path))
        ada = await joined(app, "Ada", Role.OWNER)
        async with await browser_of(app, ada) as owner, browser_at(app) as nobody:
            ids: list[SegmentId] = []
            clips: list[str] = []
            for camera in (DOOR, YARD):
                ids += await hub.database.run(segments.ids, camera, StreamName.MAIN)
                clip = await hub.database.run(kept.add, camera, span(4, 8), note="", now=NOW)
                clips.append(clip.id)
            home = Home(hub, app, owner, nobody, "", DOOR, ids[0], EventId("event00000000001"))
            other = replace(home, camera=YARD, segment=ids[-1], event=EventId("event00000000002"))
            yield Street(replace(home, clip=clips[0]), replace(other, clip=clips[1]), ada)


GRANTS: dict[Role, tuple[Grant, ...]] = {
    Role.ADULT: (Grant(YARD, frozenset()),),
    Role.MEMBER: (Grant(DOOR, RESIDENT),),
    Role.GUEST: (Grant(DOOR, frozenset({Right.LIVE})),),
}


def of_a_camera(row: Row) -> bool:
    """Tell whether the request names a camera or something of one."""
    named = row.path + json.dumps(row.body)
    return any(each in named for each in ("{camera}", "{segment}", "{event}", "{clip}"))


def in_order() -> list[Row]:
    """Return the rows without sockets; what ends the session comes last."""
    rows = [row for row in TABLE if row.method != "WS"]
    return sorted(rows, key=lambda row: row.path == "/api/logout")


def test_every_route_says_who_may() -> None:
    """No route is missing here, and none here is gone."""
    assert set(RIGHTS) == {(row.method, row.path) for row in TABLE}


@pytest.mark.parametrize("role", list(GRANTS))
async def test_each_role_gets_what_was_granted(street: Street, role: Role) -> None:
    """For the granted camera what the table says; of the other one not even that it exists."""
    account = await joined(street.home.app, "Bo", role, *GRANTS[role])
    async with await browser_of(street.home.app, account) as browser:
        for row in in_order():
            expected: int = getattr(RIGHTS[row.method, row.path], role.value)
            if of_a_camera(row):
                assert await ask(browser, row, street.hidden) == GONE, row
            assert await ask(browser, row, street.home) == expected, row


async def test_the_owner_gets_both_cameras(street: Street) -> None:
    """Nothing has to be granted to an owner."""
    rows = [row for row in in_order() if row.method == "GET" and of_a_camera(row)]
    for row in rows:
        for home in (street.hidden, street.home):
            assert await ask(home.owner, row, home) == row.owner, row


@pytest.mark.parametrize("role", list(GRANTS))
async def test_no_answer_tells_of_the_other_camera(street: Street, role: Role) -> None:
    """Lists and refusals hold neither its id, its name, nor anything it saw or kept."""
    account = await joined(street.home.app, "Bo", role, *GRANTS[role])
    other = street.hidden
    secrets = (SECRET_NAME, YARD, other.segment, other.event, other.clip, "192.0.2.7")
    async with await browser_of(street.home.app, account) as browser:
        for row in in_order():
            if row.method == "GET" and row.path != "/{path:path}":
                answer = await browser.get(filled(row.path, street.home), params=row.query)
                assert not [secret for secret in secrets if secret in answer.text], row


@pytest.mark.parametrize("role", list(GRANTS))
async def test_what_is_hidden_answers_like_what_never_was(street: Street, role: Role) -> None:
    """Word for word: an id somebody remembers tells nothing, not even that it is still there."""
    account = await joined(street.home.app, "Bo", role, *GRANTS[role])
    never = replace(
        street.hidden,
        camera=CameraId("never00000000001"),
        segment=SegmentId("never00000000001"),
        event=EventId("never00000000001"),
        clip="never00000000001",
    )
    async with await browser_of(street.home.app, account) as browser:
        for row in in_order():
            if row.method != "GET" or not of_a_camera(row):
                continue
            answers = [
                await browser.get(filled(row.path, home), params=row.query)
                for home in (street.hidden, never)
            ]
            texts = [
                answer.text.replace(id_, "ID")
                for answer, home in zip(answers, (street.hidden, never), strict=True)
                for id_ in [home.event if home.event in answer.text else home.clip]
            ]
            assert answers[0].status_code == answers[1].status_code == GONE, row
            assert texts[0] == texts[1], row


@pytest.mark.parametrize("role", list(GRANTS))
async def test_sockets_open_for_what_was_granted(street: Street, role: Role) -> None:
    """Live view of the granted camera opens; that of the other one does not exist."""
    account = await joined(street.home.app, "Bo", role, *GRANTS[role])
    browser = await browser_of(street.home.app, account)
    token = next(iter(browser.cookies.values()))
    async with browser, listening(street.home) as url:
        signed = {"Cookie": f"consentry_session_{urlsplit(url).port}={token}"}
        for row in TABLE:
            if row.method != "WS":
                continue
            expected: int = getattr(RIGHTS["WS", row.path], role.value)
            assert await handshake(url + filled(row.path, street.home), signed) == expected, row
            if of_a_camera(row):
                assert await handshake(url + filled(row.path, street.hidden), signed) == GONE


async def test_a_token_for_one_camera_sees_no_other(street: Street) -> None:
    """Though its maker owns the house: every route that names the other one says it is not there.

    Lists leave it out, and nothing of the house as a whole is a token's.
    """
    home, other = street.home, street.hidden
    rights = [right.value for right in RESIDENT]
    wanted = {"name": "script", "password": "correct horse", "days": 1, "rights": rights}
    made = await home.owner.post("/api/tokens", json={**wanted, "cameras": [DOOR]})
    secrets = (SECRET_NAME, YARD, other.segment, other.event, other.clip, "192.0.2.7")
    async with browser_at(home.app) as program:
        program.headers["Authorization"] = f"Bearer {made.json()['secret']}"
        for row in in_order():
            allowed = RIGHTS[row.method, row.path]
            if of_a_camera(row):
                assert await ask(program, row, other) == GONE, row
                if allowed.member == OK:
                    assert await ask(program, row, home) == OK, row
            elif allowed in (OWNER_ONLY, ADULTS):
                assert await ask(program, row, home) == NO, row
            if row.method == "GET" and row.path != "/{path:path}":
                answer = await program.get(filled(row.path, home), params=row.query)
                assert not [secret for secret in secrets if secret in answer.text], row
