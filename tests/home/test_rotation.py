"""Another household key: while recording goes on, killed in the middle, with everybody's keys."""

import asyncio
import random
import signal
from pathlib import Path

import apsw
import httpx
import pytest

from consentry import config as settings_file
from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.stores import HOUSEHOLD_KEY, NEXT_KEY, Stores
from consentry.home.supervisor import Work
from consentry.model.errors import ConflictError, IntegrityError
from consentry.model.ids import EventId
from consentry.model.keys import UnlockMode
from consentry.model.rights import Role
from consentry.model.secret import Secret
from consentry.seal import Household
from consentry.seal.lock import Cost
from consentry.store import accounts, events, reseal
from consentry.store.messages import KeyWanted
from tests.cli.hub_process import HubProcess, hub_process
from tests.home.house import PATIENCE_S, breaches, house, is_unbroken, recorded, until
from tests.store.film import film
from tests.store.house import build, event

PASSWORD = Secret("correct horse")
CHEAP = Cost(memory=32, passes=1, lanes=4)


def envelopes(folder: Path) -> list[tuple[str, bytes]]:
    """Return every envelope to the household that the database holds, with its context."""
    stores = Stores.open(settings_file.load(folder))

    def read(connection: apsw.Connection) -> list[tuple[str, bytes]]:
        return [
            (context, sealed)
            for each in reseal.COLUMNS
            for context, sealed in connection.execute(
                f"SELECT {each.context}, {each.column} FROM {each.table} "  # noqa: S608 - ours
                f"WHERE {each.column} IS NOT NULL"
            )
        ]

    try:
        return stores.database.call(read)
    finally:
        stores.database.close()


def opens_nothing(key: Household, folder: Path) -> bool:
    """Tell whether that key opens none of the envelopes, of which there are some."""
    found = envelopes(folder)
    for context, sealed in found:
        opened = key.open_key if context.startswith("segment/") else key.open_blob
        try:
            opened(sealed, context)
        except IntegrityError:
            continue
        return False
    return bool(found)


async def test_the_key_is_changed_while_recording_goes_on(tmp_path: Path) -> None:
    """Not one picture is missing, all of it opens with the new key and none with the old."""
    file = tmp_path / "keys" / HOUSEHOLD_KEY
    async with house(tmp_path, "door") as home:
        old = Household.load(file)
        camera = await home.add("door")
        await home.recording(camera)
        await home.hub.locks.rotate()
        with pytest.raises(ConflictError, match="is being changed already"):
            await home.hub.locks.rotate()
        assert home.hub.footage.preview(camera.id, home.hub.clock.wall()).startswith(b"\xff\xd8")
        await until(lambda: home.hub.rotation.progress is None)
        home.hub._supervisor.cut(camera.id)
        await home.recording(camera)
        await home.hub.locks.rotate()
        await until(lambda: home.hub.rotation.progress is None)
    assert breaches(tmp_path) == []
    found = recorded(tmp_path, camera.id)
    assert len(found.parts) == 1
    assert is_unbroken(found.parts[0])
    assert opens_nothing(old, tmp_path)
    assert Household.load(file).public != old.public


async def test_a_key_sealed_to_the_destroyed_one_is_not_granted(tmp_path: Path) -> None:
    """A recorder that had not heard of the new key yet asks again; nothing is written under it."""
    async with house(tmp_path, "door") as home:
        camera = await home.add("door")
        await home.recording(camera)
        late = home.hub.keyring.public
        await home.hub.locks.rotate()
        await until(lambda: home.hub.rotation.progress is None)
        sealed = late.seal_blob(b"", "late")
        stream = camera.main.name
        home.hub._journal.put(KeyWanted(camera.id, stream, "late000000000001", sealed))  # type: ignore[arg-type]
        await home.hub._journal.settled()
        rows = await home.hub.database.run(
            lambda c: c.execute("SELECT 1 FROM segments WHERE id = 'late000000000001'").fetchall()
        )
        assert rows == []
    assert breaches(tmp_path) == []


