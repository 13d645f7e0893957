"""People in the tests of the web room: members with a session, whatever their password."""

import httpx
from fastapi import FastAPI

from consentry.model.account import Account
from consentry.model.ids import MemberId, random_id
from consentry.model.rights import Grant, Role
from consentry.model.secret import Secret
from consentry.store import members
from consentry.store.database import Database
from consentry.web.sessions import COOKIE


async def joined(app: FastAPI, name: str, role: Role, *grants: Grant) -> Account:
    """Return the account of somebody who has just joined the house."""
    hub = app.state.context.hub
    account = Account(MemberId(random_id()), name, role, Secret("no hash"), hub.clock.wall())
    await hub.database.run(_add, account)
    await hub.database.run(members.give, account.id, grants)
    await hub.members.load()
    return account


def _add(connection: Database, account: Account) -> None:
    connection.execute(  # type: ignore[attr-defined]
        "INSERT INTO accounts (id, name, role, password_hash, created) VALUES (?, ?, ?, ?, ?)",
        (account.id, account.name, account.role.value, "no hash", account.created),
    )


async def browser_of(app: FastAPI, account: Account) -> httpx.AsyncClient:
    """Return a browser in which somebody is signed in."""
    token = await app.state.context.sessions.begin(account, address="192.0.2.9", agent="test")
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://127.0.0.1:8600",
        headers={"X-Consentry": "1"},
        cookies={f"{COOKIE}_8600": token},
    )
