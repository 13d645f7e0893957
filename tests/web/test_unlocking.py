"""The recordings behind a password: what works while they are locked, and who unlocks them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.errors import IntegrityError, LockedError
from consentry.model.keys import UnlockMode
from consentry.web.app import create_app
from tests.store.house import DOOR
from tests.web.browsers import browser_at
from tests.web.home import CHEAP, EVENT, PASSWORD, stretch

WORD = PASSWORD.reveal()
WATCHING: tuple[tuple[str, dict[str, str]], ...] = (
    (f"/api/cameras/{DOOR}/segments", stretch(4, 8)),
    (f"/api/cameras/{DOOR}/export", stretch(4, 8)),
    (f"/api/cameras/{DOOR}/export.mp4", stretch(4, 8)),
    (f"/api/cameras/{DOOR}/preview.jpg", {"at_us": "1790000005000000"}),
    (f"/api/events/{EVENT}/picture.jpg", {}),
    (f"/api/events/{EVENT}/clip.mp4", {}),
)
"""Everything that needs the household's key."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A hub from one start to its end, and a browser."""

    hub: Hub
    app: FastAPI
    browser: httpx.AsyncClient

    async def locked(self) -> bool:
        """Return what the page is told."""
        return bool((await self.browser.get("/api/session")).json()["locked"])

    async def statuses(self) -> set[int]:
        """Return the statuses of everything that needs the household's key."""
        answers = [await self.browser.get(path, params=query) for path, query in WATCHING]
        return {answer.status_code for answer in answers}


@asynccontextmanager
async def stay(folder: Path, cookies: httpx.Cookies | None = None) -> AsyncIterator[Stay]:
    """Start a hub on the recorded house; ``cookies`` are those of a browser that knows it."""
    async with Hub(Config(data=folder), work=Work.NOTHING, cost=CHEAP) as hub:
        app = create_app(hub)
        async with browser_at(app) as browser:
            browser.cookies.update(cookies)
            yield Stay(hub, app, browser)


def holding(folder: Path, secret: bytes) -> list[Path]:
    """Return the files below ``folder`` in which ``secret`` stands."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if secret in path.read_bytes()]


async def set_up(folder: Path, **more: str) -> httpx.Cookies:
    """Make the owner's account; return the browser's cookies."""
    async with stay(folder) as first:
        token = first.hub.setup_token.reveal()
        body = {"token": token, "name": "Ada", "password": WORD, **more}
        answer = await first.browser.post("/api/setup", json=body)
        assert answer.status_code == 200, answer.text
        assert not answer.json()["locked"]
        assert await first.statuses() == {200}
        return first.browser.cookies


async def test_the_key_is_nowhere_but_behind_the_password(folder: Path) -> None:
    """By default setting up seals the key and destroys its file: a restart waits for a password."""
    key = (folder / "keys" / "household.key").read_bytes()
    cookies = await set_up(folder)
    assert not (folder / "keys" / "household.key").exists()
    assert holding(folder, key[-32:]) == []
    async with stay(folder, cookies) as again:
        assert await again.locked()
        assert await again.statuses() == {423}
        error = (await again.browser.get(f"/api/events/{EVENT}/picture.jpg")).json()["error"]
        assert error["code"] == "locked"


async def test_while_locked_all_else_works(folder: Path) -> None:
    """Cameras, events, timeline, settings and storage need no password."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as again:
        open_paths = ("cameras", "events", "settings", "storage", f"cameras/{DOOR}/timeline")
        for path in open_paths:
            query = stretch(0, 20) if path.endswith("timeline") else {}
            answer = await again.browser.get(f"/api/{path}", params=query)
            assert answer.status_code == 200, path
        report = (await again.browser.post("/api/check", json={})).json()
        assert (report["breaches"], report["locked"]) == ([], True)
        assert report["opened_units"] == report["opened_pictures"] == 0


async def test_signing_in_unlocks(folder: Path) -> None:
    """A password that signs in opens the recordings for everybody who may watch them."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as again:
        body = {"name": "ada", "password": WORD}
        assert not (await again.browser.post("/api/login", json=body)).json()["locked"]
        assert await again.statuses() == {200}
        report = (await again.browser.post("/api/check", json={})).json()
        assert (report["breaches"], report["locked"]) == ([], False)
        assert report["opened_units"] > 0


async def test_a_session_from_before_unlocks_with_its_password(folder: Path) -> None:
    """Still signed in after a power cut: a wrong password opens nothing, the right one does."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as again:
        wrong = await again.browser.post("/api/unlock", json={"password": "wrong horse"})
        assert (wrong.status_code, await again.statuses()) == (401, {423})
        right = await again.browser.post("/api/unlock", json={"password": WORD})
        assert (right.status_code, await again.statuses()) == (200, {200})


