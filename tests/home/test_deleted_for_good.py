"""Whoever kept every backup, copied the disk and has the words: what was deleted stays deleted."""

import io
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import apsw
import numpy as np

from consentry.home.hub import Hub
from consentry.home.restoring import restore
from consentry.home.supervisor import Work
from consentry.model.keys import UnlockMode
from consentry.model.media import StreamName
from consentry.model.secret import Secret
from consentry.model.share import Excerpt
from consentry.model.time import HOUR, Micros
from consentry.store import events, kept
from consentry.store.database import Database, database_key
from tests.home.test_backup import CHEAP, PASSWORD, numbers, plain_config
from tests.store.film import FPS, START, film
from tests.store.house import DOOR, build, event, span
from tests.web.home import jpeg

WAL_HEADER, FRAME = 32, 24 + 4096
"""SQLite's write-ahead log: a header, then a header and a page a frame."""

SEALED = (
    "SELECT sealed_key FROM segments",
    "SELECT picture FROM events",
    "SELECT embedding FROM events",
    "SELECT sealed_key FROM shares",
    "SELECT envelope FROM shares",
    "SELECT sealed_link FROM shares",
)
"""What opens something of the footage, or shows something of it."""


def asked(connection: apsw.Connection, query: str) -> list[tuple[object, ...]]:
    """Return all rows."""
    return list(connection.execute(query))


@dataclass(slots=True)
class Collector:
    """Somebody who takes a copy of all they can get, again and again."""

    house: Path
    words: Secret
    backups: list[bytes] = field(default_factory=list)
    films: dict[Path, bytes] = field(default_factory=dict)
    sealed: list[bytes] = field(default_factory=list)

    async def comes_by(self, hub: Hub) -> None:
        """Take a backup, every file of footage and of shares, and what the database seals."""
        self.backups.append(b"".join(hub.words.backup()))
        for pattern in ("*.seg", "*.film"):
            for path in self.house.rglob(pattern):
                self.films.setdefault(path.relative_to(self.house), path.read_bytes())
        for query in SEALED:
            rows = await hub.database.run(asked, query)
            self.sealed += [value for (value,) in rows if isinstance(value, bytes)]


async def lived_in(hub: Hub, collector: Collector) -> None:
    """Keep, share, see and delete, while somebody collects."""
    await collector.comes_by(hub)
    await hub.database.run(kept.add, DOOR, span(21, 29), note="fox", now=Micros(START))
    for name, start in (("event00000000001", 22), ("event00000000002", 100)):
        seen = event(name, start, start + 4)
        public = hub.keyring.public
        picture = events.seal_picture(public, seen.id, jpeg(320, 180))
        embedding = events.seal_embedding(public, seen.id, np.ones(416, np.float32))
        await hub.database.run(events.put, seen, picture=picture, embedding=embedding)
    await collector.comes_by(hub)
    await hub.database.run(kept.add, DOOR, span(25, 41), note="cub", now=Micros(START))
    excerpt = Excerpt(DOOR, span(120, 126), StreamName.MAIN, sound=False, maker=None)
    share = await hub.sharing.make(excerpt)
    await hub.sharing.publish(share.id, life=Micros(HOUR), opens=None)
    await collector.comes_by(hub)
    await hub.erase(DOOR, span(60, 190))
    await collector.comes_by(hub)
    await hub.erase(DOOR, span(-1, 1_000))
    collector.backups.append(b"".join(hub.words.backup()))


def found_on_disk(copy: Path, sealed: list[bytes]) -> list[str]:
    """Return what a thief with the database's key finds in any state that its files still hold.

    The write-ahead log is replayed up to each of its frames, and all pages are read: those in use,
    and those that are free. So are those of the mirror, as a database of its own.
    """
    key = database_key(copy / "keys" / "database.key", database=copy / "consentry.db")
    log = copy / "consentry.db-wal"
    written = log.read_bytes() if log.exists() else b""
    main, mirror = copy / "consentry.db", copy / "consentry.db-mirror"
    states = [
        (main.read_bytes(), written[:end])
        for end in (range(WAL_HEADER, len(written) + 1, FRAME) if written else (0,))
    ]
    states.append((mirror.read_bytes(), b""))
    found = []
    for end, (stored, replayed) in enumerate(states):
        main.write_bytes(stored)
        mirror.unlink()
        (copy / "consentry.db-shm").unlink(missing_ok=True)
        log.write_bytes(replayed)
        with Database.open(copy / "consentry.db", key) as database:
            pages = database.call(lambda connection: connection.serialize("main"))
        assert pages.startswith(b"SQLite format 3")
        found += [f"{end}: {each[:8].hex()}" for each in sealed if each[:48] in pages]
    return found


async def test_no_backup_and_no_copy_brings_back_what_was_deleted(tmp_path: Path) -> None:
    """Each backup plays the clips that were marked keep when it was made, and nothing else.

    Files of footage and shares that were copied open nowhere; in the database, its log and its free
    pages there is no key, picture, embedding or link of what is gone.
    """
    old = tmp_path / "old"
    house = build(old)
    house.record(film(seconds=200, audio="aac"))
    house.database.close()
    async with Hub(plain_config(old), work=Work.NOTHING, cost=CHEAP) as hub:
        await hub.locks.found("Ada", PASSWORD, mode=UnlockMode.PASSPHRASE)
        offer = hub.words.offer()
        await hub.words.confirm({number: offer.words[number - 1] for number in offer.asked})
        collector = Collector(old, Secret(" ".join(offer.words)))
        await lived_in(hub, collector)
        assert len(collector.sealed) > 15
        copy = shutil.copytree(old, tmp_path / "copy", ignore=shutil.ignore_patterns("*.sock"))
        assert found_on_disk(copy, collector.sealed) == []
        for path, content in collector.films.items():
            (old / path).write_bytes(content)
        assert numbers(hub) == []
    plays = [[], (20, 30), (20, 42), (20, 42), []]
    for number, (content, stretch) in enumerate(zip(collector.backups, plays, strict=True)):
        new = tmp_path / f"new {number}"
        restore(plain_config(new), io.BytesIO(content), collector.words)
        shown = [] if not stretch else list(range(stretch[0] * FPS, stretch[1] * FPS))
        await only_plays(new, collector, shown)


async def only_plays(folder: Path, collector: Collector, shown: list[int]) -> None:
    """Start a restored house, put all copies into it, and look at everything."""
    for _ in range(2):  # once more after a start that has seen the files
        async with Hub(plain_config(folder), work=Work.NOTHING, cost=CHEAP) as hub:
            await hub.locks.open_by_words(collector.words.reveal().split())
            assert numbers(hub) == shown
            for table in ("events", "shares", "sessions", "tokens", "diary_leaves"):
                rows = await hub.database.run(asked, f"SELECT 1 FROM {table}")  # noqa: S608
                assert rows == [], table
            for path, content in collector.films.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                if not (folder / path).exists():
                    (folder / path).write_bytes(content)
