"""A hub whose clock is moved by hand, and browsers at other addresses that want to be let in."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
from fastapi import FastAPI

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.web.app import create_app
from tests.web.browsers import browser_at
from tests.web.hand_clock import HandClock
from tests.web.home import CHEAP

PASSWORD = "correct horse"


@dataclass(frozen=True, slots=True)
class Doorstep:
    """The hub, its clock, and who stands before it."""

    hub: Hub
    app: FastAPI
    clock: HandClock
    owner: httpx.AsyncClient
    """Ada's browser; she owns the house."""

    def browser(self, address: str = "192.0.2.66", **headers: str) -> httpx.AsyncClient:
        """Return a browser at some address."""
        return browser_at(self.app, address, **headers)

    async def log_in(
        self, browser: httpx.AsyncClient, password: str = PASSWORD, **more: str
    ) -> httpx.Response:
        """Try to sign in as Ada, or as ``name``."""
        body = {"name": "Ada", "password": password, **more}
        return await browser.post("/api/login", json=body)

    async def join(self, browser: httpx.AsyncClient, role: str, name: str) -> str:
        """Let somebody in by an invitation; return their id."""
        made = await self.owner.post("/api/members/invitations", json={"role": role})
        body = {"token": made.json()["token"], "name": name, "password": PASSWORD}
        joined = await browser.post("/api/join", json=body)
        assert joined.status_code == 200, joined.text
        member: str = joined.json()["member"]
        return member


@contextlib.asynccontextmanager
async def doorstep(folder: Path, clock: HandClock) -> AsyncIterator[Doorstep]:
    """Open a hub in the folder; who owns it signs in, or makes it hers."""
    async with Hub(Config(data=folder), work=Work.NOTHING, clock=clock, cost=CHEAP) as hub:
        app = create_app(hub)
        async with browser_at(app, "192.0.2.10") as owner:
            door = Doorstep(hub, app, clock, owner)
            token = hub.setup_token.reveal()
            body = {"token": token, "name": "Ada", "password": PASSWORD}
            made = await owner.post("/api/setup", json=body)
            if made.status_code != 200:
                made = await door.log_in(owner)
            assert made.status_code == 200, made.text
            yield door
