"""A key that is not in force any more is in no state that the database's files still hold."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import apsw
import httpx
import pytest
import pytest_asyncio

from consentry.model.account import Account
from consentry.model.keys import UnlockMode
from consentry.model.rights import Role
from consentry.store import shares
from tests.home.test_deleted_for_good import found_on_disk
from tests.web.home import PASSWORD, Home, owned, until
from tests.web.people import browser_of, joined
from tests.web.test_shares import shared

OTHER = "another password"

KEYS = (
    "SELECT lock FROM accounts",
    "SELECT household FROM accounts",
    "SELECT recovery_share FROM facts",
    "SELECT sealed_key FROM shares",
    "SELECT envelope FROM shares",
    "SELECT sealed_link FROM shares",
    "SELECT salt FROM diary_leaves",
)
"""What a password, the words or a link open, and without which an entry is erased."""


@dataclass(frozen=True, slots=True)
class House:
    """Ada's house, with Bo, who shares a clip, and 24 words."""

    home: Home
    bo: Account
    browser: httpx.AsyncClient
    """Bo's."""
    words: list[str]
    share: str

    async def sealed(self) -> set[bytes]:
        """Return all that opens something and is in force."""
        found = await self.home.hub.database.run(_sealed)
        assert len(found) > 5
        return found


def _sealed(connection: apsw.Connection) -> set[bytes]:
    rows = (row for query in KEYS for row in connection.execute(query))
    return {value for (value,) in rows if value is not None}


async def _new_words(owner: httpx.AsyncClient) -> list[str]:
    offered = (await owner.post("/api/recovery/words")).json()
    words: list[str] = offered["words"]
    answers = {number: words[number - 1] for number in offered["ask"]}
    confirmed = await owner.post("/api/recovery/confirm", json={"answers": answers})
    assert confirmed.status_code == 200
    return words


@pytest_asyncio.fixture
async def house(folder: Path) -> AsyncIterator[House]:
    """Return the house behind a passphrase, once its first key is gone."""
    async with owned(folder, UnlockMode.PASSPHRASE) as home:
        await until(lambda: home.hub.rotation.progress is None)
        bo = await joined(home.app, "Bo", Role.ADULT)
        async with await browser_of(home.app, bo) as browser:
            share, _, _ = await shared(browser, home)
            yield House(home, bo, browser, await _new_words(home.owner), share)


async def removes(house: House) -> httpx.Response:
    """Bo moves out."""
    return await house.home.owner.delete(f"/api/members/{house.bo.id}")


async def makes_a_guest(house: House) -> httpx.Response:
    """Bo may not open recordings any more."""
    path = f"/api/members/{house.bo.id}"
    return await house.home.owner.patch(path, json={"role": "guest"})


async def changes_the_password(house: House) -> httpx.Response:
    """Somebody had seen Bo type it."""
    body = {"current": PASSWORD.reveal(), "new": OTHER}
    return await house.browser.post("/api/password", json=body)


async def restores(house: House) -> httpx.Response:
    """Ada's password was lost."""
    body = {"words": " ".join(house.words), "password": OTHER, "name": "Ada"}
    return await house.home.nobody.post("/api/recovery/restore", json=body)


async def makes_other_words(house: House) -> httpx.Response:
    """The paper was lost."""
    await _new_words(house.home.owner)
    return await house.home.owner.get("/api/recovery")


async def takes_back(house: House) -> httpx.Response:
    """Bo ends what he shared."""
    return await house.browser.delete(f"/api/shares/{house.share}")


async def erases(house: House) -> httpx.Response:
    """Bo moved out, and what the diary says of him is to go."""
    await removes(house)
    return await house.home.owner.delete(f"/api/diary/people/{house.bo.id}")


async def lets_expire(house: House) -> httpx.Response:
    """The last opening of what Bo shared was long ago."""
    await house.home.hub.database.run(_used_up)
    await house.home.hub.sharing.sweep()
    return await house.browser.get("/api/shares")


def _used_up(connection: apsw.Connection) -> None:
    connection.execute("UPDATE shares SET opens_left = 0, last_open = ?", (-shares.FETCH_LIFE,))


Deed = Callable[[House], Awaitable[httpx.Response]]


@pytest.mark.parametrize(
    "deed",
    [
        removes,
        makes_a_guest,
        changes_the_password,
        restores,
        makes_other_words,
        takes_back,
        erases,
        lets_expire,
    ],
)
async def test_what_opened_something_is_nowhere(
    house: House, deed: Deed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Not in the file, not in its free pages, not in any frame of the write-ahead log."""
    before = await house.sealed()
    answer = await deed(house)
    assert answer.is_success, answer.text
    gone = before - await house.home.hub.database.run(_sealed)
    assert gone
    copy = tmp_path_factory.mktemp("thief") / "copy"
    await asyncio.to_thread(shutil.copytree, house.home.hub.config.data, copy)
    assert await asyncio.to_thread(found_on_disk, copy, list(gone)) == []