async def test_guessing_at_the_lock_is_slowed(folder: Path) -> None:
    """After five wrong passwords whoever guesses must wait."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as again:
        answers = [
            (await again.browser.post("/api/unlock", json={"password": f"guess {n}"})).status_code
            for n in range(7)
        ]
        assert answers == [401] * 5 + [429] * 2


async def test_locking_forgets_what_was_opened(folder: Path) -> None:
    """Locked by hand, nothing plays any more, also of what was played a moment ago."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as again:
        await again.browser.post("/api/unlock", json={"password": WORD})
        assert await again.statuses() == {200}
        assert (await again.browser.post("/api/lock")).json()["locked"]
        assert await again.statuses() == {423}
        with pytest.raises(LockedError):
            _ = again.hub.keyring.household


async def test_with_a_key_file_nothing_is_ever_locked(folder: Path) -> None:
    """Whoever chose the key file watches after each start, and cannot lock."""
    cookies = await set_up(folder, unlock="key_file")
    assert (folder / "keys" / "household.key").exists()
    async with stay(folder, cookies) as again:
        assert await again.statuses() == {200}
        assert not (await again.browser.post("/api/lock")).json()["locked"]
        assert await again.statuses() == {200}


async def test_a_changed_password_unlocks_and_the_old_one_does_not(folder: Path) -> None:
    """Changing the password changes the lock, not the key: recordings of before open with it."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as again:
        change = {"current": WORD, "new": "battery staple"}
        assert (await again.browser.post("/api/password", json=change)).json()["locked"]
        cookies = again.browser.cookies
    async with stay(folder, cookies) as last:
        old = await last.browser.post("/api/unlock", json={"password": WORD})
        new = await last.browser.post("/api/unlock", json={"password": "battery staple"})
        assert (old.status_code, new.status_code) == (401, 200)
        assert await last.statuses() == {200}


async def test_a_crash_before_the_key_file_was_destroyed_is_made_up_for(folder: Path) -> None:
    """A start finds a key file whose key is sealed already, and destroys it."""
    path = folder / "keys" / "household.key"
    content = path.read_bytes()
    cookies = await set_up(folder)
    path.touch(0o600)
    path.write_bytes(content)
    async with stay(folder, cookies) as again:
        assert not path.exists()
        assert await again.statuses() == {423}


async def test_an_account_without_a_share_opens_nothing(folder: Path) -> None:
    """A guest's password signs in, and the recordings stay locked."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as again:
        await again.hub.database.run(
            lambda connection: connection.execute("UPDATE accounts SET household = NULL")
        )
        answer = await again.browser.post("/api/login", json={"name": "Ada", "password": WORD})
        assert (answer.status_code, answer.json()["locked"]) == (200, True)
        assert await again.statuses() == {423}


@pytest.mark.parametrize("column", ["lock", "household"])
async def test_a_damaged_key_record_is_named(folder: Path, column: str) -> None:
    """One flipped bit in what a member holds: a clear sentence, never 'wrong password'."""
    cookies = await set_up(folder)
    async with stay(folder, cookies) as again:

        def damage(connection: object) -> None:
            (held,) = connection.execute(f"SELECT {column} FROM accounts").fetchone()  # type: ignore[attr-defined]  # noqa: S608
            broken = bytes([*held[:-1], held[-1] ^ 1])
            connection.execute(f"UPDATE accounts SET {column} = ?", (broken,))  # type: ignore[attr-defined]  # noqa: S608

        await again.hub.database.run(damage)
        answer = await again.browser.post("/api/unlock", json={"password": WORD})
        assert answer.status_code == 500
        assert answer.json()["error"]["code"] == "damaged"
        assert await again.statuses() == {423}


async def test_a_share_of_another_house_is_refused(folder: Path, tmp_path: Path) -> None:
    """A key that is not this household's never gets onto the ring."""
    await set_up(folder)
    (tmp_path / "other").mkdir()
    async with Hub(Config(data=tmp_path / "other"), work=Work.NOTHING, cost=CHEAP) as other:
        stranger = await other.locks.found("Eve", PASSWORD, mode=UnlockMode.PASSPHRASE)
        pair = await other.passwords.open(PASSWORD, stranger)
    assert pair is not None
    async with stay(folder) as again:
        with pytest.raises(IntegrityError, match="not the key of this household"):
            await again.hub.locks.open_with(stranger, pair)
        assert again.hub.keyring.locked
