"""Backups: kept clips come back on another machine, everything else is gone for ever."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.restoring import restore
from consentry.home.supervisor import Work
from consentry.model.errors import ConflictError, IntegrityError, LockedError
from consentry.model.keys import UnlockMode
from consentry.model.media import StreamName, TrackKind
from consentry.model.rights import Role
from consentry.model.secret import Secret
from consentry.model.time import Micros
from consentry.seal.authority import Authority, Domain
from consentry.seal.lock import Cost
from consentry.seal.words import new_words, recovery_pair
from consentry.store import accounts, erase, kept, segments
from consentry.store.backup_file import Kind, Sealing, opened
from tests.home.house import until
from tests.store.film import FPS, START, film, fragments_numbers
from tests.store.house import DOOR, build, span

PASSWORD = Secret("correct horse")
CHEAP = Cost(memory=32, passes=1, lanes=4)


def plain_config(folder: Path) -> Config:
    """Return the configuration of a hub that watches nothing."""
    return Config(data=folder)


def numbers(hub: Hub) -> list[int]:
    """Return the numbers of all pictures of the front door that play."""
    footage, found = hub.footage, list[int]()
    whole = span(-10, 10_000)
    for segment in footage.segments(DOOR, whole):
        fragments = footage.fragments(segment, whole, TrackKind.VIDEO)
        found += fragments_numbers(footage.init(segment, TrackKind.VIDEO), fragments)
    return found


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup of a house, and its words."""

    content: bytes
    words: Secret


async def backed_up(folder: Path, mode: UnlockMode) -> Kept:
    """Record 200 s, keep 21 to 29 s and 25 to 41 s, have words made, and back up."""
    house = build(folder)
    house.record(film(seconds=200, audio="aac"))
    for start, end in ((21, 29), (25, 41)):
        house.database.call(kept.add, DOOR, span(start, end), note="fox", now=Micros(START))
    house.database.close()
    async with Hub(plain_config(folder), work=Work.NOTHING, cost=CHEAP) as hub:
        await hub.locks.found("Ada", PASSWORD, mode=mode)
        for name, role in (("Bo", Role.ADULT), ("Gus", Role.GUEST)):
            account = await hub.locks.admit(name, PASSWORD, role=role)
            await hub.database.run(accounts.add, account)
        with pytest.raises(ConflictError, match="recovery words"):
            hub.words.backup()
        offer = hub.words.offer()
        await hub.words.confirm({number: offer.words[number - 1] for number in offer.asked})
        assert next(hub.words.backup())
        assert await hub.words.last_backup() is None  # half of one is none
        content = b"".join(hub.words.backup())
        assert await hub.words.last_backup() is not None
        await until(lambda: hub.rotation.progress is None)
        return Kept(content, Secret(" ".join(offer.words)))


@pytest.mark.parametrize("mode", list(UnlockMode))
async def test_only_what_was_kept_plays_on_another_machine(
    tmp_path: Path, mode: UnlockMode
) -> None:
    """Whole groups of pictures around the clips, to everybody with the password they had."""
    made = await backed_up(tmp_path / "old", mode)
    restored = restore(plain_config(tmp_path / "new"), io.BytesIO(made.content), made.words)
    assert (restored.cameras, restored.members, restored.clips) == (1, 3, 2)
    assert (tmp_path / "new" / "keys" / "household.key").exists() is (mode is UnlockMode.KEY_FILE)
    for name in ("Ada", "Bo", "Gus"):
        async with Hub(plain_config(tmp_path / "new"), work=Work.NOTHING, cost=CHEAP) as hub:
            account = await hub.database.run(accounts.account_named, name)
            assert account is not None
            pair = await hub.passwords.open(PASSWORD, account)
            assert pair is not None
            await hub.locks.open_with(account, pair)
            if name == "Gus" and mode is UnlockMode.PASSPHRASE:
                with pytest.raises(LockedError):
                    numbers(hub)
                continue
            assert numbers(hub) == list(range(20 * FPS, 42 * FPS))
            assert (await hub.check(samples=100)).breaches == ()
            assert len(await hub.database.run(kept.all)) == 2
    async with Hub(plain_config(tmp_path / "new"), work=Work.NOTHING, cost=CHEAP) as hub:
        await hub.locks.open_by_words(made.words.reveal().split())
        assert numbers(hub) == list(range(20 * FPS, 42 * FPS))


async def test_what_was_deleted_comes_back_from_no_backup(tmp_path: Path) -> None:
    """All is deleted, every backup restored, the words typed: the kept clips play and no more."""
    old = tmp_path / "old"
    made = await backed_up(old, UnlockMode.PASSPHRASE)
    files = {path: path.read_bytes() for path in old.rglob("*.seg")}
    async with Hub(plain_config(old), work=Work.NOTHING, cost=CHEAP) as hub:
        await hub.locks.open_by_words(made.words.reveal().split())
        stores = hub._stores
        erase.erase_range(stores.database, stores.volume, stores.keyring, DOOR, span(-1, 1000))
        for path, content in files.items():  # whoever copied the disk puts the bytes back
            path.write_bytes(content)
        assert numbers(hub) == []
    restore(plain_config(tmp_path / "new"), io.BytesIO(made.content), made.words)
    async with Hub(plain_config(tmp_path / "new"), work=Work.NOTHING, cost=CHEAP) as hub:
        await hub.locks.open_by_words(made.words.reveal().split())
        assert numbers(hub) == list(range(20 * FPS, 42 * FPS))
        ids = await hub.database.run(segments.ids, DOOR, StreamName.MAIN)
        for path, content in files.items():  # nor do the old files play in the new house
            copy = hub._stores.volume.path / path.relative_to(old / "recordings")
            copy.write_bytes(content)
        assert await hub.database.run(segments.ids, DOOR, StreamName.MAIN) == ids
        assert numbers(hub) == list(range(20 * FPS, 42 * FPS))


