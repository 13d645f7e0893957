"""Recovery words, and resetting an owner: over the real application."""

import asyncio
from pathlib import Path

import httpx
import pytest

from consentry.model.rights import Role
from consentry.seal.words import recovery_pair
from consentry.store import accounts
from tests.web.home import PASSWORD, until
from tests.web.people import joined
from tests.web.test_unlocking import Stay, holding, set_up, stay

NEW = "battery staple"


async def make_words(home: Stay) -> list[str]:
    """Have words made, type the three that are asked for, and return all 24."""
    offered = (await home.browser.post("/api/recovery/words")).json()
    answers = {number: offered["words"][number - 1] for number in offered["ask"]}
    answer = await home.browser.post("/api/recovery/confirm", json={"answers": answers})
    assert answer.status_code == 200, answer.text
    assert answer.json()["made"]
    words: list[str] = offered["words"]
    return words


async def restore(home: Stay, words: list[str], password: str = NEW) -> httpx.Response:
    """Restore by words."""
    body = {"words": " ".join(words), "password": password}
    return await home.browser.post("/api/recovery/restore", json=body)


async def test_words_open_a_house_whose_passwords_are_lost(folder: Path) -> None:
    """The words alone give the owner a new password, and with it the recordings, for good."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as home:
        await home.browser.post("/api/unlock", json={"password": PASSWORD.reveal()})
        words = await make_words(home)
    async with stay(folder) as lost:
        assert (await restore(lost, words)).json()["locked"] is False
        assert await lost.statuses() == {200}
    async with stay(folder) as after:
        for password, status in ((PASSWORD.reveal(), 401), (NEW, 200)):
            body = {"name": "Ada", "password": password}
            assert (await after.browser.post("/api/login", json=body)).status_code == status
        assert await after.statuses() == {200}
        assert (await after.browser.post("/api/check", json={})).json()["breaches"] == []


async def test_words_count_only_when_three_were_typed(folder: Path) -> None:
    """A wrong word is named by its number; until they are confirmed new words open nothing."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as home:
        assert (await home.browser.get("/api/recovery")).status_code == 200
        early = await home.browser.post("/api/recovery/confirm", json={"answers": {"1": "a"}})
        assert early.status_code == 409
        locked = await home.browser.post("/api/recovery/words")
        assert (locked.status_code, locked.json()["error"]["code"]) == (423, "locked")
        await home.browser.post("/api/unlock", json={"password": PASSWORD.reveal()})
        offered = (await home.browser.post("/api/recovery/words")).json()
        assert (len(offered["words"]), len(set(offered["ask"]))) == (24, 3)
        wrong = await home.browser.post("/api/recovery/confirm", json={"answers": {}})
        assert wrong.status_code == 400
        assert f"Word {offered['ask'][0]} is another one" in wrong.json()["error"]["message"]
        assert (await home.browser.get("/api/recovery")).json()["made"] is None
        refused = await restore(home, offered["words"])
        assert (refused.status_code, "these are not" in refused.text.lower()) == (400, True)


async def test_new_words_end_the_old_ones(folder: Path) -> None:
    """Once the new ones were confirmed, the old ones open nothing."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as home:
        await home.browser.post("/api/unlock", json={"password": PASSWORD.reveal()})
        old, new = await make_words(home), await make_words(home)
        assert (await restore(home, old)).status_code == 400
        assert (await restore(home, new)).status_code == 200


async def test_words_and_a_change_of_the_key_at_once_leave_what_opens(folder: Path) -> None:
    """Whichever comes first: new words, and a password made by words, open the key in force."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as home:
        await home.browser.post("/api/unlock", json={"password": PASSWORD.reveal()})
        for turn in range(3):
            await until(lambda: home.hub.rotation.progress is None)
            async with asyncio.TaskGroup() as both:
                confirming = both.create_task(make_words(home))
                both.create_task(home.hub.locks.rotate())
            words, password = confirming.result(), f"password {turn}"
            await until(lambda: home.hub.rotation.progress is None)
            async with asyncio.TaskGroup() as both:
                restoring = both.create_task(restore(home, words, password))
                both.create_task(home.hub.locks.rotate())
            assert restoring.result().status_code == 200
            home.hub.lock_keys()
            opened = await home.browser.post("/api/unlock", json={"password": password})
            assert opened.json()["locked"] is False
            home.hub.lock_keys()
            assert (await restore(home, words)).json()["locked"] is False


