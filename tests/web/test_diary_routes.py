"""The diary over HTTP: every way a picture leaves is in it, and everything in it can be checked."""

import base64
import json
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import websockets
from fastapi import FastAPI

from consentry.model.account import Account
from consentry.model.diary import Act, Via, Viewer
from consentry.model.ids import MemberId
from consentry.model.rights import Grant, Right, Role
from consentry.store import diary as store
from consentry.tlog import Checkpoint, Verifier, leaf_hash, verify_consistency, verify_inclusion
from consentry.web.openapi import document
from consentry.web.sessions import COOKIE
from tests.store.film import START
from tests.web.home import PASSWORD, Home, listening, stretch, until
from tests.web.people import browser_of, joined
from tests.web.test_live_socket import signed

AT_US = str(START + 5_000_000)


async def read(client: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    """Return the leaves of a page of the diary, each with its proof checked; the newest first."""
    answer = await client.get("/api/diary", params=query)
    page = answer.json()
    assert answer.status_code == 200, page
    signed_by = Verifier.parse(page["key"])
    checkpoint = Checkpoint.open(page["checkpoint"], signed_by)
    for leaf in page["leaves"]:
        commitment = base64.b64decode(leaf["commitment"])
        assert verify_inclusion(
            leaf_hash(commitment),
            leaf["index"],
            size=checkpoint.size,
            root=checkpoint.root,
            proof=[base64.b64decode(hash_) for hash_ in leaf["proof"]],
        )
        if leaf["state"] == "open":
            salt = base64.b64decode(leaf["salt"])
            assert sha256(salt + leaf["entry"].encode()).digest() == commitment
        else:
            assert leaf["salt"] is leaf["entry"] is None
    found: list[dict[str, Any]] = page["leaves"]
    return found


async def entries(client: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    """Return what the diary says, in the order of writing."""
    return [json.loads(leaf["entry"]) for leaf in reversed(await read(client, **query))]


LOOKS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("/api/segments/{segment}/media", {}, "playback"),
    ("/api/cameras/{camera}/preview.jpg", {"at_us": AT_US}, "preview"),
    ("/api/cameras/{camera}/export.mp4", stretch(4, 8), "export"),
    ("/api/events/{event}/clip.mp4", {}, "download"),
    ("/api/events/{event}/picture.jpg", {}, "picture"),
)


@pytest.mark.parametrize(("path", "query", "look"), LOOKS)
async def test_every_picture_that_leaves_is_in_the_diary(
    home: Home, path: str, query: dict[str, str], look: str
) -> None:
    """Whoever gets footage or a picture is written down, with camera and stretch of time."""
    filled = path.format(segment=home.segment, camera=home.camera, event=home.event)
    assert (await home.owner.get(filled, params=query)).status_code == 200
    (entry,) = await entries(home.owner)
    assert (entry["kind"], entry["look"]) == ("begin", look)
    assert entry["by"]["name"] == "Ada"
    assert entry["by"]["via"] == "browser"
    assert entry["by"]["address"] == "127.0.0.1"
    assert entry["camera"]["id"] == home.camera
    assert START <= entry["span"]["start"] + 10_000_000 <= entry["span"]["end"] + 10_000_000


OTHER_FILMS = {
    "/api/segments/{segment}/init",  # what a decoder must know; no picture
    "/api/cameras/{camera}/snapshot.jpg",  # needs a camera: tests/browser/test_who_looked.py
    "/api/shares/{share}/preview.mp4",  # of its maker; the recipient's is written at the opening
}


def test_no_way_out_is_forgotten() -> None:
    """Whoever adds a route that answers films or pictures says here that it is in the diary."""
    shown = {
        path
        for path, item in document()["paths"].items()
        for operation in item.values()
        for kind in operation["responses"].get("200", {}).get("content", {})
        if kind.startswith(("video/", "image/", "application/octet-stream"))
    }
    looks = {path for path, _, _ in LOOKS} | OTHER_FILMS | {"/api/shared/film"}
    assert shown == looks


SILENT = (
    "/api/cameras",
    "/api/events",
    "/api/events/{event}",
    "/api/segments/{segment}/init",
    "/api/diary",
    "/api/diary/checkpoint",
    "/api/diary/now",
)


async def test_what_shows_no_picture_is_not_in_the_diary(home: Home) -> None:
    """Lists, facts and the diary itself fill no diary."""
    for path in SILENT:
        filled = path.format(segment=home.segment, event=home.event)
        assert (await home.owner.get(filled)).status_code == 200
    assert await entries(home.owner) == []


async def test_what_was_refused_is_not_in_the_diary(home: Home) -> None:
    """A picture that never left was no look: nobody signed in, nothing recorded there."""
    assert (await home.nobody.get(f"/api/segments/{home.segment}/media")).status_code == 401
    nothing = await home.owner.get(f"/api/cameras/{home.camera}/preview.jpg", params={"at_us": "1"})
    assert nothing.status_code == 404
    assert (await home.owner.get(f"/api/cameras/{home.camera}/snapshot.jpg")).status_code == 404
    assert await entries(home.owner) == []


async def test_the_timeline_is_one_sitting(home: Home) -> None:
    """Fifty previews while moving over the timeline are one begin and one end."""
    for second in range(0, 40, 2):
        query = {"at_us": str(START + second * 1_000_000)}
        await home.owner.get(f"/api/cameras/{home.camera}/preview.jpg", params=query)
    await home.hub.diary.close()
    begin, end = await entries(home.owner)
    assert end["of"] == 0
    assert end["spans"] == [{"start": START, "end": START + 38_000_000}]
    assert begin["look"] == "preview"


async def test_watching_live_is_in_the_diary_before_the_socket_opens(home: Home) -> None:
    """The begin is there when the handshake is answered; the end when the socket closed."""
    async with listening(home) as url:
        address = f"{url}/api/cameras/{home.camera}/live?stream=main"
        async with websockets.connect(address, additional_headers=signed(home, address)):
            (begin,) = await entries(home.owner)
            assert (begin["look"], begin["span"]) == ("live", None)
            (now,) = (await home.owner.get("/api/diary/now")).json()["looks"]
            assert (now["name"], now["look"], now["camera"]) == ("Ada", "live", home.camera)
            (leaf,) = await read(home.owner)
            assert leaf["now"]
        await until(lambda: home.hub.diary.watchers(home.camera) == ())
    await home.hub.diary.close()
    assert [entry["kind"] for entry in await entries(home.owner)] == ["begin", "end"]
    assert not any(leaf["now"] for leaf in await read(home.owner))


async def cookie_of(app: FastAPI, url: str, person: Account) -> dict[str, str]:
    """Return the headers of somebody's page at ``url``."""
    browser = await browser_of(app, person)
    (token,) = browser.cookies.values()
    await browser.aclose()
    return {"Cookie": f"{COOKIE}_{urlsplit(url).port}={token}"}


async def test_residents_pages_are_told_who_watches(home: Home) -> None:
    """The feeds of all who live here say who watches which room, and when nobody does.

    Also to a member who may do nothing with that camera: the room's name, and nothing to open.
    """
    bo = await joined(home.app, "Bo", Role.MEMBER)
    name = home.hub.cameras.view(home.camera).camera.name
    async with listening(home) as url:
        feed, live = f"{url}/api/feed", f"{url}/api/cameras/{home.camera}/live"
        theirs = await cookie_of(home.app, url, bo)
        async with (
            websockets.connect(feed, additional_headers=signed(home, feed)) as owners,
            websockets.connect(feed, additional_headers=theirs) as members,
        ):
            async with websockets.connect(live, additional_headers=signed(home, live)):
                said = [json.loads(await page.recv()) for page in (owners, members)]
                async with websockets.connect(feed, additional_headers=theirs) as later:
                    said.append(json.loads(await later.recv()))
            gone = [json.loads(await page.recv()) for page in (owners, members)]
    told = {"type": "watching", "camera": home.camera, "name": name}
    assert said == [told | {"people": ["Ada"]}] * 3
    assert gone == [told | {"people": []}] * 2


async def test_guests_are_not_told_who_watches(home: Home) -> None:
    """A guest's page hears that a camera changed, and of nobody who watches it."""
    guest = await joined(home.app, "Cleo", Role.GUEST, Grant(home.camera, frozenset({Right.LIVE})))
    async with listening(home) as url:
        feed, live = f"{url}/api/feed", f"{url}/api/cameras/{home.camera}/live"
        theirs = await cookie_of(home.app, url, guest)
        async with websockets.connect(feed, additional_headers=theirs) as page:
            async with websockets.connect(live, additional_headers=signed(home, live)):
                await until(lambda: home.hub.diary.watchers(home.camera) == ("Ada",))
            await until(lambda: home.hub.diary.watchers(home.camera) == ())
            change = {"name": "Nursery"}
            (await home.owner.patch(f"/api/cameras/{home.camera}", json=change)).raise_for_status()
            assert json.loads(await page.recv())["type"] == "camera"


async def test_pages_filters_and_the_end(home: Home) -> None:
    """A hundred entries come in pages, by camera and person, without holes or doubles."""
    eve = Viewer("Eve", Via.BROWSER, "adult", MemberId("eve"))
    camera = home.hub.cameras.view(home.camera).camera
    for number in range(30):
        about = camera if number % 3 == 0 else None
        await home.hub.diary.act(Act.PAUSED, eve, camera=about, detail=str(number))
    seen: list[int] = []
    before: str | None = None
    while True:
        query = {"limit": "7"} | ({"before": before} if before else {})
        page = (await home.owner.get("/api/diary", params=query)).json()
        seen += [leaf["index"] for leaf in page["leaves"]]
        if page["next"] is None:
            break
        before = str(page["next"])
    assert seen == list(range(29, -1, -1))
    assert len(await read(home.owner, camera=home.camera)) == 10
    assert len(await read(home.owner, person="eve", limit="200")) == 30
    assert await read(home.owner, person="nobody") == []


async def test_growth_is_proven(home: Home) -> None:
    """Between any two checkpoints there is a proof that nothing was changed or taken away."""
    eve = Viewer("Eve", Via.BROWSER, "adult", MemberId("eve"))
    kept: list[Checkpoint] = []
    for _ in range(9):
        await home.hub.diary.act(Act.UNLOCK, eve)
        answer = (await home.owner.get("/api/diary/checkpoint")).json()
        kept.append(Checkpoint.open(answer["checkpoint"], Verifier.parse(answer["key"])))
    for old in kept:
        for new in kept[old.size - 1 :]:
            query = {"old": str(old.size), "size": str(new.size)}
            answer = (await home.owner.get("/api/diary/proof", params=query)).json()
            proof = [base64.b64decode(hash_) for hash_ in answer["proof"]]
            assert verify_consistency(old.size, old.root, size=new.size, root=new.root, proof=proof)


@pytest.mark.parametrize(
    "query",
    [{}, {"old": "1", "index": "1"}, {"old": "5"}, {"index": "1"}, {"index": "0", "size": "9"}],
)
async def test_a_proof_that_cannot_be_is_a_sentence(home: Home, query: dict[str, str]) -> None:
    """Proofs beyond the end, of nothing, or of both are refused with 400."""
    await home.hub.diary.act(Act.UNLOCK, Viewer("Eve", Via.BROWSER))
    answer = await home.owner.get("/api/diary/proof", params=query)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].endswith(".")


