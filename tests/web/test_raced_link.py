"""Two who open a link at once when it is good for one opening, over real connections."""

import asyncio
import base64
import json
from dataclasses import dataclass

import httpx

from consentry.seal.share import ShareKey
from tests.store.film import numbers
from tests.web.home import Home, listening, stretch

ROUNDS = 25
"""With the count read in one step and written in another, the first one told."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who was sent the link, at an address of their own: refusals slow one down."""

    browser: httpx.AsyncClient

    @classmethod
    def at(cls, address: str, hub: str) -> "Recipient":
        """Return a browser that comes from ``address``, a part of 127.0.0.0/8."""
        transport = httpx.AsyncHTTPTransport(local_address=address)
        header = {"X-Consentry": "1"}
        return cls(httpx.AsyncClient(transport=transport, base_url=hub, headers=header))

    async def open(self, token: str) -> httpx.Response:
        """Click."""
        return await self.browser.post("/api/shared/open", json={"token": token}, timeout=60)

    async def film(self, opening: httpx.Response, secret: str) -> bytes:
        """Fetch what was opened and unseal it."""
        told = opening.json()
        ticket = {"X-Consentry-Ticket": told["ticket"]}
        sealed = await self.browser.get("/api/shared/film", headers=ticket, timeout=60)
        assert sealed.status_code == 200
        envelope = base64.urlsafe_b64decode(told["envelope"] + "==")
        key = ShareKey.unwrap(told["id"], envelope, base64.urlsafe_b64decode(secret + "="))
        return b"".join(key.open([sealed.content]))


async def test_of_two_at_the_last_opening_exactly_one_wins(home: Home) -> None:
    """The winner sees the film, the other is told that the link is not good any more.

    Every opening, and no refusal, is in the diary and in what the maker sees.
    """
    stretched = {"camera": home.camera, **stretch(5, 10)}
    share = (await home.owner.post("/api/shares", json=stretched)).json()
    async with listening(home) as socket:
        hub = socket.replace("ws://", "http://")
        for turn in range(ROUNDS):
            await _race(home, hub, share["id"], turn)
    leaves = (await home.owner.get("/api/diary", params={"limit": 200})).json()["leaves"]
    entries = [json.loads(leaf["entry"]) for leaf in leaves]
    openings = [entry for entry in entries if entry.get("look") == "link"]
    assert len(openings) == ROUNDS
    assert {entry["detail"] for entry in openings} == {share["id"]}


async def _race(home: Home, hub: str, share: str, turn: int) -> None:
    terms = {"hours": 1, "opens": 1}
    made = (await home.owner.post(f"/api/shares/{share}/link", json=terms)).json()
    token, _, secret = made["link"].rpartition("/s/")[2].partition("#")
    one, other = (Recipient.at(f"127.0.{turn + 1}.{who}", hub) for who in (1, 2))
    async with one.browser, other.browser:
        for recipient in (one, other):  # both are connected before either asks
            await recipient.browser.get("/api/health")
        answers = await asyncio.gather(one.open(token), other.open(token))
        outcome = sorted(answer.status_code for answer in answers)
        assert outcome == [200, 404]
        won, lost = sorted(answers, key=lambda answer: answer.status_code)
        assert "not good any more" in lost.json()["error"]["message"]
        winner = one if won is answers[0] else other
        assert numbers(await winner.film(won, secret)) == list(range(40, 100))
    (listed,) = (await home.owner.get("/api/shares")).json()
    assert (listed["link"]["opens_left"], listed["link"]["opened"]) == (0, 1)