def with_many_pictures(folder: Path, count: int) -> Household:
    """Fill a data folder with footage and many events with pictures; return its key."""
    built = build(folder)
    built.record(film(seconds=20))
    sealed = [
        (
            EventId(f"event{n:011}"),
            events.seal_picture(built.household.public, EventId(f"event{n:011}"), b"jpeg"),
        )
        for n in range(count)
    ]

    def put(connection: apsw.Connection) -> None:
        for id_, picture in sealed:
            events.put(connection, event(id_, 2, 4), picture=picture)

    built.database.call(put)
    built.database.call(lambda c: c.execute("UPDATE cameras SET enabled = 0, max_age = 1 << 60"))
    built.database.close()
    (folder / "consentry.toml").write_text("detect = false\n")
    return built.household


async def ask(hub: HubProcess, method: str, path: str) -> httpx.Response:
    """Ask a running hub as this machine."""
    transport = httpx.AsyncHTTPTransport(uds=str(hub.data / "control.sock"))
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as machine:
        return await machine.request(method, path)


async def test_killed_in_the_middle_it_goes_on_at_the_next_start(tmp_path: Path) -> None:
    """SIGKILL at random moments of a change: whatever is left opens, and the next start ends it."""
    old = await asyncio.to_thread(with_many_pictures, tmp_path, 2000)
    chance = random.Random(5)  # noqa: S311 - moments, not secrets
    changing = []
    for _ in range(3):
        async with hub_process(tmp_path) as hub:
            assert (await ask(hub, "POST", "/api/keys/rotate")).status_code in {200, 409}
            await asyncio.sleep(chance.random() * 0.6)
            hub.send(signal.SIGKILL)
            await hub.process.wait()
        assert await asyncio.to_thread(breaches, tmp_path) == []
    async with hub_process(tmp_path) as hub, asyncio.timeout(PATIENCE_S):
        while (state := (await ask(hub, "GET", "/api/keys")).json()["changing"]) is not None:
            changing.append(state)
            await asyncio.sleep(0.05)
    assert changing
    assert await asyncio.to_thread(breaches, tmp_path) == []
    assert await asyncio.to_thread(opens_nothing, old, tmp_path)


@pytest.mark.parametrize("durable", [False, True])
async def test_a_key_file_is_changed_whole_or_not_at_all(tmp_path: Path, *, durable: bool) -> None:
    """Cut off before or after the database has it: the start finishes on the database's side."""
    folder = tmp_path / "keys"
    async with Hub(Config(data=tmp_path), work=Work.NOTHING) as hub:
        old = (folder / HOUSEHOLD_KEY).read_bytes()
        await hub.locks.rotate()
        new = (folder / HOUSEHOLD_KEY).read_bytes()
    if durable:  # the database has the new key, the file was not renamed yet
        (folder / HOUSEHOLD_KEY).rename(folder / NEXT_KEY)
        (folder / HOUSEHOLD_KEY).touch(0o600)
        (folder / HOUSEHOLD_KEY).write_bytes(old)
    else:  # a next one was written, the database never heard of it
        Household.create().save(folder / NEXT_KEY)
    async with Hub(Config(data=tmp_path), work=Work.NOTHING) as hub:
        assert not hub.keyring.locked
        assert (folder / HOUSEHOLD_KEY).read_bytes() == new
        assert not (folder / NEXT_KEY).exists()