async def test_a_former_member_can_be_erased(home: Home) -> None:
    """Their entries turn into bare commitments that still verify; that it was done is written."""
    eve = Viewer("Eve", Via.BROWSER, "adult", MemberId("eve"))
    await home.hub.diary.act(Act.PAUSED, eve)
    assert (await home.owner.delete("/api/diary/people/eve")).status_code == 204
    act, erased = await read(home.owner)
    assert erased["state"] == "erased"
    assert json.loads(act["entry"])["act"] == "erased"
    assert (await home.owner.delete("/api/diary/people/eve")).status_code == 404


async def test_who_lives_here_cannot_be_erased(home: Home) -> None:
    """The owner does not erase the owner's looks."""
    await home.owner.get(f"/api/events/{home.event}/picture.jpg")
    (leaf,) = await read(home.owner)
    member = json.loads(leaf["entry"])["by"]["member"]
    answer = await home.owner.delete(f"/api/diary/people/{member}")
    assert answer.status_code == 409
    assert {leaf["state"] for leaf in await read(home.owner)} == {"open"}


async def test_everybody_reads_what_they_may(home: Home) -> None:
    """An adult reads every look; a member their own, and of the others only that they are there."""
    await home.owner.get(f"/api/events/{home.event}/picture.jpg")
    grant = Grant(home.camera, frozenset({Right.CLIPS}))
    eve = await joined(home.app, "Eve", Role.MEMBER, grant)
    bob = await joined(home.app, "Bob", Role.ADULT)
    async with await browser_of(home.app, eve) as eves, await browser_of(home.app, bob) as bobs:
        await eves.get(f"/api/events/{home.event}/picture.jpg")
        assert [leaf["state"] for leaf in await read(bobs)] == ["open", "open"]
        assert [leaf["state"] for leaf in await read(eves)] == ["open", "withheld"]
        assert [leaf["now"] for leaf in await read(eves)] == [True, False]
        assert [entry["by"]["name"] for entry in await entries(eves, camera=home.camera)] == ["Eve"]
        (own,) = await entries(eves, person=eve.id)
        assert own["by"]["name"] == "Eve"
        spied = await eves.get("/api/diary", params={"person": bob.id})
        assert spied.status_code == 403


