"""Sharing over HTTP: who may decide about a share, and what strangers with a link get."""

import base64
import json

import httpx
import pytest

from consentry.model.rights import RESIDENT, Grant, Role
from consentry.seal.share import ShareKey
from tests.store.film import numbers
from tests.web.home import Home, stretch
from tests.web.people import browser_of, joined


async def shared(browser: httpx.AsyncClient, home: Home) -> tuple[str, str, str]:
    """Share five seconds; return the share's id, and its link's token and secret."""
    made = await browser.post("/api/shares", json={"camera": home.camera, **stretch(5, 10)})
    assert made.status_code == 201
    id_ = made.json()["id"]
    answer = await browser.post(f"/api/shares/{id_}/link", json={"hours": 24})
    token, _, secret = answer.json()["link"].rpartition("/s/")[2].partition("#")
    return id_, token, secret


async def test_a_stranger_with_the_link_gets_the_previewed_film(home: Home) -> None:
    """Token, ticket, sealed film; with the link's secret it is the preview, byte for byte."""
    id_, token, secret = await shared(home.owner, home)
    opening = (await home.nobody.post("/api/shared/open", json={"token": token})).json()
    ticket = {"X-Consentry-Ticket": opening["ticket"]}
    sealed = (await home.nobody.get("/api/shared/film", headers=ticket)).content
    envelope = base64.urlsafe_b64decode(opening["envelope"] + "==")
    key = ShareKey.unwrap(opening["id"], envelope, base64.urlsafe_b64decode(secret + "="))
    film = b"".join(key.open([sealed]))
    preview = await home.owner.get(f"/api/shares/{id_}/preview.mp4")
    assert film == preview.content
    assert numbers(film)[:1] == [40]
    (listed,) = (await home.owner.get("/api/shares")).json()
    assert (listed["link"]["opened"], listed["maker"]) == (1, "Ada")


async def test_a_ticket_is_no_address(home: Home) -> None:
    """The film comes for the header only; guesses at links are slowed down."""
    await shared(home.owner, home)
    assert (await home.nobody.get("/api/shared/film")).status_code == 400
    wrong = {"X-Consentry-Ticket": "guess"}
    assert (await home.nobody.get("/api/shared/film", headers=wrong)).status_code == 404
    statuses = {
        (await home.nobody.post("/api/shared/open", json={"token": str(guess)})).status_code
        for guess in range(20)
    }
    assert statuses == {404, 429}


async def test_members_decide_about_their_own_shares_only(home: Home) -> None:
    """What one member shares another does not see; the owner does, and may take it back."""
    everything = Grant(home.camera, RESIDENT)
    bo = await joined(home.app, "Bo", Role.MEMBER, everything)
    cy = await joined(home.app, "Cy", Role.ADULT)
    async with await browser_of(home.app, bo) as his, await browser_of(home.app, cy) as hers:
        id_, token, _ = await shared(his, home)
        assert [each["id"] for each in (await his.get("/api/shares")).json()] == [id_]
        assert (await hers.get("/api/shares")).json() == []
        assert (await hers.get(f"/api/shares/{id_}/preview.mp4")).status_code == 404
        assert (await hers.get(f"/api/shares/{id_}/link")).status_code == 404
        assert (await hers.delete(f"/api/shares/{id_}")).status_code == 404
        (seen,) = (await home.owner.get("/api/shares")).json()
        assert seen["maker"] == "Bo"
        assert (await home.owner.delete(f"/api/shares/{id_}")).status_code == 204
    answer = await home.nobody.post("/api/shared/open", json={"token": token})
    assert answer.status_code == 404


async def test_links_end_with_the_member_who_made_them(home: Home) -> None:
    """Removing somebody ends their links and the tickets of those who opened them."""
    bo = await joined(home.app, "Bo", Role.ADULT)
    async with await browser_of(home.app, bo) as his:
        _, token, _ = await shared(his, home)
    opening = (await home.nobody.post("/api/shared/open", json={"token": token})).json()
    await home.owner.delete(f"/api/members/{bo.id}")
    ticket = {"X-Consentry-Ticket": opening["ticket"]}
    assert (await home.nobody.get("/api/shared/film", headers=ticket)).status_code == 404
    again = await home.nobody.post("/api/shared/open", json={"token": token})
    assert again.status_code == 404
    assert list((home.hub.config.data / "shares").iterdir()) == []


async def test_deleting_footage_takes_its_shares_back(home: Home) -> None:
    """Deleted means gone: also what was handed out of it."""
    _, token, _ = await shared(home.owner, home)
    gone = await home.owner.delete(f"/api/cameras/{home.camera}/footage", params=stretch(6, 7))
    assert gone.status_code == 204
    answer = await home.nobody.post("/api/shared/open", json={"token": token})
    assert answer.status_code == 404


@pytest.mark.parametrize("gone", ["cameras", "events"])
async def test_deleting_a_camera_or_an_event_ends_openings(home: Home, gone: str) -> None:
    """Whoever opened a link of it gets no film any more; there is none on the disk."""
    made = await home.owner.post("/api/shares", json={"camera": home.camera, **stretch(11, 13)})
    path = f"/api/shares/{made.json()['id']}/link"
    link = (await home.owner.post(path, json={"hours": 1})).json()["link"]
    token = link.rpartition("/s/")[2].partition("#")[0]
    opening = (await home.nobody.post("/api/shared/open", json={"token": token})).json()
    ticket = {"X-Consentry-Ticket": opening["ticket"]}
    assert (await home.nobody.get("/api/shared/film", headers=ticket)).status_code == 200
    subject = home.camera if gone == "cameras" else home.event
    assert (await home.owner.delete(f"/api/{gone}/{subject}")).status_code == 204
    assert (await home.nobody.get("/api/shared/film", headers=ticket)).status_code == 404
    again = await home.nobody.post("/api/shared/open", json={"token": token})
    assert again.status_code == 404
    assert list((home.hub.config.data / "shares").iterdir()) == []


async def test_looking_at_a_link_opens_nothing(home: Home) -> None:
    """The page behind a link is the same for good and bad ones, and asks for nothing."""
    id_, token, _ = await shared(home.owner, home)
    good = await home.nobody.get(f"/s/{token}")
    bad = await home.nobody.get("/s/unknown")
    assert good.content == bad.content
    (listed,) = (await home.owner.get("/api/shares")).json()
    assert (listed["id"], listed["link"]["opened"]) == (id_, 0)


async def test_the_link_goes_by_mail_only_with_a_mail_server(home: Home) -> None:
    """Without one the sentence says where to name it."""
    id_, _, _ = await shared(home.owner, home)
    answer = await home.owner.post(f"/api/shares/{id_}/mail", json={"to": "oma@example.org"})
    assert answer.status_code == 400
    assert "e-mail channel" in answer.json()["error"]["message"]


async def test_sharing_opening_and_taking_back_are_in_the_diary(home: Home) -> None:
    """The owner reads who shared, from where it was opened, and who took it back."""
    id_, token, _ = await shared(home.owner, home)
    await home.nobody.post("/api/shared/open", json={"token": token})
    await home.owner.delete(f"/api/shares/{id_}")
    leaves = (await home.owner.get("/api/diary")).json()["leaves"]
    entries = [json.loads(leaf["entry"]) for leaf in reversed(leaves)]
    told = [
        (entry.get("act") or entry.get("look"), entry["by"]["via"])
        for entry in entries
        if entry.get("detail") == id_
    ]
    assert told == [("shared", "browser"), ("link", "link"), ("share_revoked", "browser")]
