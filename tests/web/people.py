"""People in the tests of the web room: members with a session, all of one password."""

import httpx
from fastapi import FastAPI

from consentry.model.account import Account
from consentry.model.ids import MemberId, random_id
from consentry.model.rights import Grant, Role
from consentry.store import accounts, members
from tests.web.browsers import browser_at
from tests.web.home import PASSWORD


async def joined(app: FastAPI, name: str, role: Role, *grants: Grant) -> Account:
    """Return the account of somebody who has just joined the house."""
    hub = app.state.context.hub
    member = MemberId(random_id())
    keys = await hub.passwords.lock(PASSWORD, member)
    if role is not Role.GUEST:
        keys = hub.keyring.share(member, keys)
    account = Account(member, name, role, hub.clock.wall(), keys)
    await hub.database.run(accounts.add, account)
    await hub.database.run(members.give, account.id, grants)
    await hub.members.load()
    return account


async def browser_of(app: FastAPI, account: Account) -> httpx.AsyncClient:
    """Return a browser in which somebody is signed in."""
    token = await app.state.context.sessions.begin(account, address="192.0.2.9", agent="test")
    return browser_at(app, session=token)