async def test_a_removed_member_can_be_erased(home: Home) -> None:
    """Removing somebody leaves their looks readable; erasing them comes after."""
    grant = Grant(home.camera, frozenset({Right.CLIPS}))
    eve = await joined(home.app, "Eve", Role.MEMBER, grant)
    async with await browser_of(home.app, eve) as eves:
        await eves.get(f"/api/events/{home.event}/picture.jpg")
    assert (await home.owner.delete(f"/api/diary/people/{eve.id}")).status_code == 409
    await home.hub.members.remove(eve.id)
    assert "Eve" in [entry["by"]["name"] for entry in await entries(home.owner) if "by" in entry]
    assert (await home.owner.delete(f"/api/diary/people/{eve.id}")).status_code == 204
    states = [leaf["state"] for leaf in await read(home.owner)]
    assert states == ["open", "erased", "erased"]


async def test_a_program_with_a_token_is_told_apart(home: Home) -> None:
    """What a script fetches with an API token is in the diary as such, and so is its making."""
    body = {"name": "door display", "password": PASSWORD.reveal(), "rights": ["clips"], "days": 1}
    eve = await joined(home.app, "Eve", Role.ADULT)
    async with await browser_of(home.app, eve) as eves:
        made = await eves.post("/api/tokens", json=body)
    assert made.status_code == 201, made.json()
    bearer = {"Authorization": f"Bearer {made.json()['secret']}"}
    picture = f"/api/events/{home.event}/picture.jpg"
    assert (await home.nobody.get(picture, headers=bearer)).status_code == 200
    act, look = await entries(home.owner)
    assert (act["act"], act["detail"]) == ("token_made", "door display")
    assert (look["by"]["via"], look["by"]["member"]) == ("token", eve.id)