async def test_a_backup_holds_no_key_of_other_footage(tmp_path: Path) -> None:
    """Opened with the words and read through: no data key, no share of the household's key."""
    made = await backed_up(tmp_path / "old", UnlockMode.PASSPHRASE)
    plain = b"".join(
        content
        for _, content in opened(
            io.BytesIO(made.content), recovery_pair(made.words.reveal().split())
        )
    )
    async with Hub(plain_config(tmp_path / "old"), work=Work.NOTHING, cost=CHEAP) as hub:
        await hub.locks.open_by_words(made.words.reveal().split())
        secrets = [hub.keyring.household.current.reveal()]
        for id_ in await hub.database.run(segments.ids, DOOR, StreamName.MAIN):
            row = await hub.database.run(segments.get, id_)
            place = f"segment/{DOOR}/main/{id_}"
            secrets.append(hub.keyring.open_key(row.sealed_key, place).reveal())
    assert len(secrets) > 3
    assert not [secret for secret in secrets if secret in plain or secret.hex().encode() in plain]
    assert b"Front door" in plain
    assert b"Front door" not in made.content


async def test_what_is_wrong_with_a_backup_is_said(tmp_path: Path) -> None:
    """Other words, a cut, a flipped bit, a house that is there already: a sentence each."""
    made = await backed_up(tmp_path / "old", UnlockMode.KEY_FILE)
    with pytest.raises(IntegrityError, match="made with others"):
        restore(
            plain_config(tmp_path / "a"), io.BytesIO(made.content), Secret(" ".join(new_words()))
        )
    assert not (tmp_path / "a").exists()
    with pytest.raises(IntegrityError, match="no backup of Consentry"):
        restore(plain_config(tmp_path / "a"), io.BytesIO(b"x" * 500), made.words)
    with pytest.raises(IntegrityError, match="cut short"):
        restore(plain_config(tmp_path / "b"), io.BytesIO(made.content[:-10]), made.words)
    damaged = bytearray(made.content)
    damaged[len(damaged) // 2] ^= 1
    with pytest.raises(IntegrityError):
        restore(plain_config(tmp_path / "c"), io.BytesIO(damaged), made.words)
    with pytest.raises(ConflictError, match="a house already"):
        restore(plain_config(tmp_path / "old"), io.BytesIO(made.content), made.words)


WORDS = new_words()
PAIR = recovery_pair(WORDS)


def small() -> bytes:
    """Return a backup of two records."""
    sealing = Sealing(PAIR.public)
    records = (sealing.record(Kind.HOUSE, b"house"), sealing.record(Kind.END))
    return sealing.header + b"".join(records)


SMALL = small()


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(min_value=0, max_value=len(SMALL) * 8 - 1))
def test_one_flipped_bit_never_goes_unnoticed(bit: int) -> None:
    """Any single flipped bit of a backup is an IntegrityError."""
    damaged = bytearray(SMALL)
    damaged[bit // 8] ^= 1 << bit % 8
    with pytest.raises(IntegrityError):
        list(opened(io.BytesIO(damaged), PAIR))


@given(st.binary(max_size=300))
def test_random_bytes_are_no_backup(content: bytes) -> None:
    """Random bytes behind a sound header are refused, whatever they are."""
    for file in (content, SMALL[:97] + content):
        with pytest.raises(IntegrityError):
            list(opened(io.BytesIO(file), PAIR))


def test_records_cannot_be_moved() -> None:
    """Two records in the other order do not open: each knows its number."""
    sealing = Sealing(PAIR.public)
    first, second = sealing.record(Kind.HOUSE, b"1"), sealing.record(Kind.PIECE, b"2")
    records: Iterator[bytes] = iter((sealing.header, second, first, sealing.record(Kind.END)))
    with pytest.raises(IntegrityError):
        list(opened(io.BytesIO(b"".join(records)), PAIR))


@pytest.mark.parametrize("mode", list(UnlockMode))
async def test_devices_go_on_trusting_a_restored_hub(tmp_path: Path, mode: UnlockMode) -> None:
    """The root that phones know comes back under another issuer; words and household keep it."""
    old, new = tmp_path / "old", tmp_path / "new"
    house = build(old)
    house.database.close()
    async with Hub(plain_config(old), work=Work.NOTHING, cost=CHEAP) as hub:
        await hub.locks.found("Ada", PASSWORD, mode=mode)
        offer = hub.words.offer()
        await hub.words.confirm({number: offer.words[number - 1] for number in offer.asked})
        assert hub.words.public is not None
        before = Authority.create("nas", Domain.of(["nas.local"]), keepers=[hub.words.public])
        before.save(old / "keys" / "authority.pem")
        content = b"".join(hub.words.backup())
    restore(plain_config(new), io.BytesIO(content), Secret(" ".join(offer.words)))
    after = Authority.load(new / "keys" / "authority.pem")
    assert after.fingerprint == before.fingerprint
    assert after.issuer != before.issuer
    assert after.root_key(recovery_pair(offer.words)).public_key() == after.root.public_key()
    async with Hub(plain_config(new), work=Work.NOTHING, cost=CHEAP) as hub:
        assert hub.keyring.public.raw[:4] in after.keepers
