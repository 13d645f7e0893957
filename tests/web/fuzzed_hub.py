"""A hub on a real socket in a thread of its own, with one of everything, and those who ask it."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.account import Account
from consentry.model.keys import UnlockMode
from consentry.model.rights import RESIDENT, Grant, Right, Role
from consentry.seal import Pair
from consentry.store import accounts, events, kept
from consentry.web.app import create_app
from consentry.web.context import Context
from consentry.web.server import bind, serve_app
from consentry.web.sessions import COOKIE, token_hash
from tests.store.film import film
from tests.store.house import DOOR, build, event, span
from tests.web.home import CHEAP, PASSWORD, at, jpeg
from tests.web.people import joined

T = TypeVar("T")

LOOPBACK = "127.0.0.1"


class Asker(StrEnum):
    """Who asks, and whether the recordings are locked then."""

    NOBODY = "nobody"
    OWNER = "owner"
    ADULT = "adult"
    MEMBER = "member"
    GUEST = "guest"
    TOKEN = "token"
    LOCKED = "owner, locked"


GRANTS: dict[Asker, tuple[Role, tuple[Grant, ...]]] = {
    Asker.ADULT: (Role.ADULT, ()),
    Asker.MEMBER: (Role.MEMBER, (Grant(DOOR, RESIDENT),)),
    Asker.GUEST: (Role.GUEST, (Grant(DOOR, frozenset({Right.LIVE})),)),
}


@dataclass(frozen=True, slots=True)
class FuzzedHub:
    """What is asked; everything but ``address`` belongs to the hub's own event loop."""

    address: str
    loop: asyncio.AbstractEventLoop
    hub: Hub
    context: Context
    people: dict[Asker, Account]
    pair: Pair
    """The owner's, which unlocks the recordings."""
    things: dict[str, str]
    """What there is, by the name of the path parameter."""
    tokens: dict[str, str]
    """What opens a route to whoever holds it, by the route's path."""
    secret: str
    """Of the owner's API token."""

    def credentials(self, asker: Asker) -> tuple[dict[str, str], dict[str, str]]:
        """Return headers and cookies with which ``asker`` comes, the house locked or open for it.

        A session of its own each time, and no wait for what others typed before: neither a route
        that ends sessions nor a wrong password stands in the way of what is asked next.
        """
        return self.run(self._stand(asker))

    async def _stand(self, asker: Asker) -> tuple[dict[str, str], dict[str, str]]:
        for key in (LOOPBACK, f"link:{LOOPBACK}", "name:ada"):
            self.context.limiter.succeeded(key)
        owner = self.people[Asker.OWNER]
        if asker is Asker.LOCKED:
            self.hub.lock_keys()
        else:
            account = await self.hub.database.run(accounts.account_with_id, owner.id)
            await self.hub.locks.open_with(account, self.pair)
        assert self.hub.keyring.locked is (asker is Asker.LOCKED)
        header = {"X-Consentry": "1"}
        if asker is Asker.NOBODY:
            return header, {}
        if asker is Asker.TOKEN:
            return header | {"Authorization": f"Bearer {self.secret}"}, {}
        person = self.people.get(asker, owner).id
        account = await self.hub.database.run(accounts.account_with_id, person)
        token = await self.context.sessions.begin(account, address=LOOPBACK, agent="test")
        return header, {f"{COOKIE}_{httpx.URL(self.address).port}": token}

    def run(self, work: Coroutine[None, None, T]) -> T:
        """Do something on the hub's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)


@contextmanager
def fuzzed_hub(folder: Path) -> Iterator[FuzzedHub]:
    """Serve a house with ten seconds of its front door until the block ends."""
    things = _recorded(folder)
    ready = threading.Event()
    found: list[FuzzedHub] = []
    loop = asyncio.new_event_loop()
    over = asyncio.Event()

    async def serve() -> None:
        async with Hub(Config(data=folder), work=Work.NOTHING, cost=CHEAP) as hub:
            app = create_app(hub)
            bound = bind(LOOPBACK, 0)
            address = f"http://{LOOPBACK}:{bound.getsockname()[1]}"
            task = asyncio.create_task(serve_app(app, sockets=[bound]))
            try:
                found.append(await _peopled(hub, app, address, things))
                ready.set()
                await over.wait()
            finally:
                task.cancel()
                await asyncio.wait({task})

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            try:
                runner.run(serve())
            finally:
                ready.set()

    thread = threading.Thread(target=run, name="fuzzed hub")
    thread.start()
    ready.wait()
    try:
        assert found, "the hub did not start"
        yield found[0]
    finally:
        if loop.is_running():
            loop.call_soon_threadsafe(over.set)
        thread.join()


def _recorded(folder: Path) -> dict[str, str]:
    """Record the front door, with an event and a kept clip; return their ids."""
    house = build(folder)
    try:
        house.record(film(seconds=10, audio="aac"))
        seen = event("event00000000001", 4, 6)
        picture = events.seal_picture(house.household.public, seen.id, jpeg(64, 36))
        house.database.call(events.put, seen, picture=picture)
        clip = house.database.call(kept.add, DOOR, span(2, 8), note="", now=seen.start)
        segment = house.recorded()[0].id
    finally:
        house.database.close()
    return {"camera": DOOR, "segment": segment, "event": seen.id, "clip": clip.id}


async def _peopled(hub: Hub, app: FastAPI, address: str, things: dict[str, str]) -> FuzzedHub:
    """Let people in, and make one of everything that a path can name."""
    context: Context = app.state.context
    owner = await hub.locks.found("Ada", PASSWORD, mode=UnlockMode.PASSPHRASE)
    people = {Asker.OWNER: owner}
    for asker, (role, grants) in GRANTS.items():
        people[asker] = await joined(app, asker.value.title(), role, *grants)
    spare = await joined(app, "Spare", Role.MEMBER)
    pair = await hub.passwords.open(PASSWORD, owner)
    assert pair is not None
    other = await context.sessions.begin(owner, address=LOOPBACK, agent="other")
    mine = await context.sessions.begin(owner, address=LOOPBACK, agent="test")
    owned = Maker(address, {f"{COOKIE}_{httpx.URL(address).port}": mine})
    async with owned.browser() as browser:
        stretch = {"camera": DOOR, "from": at(2), "to": at(4)}
        share = await owned.made(browser, "/api/shares", **stretch)
        link = await owned.made(browser, f"/api/shares/{share['id']}/link", hours=24)
        joins = await owned.made(browser, "/api/members/invitations", role="member")
        rights = [right.value for right in RESIDENT]
        token = {"name": "script", "password": PASSWORD.reveal(), "days": 366, "rights": rights}
        used, spent = [await owned.made(browser, "/api/tokens", **token) for _ in range(2)]
    made = {
        "member": spare.id,
        "session": token_hash(other).hex(),
        "share": share["id"],
        "invitation": joins["invitation"]["id"],
        "token": spent["token"]["id"],
    }
    tokens = {
        "/api/setup": hub.setup_token.reveal(),
        "/api/join/look": joins["token"],
        "/api/join": joins["token"],
        "/api/shared/open": link["link"].rpartition("/")[2].partition("#")[0],
    }
    loop = asyncio.get_running_loop()
    return FuzzedHub(
        address, loop, hub, context, people, pair, things | made, tokens, used["secret"]
    )


@dataclass(frozen=True, slots=True)
class Maker:
    """The owner's browser, which makes things over HTTP."""

    address: str
    cookies: dict[str, str]

    def browser(self) -> httpx.AsyncClient:
        """Return the browser."""
        header = {"X-Consentry": "1"}
        return httpx.AsyncClient(base_url=self.address, headers=header, cookies=self.cookies)

    async def made(self, browser: httpx.AsyncClient, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
        """Post, and return what was made."""
        answer = await browser.post(path, json=body, timeout=60)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()