@pytest.mark.parametrize("what", ["confirm", "restore"])
async def test_what_is_sealed_to_the_key_waits_for_its_change(folder: Path, what: str) -> None:
    """New words and a new password by words are made and stored while nothing changes the key."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as home:
        await home.browser.post("/api/unlock", json={"password": PASSWORD.reveal()})
        words = await make_words(home)
        before = (await home.hub.database.run(accounts.owner, None), home.hub.words.kept)
        making = make_words(home) if what == "confirm" else restore(home, words)
        async with home.hub.locks.steady():
            task = asyncio.ensure_future(making)
            await asyncio.wait([task], timeout=0.5)
            assert not task.done()
            owner = await home.hub.database.run(accounts.owner, None)
            assert (owner, home.hub.words.kept) == before
        await task
        after = (await home.hub.database.run(accounts.owner, None), home.hub.words.kept)
        assert after != before


async def test_words_are_nowhere_on_the_disk(folder: Path) -> None:
    """Neither the words nor what they open stands in any file, and no answer repeats them."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as home:
        await home.browser.post("/api/unlock", json={"password": PASSWORD.reveal()})
        words = await make_words(home)
        told = [(await home.browser.get(f"/api/{path}")).text for path in ("recovery", "diary")]
        assert not [word for word in set(words) if f'"{word}"' in "".join(told)]
    assert holding(folder, " ".join(words[:3]).encode()) == []
    assert holding(folder, recovery_pair(words).reveal()) == []


async def test_guessing_words_is_slowed(folder: Path) -> None:
    """Five wrong tries cost nothing, then whoever guesses waits."""
    await set_up(folder)
    async with stay(folder) as stranger:
        statuses = [(await restore(stranger, ["abandon"] * 24)).status_code for _ in range(7)]
        assert statuses == [400] * 5 + [429] * 2


async def test_resetting_an_owner_is_for_this_machine_only(folder: Path) -> None:
    """Not even the owner does it in a browser."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as home:
        refused = await home.browser.post("/api/reset-owner", json={"password": NEW})
        assert refused.status_code == 403


async def test_an_adult_who_signs_in_lets_a_reset_owner_in(folder: Path) -> None:
    """A reset account gets its share of the key when somebody else opens the recordings."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as home:
        await home.browser.post("/api/unlock", json={"password": PASSWORD.reveal()})
        await joined(home.app, "Bo", Role.ADULT)
        await joined(home.app, "Gus", Role.GUEST)
    async with stay(folder) as again:
        account = await again.hub.locks.reset(PASSWORD, None)
        await again.app.state.context.sessions.start_over(account.id, account.keys)
        for name, locked in (("Ada", True), ("Gus", True), ("Bo", False)):
            body = {"name": name, "password": PASSWORD.reveal()}
            answer = await again.browser.post("/api/login", json=body)
            assert (answer.status_code, answer.json()["locked"]) == (200, locked), name
    async with stay(folder) as last:
        for name, locked in (("Gus", True), ("Ada", False)):
            body = {"name": name, "password": PASSWORD.reveal()}
            answer = await last.browser.post("/api/login", json=body)
            assert answer.json()["locked"] is locked
        assert await last.statuses() == {200}


async def test_the_last_backup_is_remembered(folder: Path) -> None:
    """The owner reads when it was made; a refused one is none."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as home:
        await home.browser.post("/api/unlock", json={"password": PASSWORD.reveal()})
        assert (await home.browser.post("/api/backup")).status_code == 409
        assert (await home.browser.get("/api/recovery")).json()["backup"] is None
        await make_words(home)
        assert (await home.browser.post("/api/backup")).status_code == 200
        told = (await home.browser.get("/api/recovery")).json()
        assert told["backup"] >= told["made"]


async def test_every_act_with_keys_is_in_the_diary(folder: Path) -> None:
    """Unlocking, locking, new words and a new password are written down, with who did it."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as home:
        await home.browser.post("/api/unlock", json={"password": PASSWORD.reveal()})
        await make_words(home)
        await home.browser.post("/api/lock")
        change = {"current": PASSWORD.reveal(), "new": NEW}
        await home.browser.post("/api/password", json=change)
        leaves = (await home.browser.get("/api/diary")).json()["leaves"]
        entries = "".join(leaf["entry"] for leaf in leaves)
        for act in ("unlock", "words_made", "lock", "password_changed"):
            assert f'"act":"{act}"' in entries
        assert entries.count('"name":"Ada"') >= 4