async def test_a_check_beside_the_hub_leaves_its_key_files_alone(tmp_path: Path) -> None:
    """While the key is being changed, whoever only reads opens with the one in force."""
    folder = tmp_path / "keys"
    async with Hub(Config(data=tmp_path), work=Work.NOTHING) as hub:
        await hub.locks.rotate()
        content = (folder / HOUSEHOLD_KEY).read_bytes()
        (folder / HOUSEHOLD_KEY).unlink()
        Household.create().save(folder / HOUSEHOLD_KEY)  # the old one, a moment before its end
        (folder / NEXT_KEY).touch(0o600)
        (folder / NEXT_KEY).write_bytes(content)
        stores = Stores.open(settings_file.load(tmp_path), last_used=True, alone=False)
        stores.database.close()
        assert stores.keyring.public == hub.keyring.public
        assert not stores.keyring.locked
        assert (folder / NEXT_KEY).read_bytes() == content


async def test_everybody_opens_the_new_key_with_what_they_know(tmp_path: Path) -> None:
    """Members who typed nothing, and the recovery words, open what was recorded before, too."""
    built = build(tmp_path)
    built.record(film(seconds=10))
    built.database.close()
    async with Hub(Config(data=tmp_path), work=Work.NOTHING, cost=CHEAP) as hub:
        await hub.locks.found("Ada", PASSWORD, mode=UnlockMode.PASSPHRASE)
        adult = await hub.locks.admit("Bo", PASSWORD, role=Role.ADULT)
        await hub.database.run(accounts.add, adult)
        offer = hub.words.offer()
        await hub.words.confirm({number: offer.words[number - 1] for number in offer.asked})
        await until(lambda: hub.rotation.progress is None)
        before = hub.keyring.public
        await hub.locks.rotate()
    for name in ("Ada", "Bo"):
        async with Hub(Config(data=tmp_path), work=Work.NOTHING, cost=CHEAP) as hub:
            assert hub.keyring.locked
            assert hub.keyring.public != before
            account = await hub.database.run(accounts.account_named, name)
            assert account is not None
            pair = await hub.passwords.open(PASSWORD, account)
            assert pair is not None
            await hub.locks.open_with(account, pair)
            assert (await hub.check(samples=100)).breaches == ()
            await until(lambda: hub.rotation.progress is None)
    async with Hub(Config(data=tmp_path), work=Work.NOTHING, cost=CHEAP) as hub:
        await hub.locks.open_by_words(offer.words)
        assert (await hub.check(samples=100)).breaches == ()


async def test_the_key_that_lay_in_a_file_is_worth_nothing_after_setup(tmp_path: Path) -> None:
    """With a passphrase the key in force never touched the disk, for footage of before, too."""
    built = build(tmp_path)
    built.record(film(seconds=10))
    built.database.close()
    async with Hub(Config(data=tmp_path), work=Work.NOTHING, cost=CHEAP) as hub:
        await hub.locks.found("Ada", PASSWORD, mode=UnlockMode.PASSPHRASE)
        assert not (tmp_path / "keys" / HOUSEHOLD_KEY).exists()
        assert (await hub.check(samples=100)).breaches == ()
        await until(lambda: hub.rotation.progress is None)
        assert (await hub.check(samples=100)).breaches == ()
    assert await asyncio.to_thread(opens_nothing, built.household, tmp_path)


async def test_a_damaged_envelope_does_not_keep_the_old_key(tmp_path: Path) -> None:
    """What no key opens any more is left and named by check; the old key goes all the same."""
    old = await asyncio.to_thread(with_many_pictures, tmp_path, 2)
    stores = Stores.open(settings_file.load(tmp_path))
    stores.database.call(
        lambda c: c.execute(
            "UPDATE events SET picture = CAST(substr(picture, 1, 60) || x'00' || "
            "substr(picture, 62) AS BLOB) WHERE id = 'event00000000000'"
        )
    )
    stores.database.close()
    async with Hub(Config(data=tmp_path), work=Work.NOTHING) as hub:
        await hub.locks.rotate()
        await until(lambda: hub.rotation.progress is None)
        (breach,) = (await hub.check(samples=100)).breaches
        assert breach.invariant == "I9"
    assert await asyncio.to_thread(opens_nothing, old, tmp_path)