async def test_who_came_changed_and_went_is_in_the_diary(home: Home) -> None:
    """Inviting, changing and removing somebody is written; erasing them takes it along."""
    invitation = await home.owner.post("/api/members/invitations", json={"role": "adult"})
    join = {"token": invitation.json()["token"], "name": "Eve", "password": "a long password"}
    joining = await home.nobody.post("/api/join", json=join)
    assert joining.status_code == 200, joining.json()
    eve = joining.json()["member"]
    home.nobody.cookies.clear()
    await home.owner.patch(f"/api/members/{eve}", json={"role": "guest"})
    await home.owner.delete(f"/api/members/{eve}")
    written = await entries(home.owner, person=eve)
    assert [(entry["act"], entry["by"]["name"]) for entry in written] == [
        ("member_added", "Eve"),
        ("member_changed", "Ada"),
        ("member_removed", "Ada"),
    ]
    assert (await home.owner.delete(f"/api/diary/people/{eve}")).status_code == 204
    text = (await home.owner.get("/api/diary")).text
    assert "Eve" not in text


async def test_no_diary_no_picture(home: Home) -> None:
    """While the diary cannot be written, a look is refused and not one byte of it leaves."""
    await home.hub.database.run(lambda c: c.execute("DROP TABLE diary_tiles"))
    for path, query, _ in LOOKS:
        filled = path.format(segment=home.segment, camera=home.camera, event=home.event)
        answer = await home.owner.get(filled, params=query)
        assert answer.status_code == 500, path
        assert "video" not in answer.headers["content-type"]
        assert "image" not in answer.headers["content-type"]
    async with listening(home) as url:
        live = f"{url}/api/cameras/{home.camera}/live"
        with pytest.raises(websockets.InvalidStatus, match="500"):
            async with websockets.connect(live, additional_headers=signed(home, live)):
                pytest.fail("The socket opened.")
    assert await home.hub.database.run(store.newest, before=99, limit=99) == ()
