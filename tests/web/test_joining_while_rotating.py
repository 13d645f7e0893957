"""Joining the house in the very moment in which its key is changed."""

import asyncio

from consentry.model.ids import MemberId
from consentry.model.rights import Role
from consentry.model.secret import Secret
from consentry.store import accounts
from tests.web.doorstep import PASSWORD, Doorstep
from tests.web.home import until


async def opens(door: Doorstep, member: str) -> bool:
    """Tell whether the member's password opens the recordings as they are sealed now."""
    account = await door.hub.database.run(accounts.account_with_id, MemberId(member))
    pair = await door.hub.passwords.open(Secret(PASSWORD), account)
    assert pair is not None
    door.hub.keyring.lock()
    return await door.hub.locks.open_with(account, pair)


async def test_whoever_joins_while_the_key_changes_opens_the_new_one(door: Doorstep) -> None:
    """Whichever of the two comes first: the share that is stored is one of the key in force."""
    for number in range(4):
        await until(lambda: door.hub.rotation.progress is None)
        async with door.browser() as newcomer, asyncio.TaskGroup() as both:
            joining = both.create_task(door.join(newcomer, "adult", f"Bo {number}"))
            both.create_task(door.hub.locks.rotate())
        assert await opens(door, joining.result())


async def test_the_key_waits_for_a_share_on_its_way(door: Doorstep) -> None:
    """A share that was made and is not stored yet holds the change up."""
    await until(lambda: door.hub.rotation.progress is None)
    before = door.hub.keyring.public
    async with asyncio.TaskGroup() as changing:
        async with door.hub.locks.steady():
            account = await door.hub.locks.admit("Bo", Secret(PASSWORD), role=Role.ADULT)
            changing.create_task(door.hub.locks.rotate())
            await door.hub.database.run(lambda _: None)  # the change had its chance to be written
            assert door.hub.keyring.public == before
            await door.hub.database.run(accounts.add, account)
        await until(lambda: door.hub.keyring.public != before)
    assert await opens(door, account.id)
