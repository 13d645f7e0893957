"""The diary over a real database: what is durable when, what is one sitting, what remains."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from consentry.home.diary import IDLE, Diary
from consentry.home.sitting import MOST_SPANS, Seat, joined
from consentry.model.camera import Camera, Place, StreamAddress
from consentry.model.diary import Act, LookKind, Via, Viewer
from consentry.model.errors import ConflictError, StorageError
from consentry.model.feed import WatchingChanged
from consentry.model.ids import CameraId, MemberId
from consentry.model.media import StreamName
from consentry.model.time import DAY, SECOND, Micros, Span, to_iso
from consentry.store import diary as store
from consentry.store.database import Database
from consentry.tlog import Checkpoint, leaf_hash, verify_inclusion
from tests.web.hand_clock import HandClock

KEY = bytes(range(32))
ADA = Viewer("Ada", Via.BROWSER, "owner", MemberId("ada"), "192.168.1.7")
EVE = Viewer("Eve", Via.BROWSER, "adult", MemberId("eve"), "192.168.1.8")
PHONE, TABLET, EVES = Seat(ADA, "phone"), Seat(ADA, "tablet"), Seat(EVE, "laptop")
START = 1_790_000_000


def camera(name: str, place: Place = Place.INDOOR) -> Camera:
    """Return a camera."""
    address = StreamAddress(StreamName.MAIN, "rtsp://127.0.0.1/none")
    return Camera(id=CameraId(name.lower()), name=name, main=address, place=place)


NURSERY, DOOR = camera("Nursery"), camera("Door", Place.OUTDOOR)


def span(start: float, end: float) -> Span:
    """Return seconds after the beginning as a span."""
    return Span(Micros(round((START + start) * SECOND)), Micros(round((START + end) * SECOND)))


class Room:
    """A diary, its database, its clock, and what it told."""

    def __init__(self, folder: Path) -> None:
        """Open the database of ``folder``."""
        self.database = Database.open(folder / "diary.db", KEY)
        self.clock = HandClock()
        self.told: list[WatchingChanged] = []
        self.diary = Diary(self.database, self.clock, self.told.append)

    async def restart(self) -> Micros | None:
        """Forget what goes on, as a killed hub does, and open the diary again."""
        self.diary = Diary(self.database, self.clock, self.told.append)
        return await self.diary.open()

    def written(self) -> list[dict[str, Any]]:
        """Return what is in the database, in order."""
        found = self.database.call(store.leaves, start=0, end=10_000)
        return [json.loads(leaf.entry) if leaf.entry else {"kind": "erased"} for leaf in found]

    def verify(self) -> None:
        """Check every leaf against the signed checkpoint, as a stranger would."""
        note = self.database.call(store.signed_checkpoint)
        signed = Checkpoint.open(note, self.diary.verifier)
        found = self.database.call(store.leaves, start=0, end=10_000)
        assert [leaf.index for leaf in found] == list(range(signed.size))
        for leaf in found:
            proof = self.database.call(inclusion, leaf.index, signed.size)
            known = leaf_hash(leaf.commitment)
            assert verify_inclusion(
                known, leaf.index, size=signed.size, root=signed.root, proof=proof
            )
            if leaf.salt is not None and leaf.entry is not None:
                assert store.commitment(leaf.salt, leaf.entry) == leaf.commitment


def inclusion(connection: Any, index: int, size: int) -> tuple[bytes, ...]:  # noqa: ANN401 - apsw
    """Return the proof of a leaf."""
    return store.tree(connection, size).inclusion(index)


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """Return an open diary; closed at the end."""
    room = Room(tmp_path)
    await room.diary.open()
    try:
        yield room
    finally:
        await room.diary.close()
        room.database.close()


async def test_a_look_is_written_before_it_begins(room: Room) -> None:
    """When ``look`` returns, who looks at what from where is in the database."""
    await room.diary.look(LookKind.PLAYBACK, PHONE, NURSERY, span=span(0, 60))
    (begin,) = room.written()
    assert begin == {
        "kind": "begin",
        "look": "playback",
        "at": room.clock.wall(),
        "by": {
            "name": "Ada",
            "via": "browser",
            "role": "owner",
            "member": "ada",
            "address": "192.168.1.7",
        },
        "camera": {"id": "nursery", "name": "Nursery", "place": "indoor"},
        "span": {"start": START * SECOND, "end": (START + 60) * SECOND},
        "detail": "",
    }
    room.verify()


async def test_requests_within_half_a_minute_are_one_sitting(room: Room) -> None:
    """A sitting has one begin, and one end that says which stretches and how long."""
    for second in range(0, 100, 20):
        await room.diary.look(LookKind.PLAYBACK, PHONE, NURSERY, span=span(second, second + 20))
        room.clock.advance(20 * SECOND)
    await room.diary.look(LookKind.PLAYBACK, PHONE, NURSERY, span=span(500, 510))
    assert len(room.written()) == 1
    await room.diary.end_idle()
    assert len(room.written()) == 1
    room.clock.advance(31 * SECOND)
    await room.diary.end_idle()
    begin, end = room.written()
    assert begin["kind"] == "begin"
    assert end == {
        "kind": "end",
        "of": 0,
        "at": begin["at"] + 100 * SECOND,
        "seconds": 100.0,
        "spans": [
            {"start": START * SECOND, "end": (START + 100) * SECOND},
            {"start": (START + 500) * SECOND, "end": (START + 510) * SECOND},
        ],
    }
    room.verify()


async def test_later_requests_of_a_sitting_do_not_wait_for_the_disk(room: Room) -> None:
    """Only the first request writes: the second one returns while the database is busy."""
    await room.diary.look(LookKind.PLAYBACK, PHONE, NURSERY, span=span(0, 1))
    release = asyncio.get_running_loop().create_future()
    loop = asyncio.get_running_loop()
    busy = loop.run_in_executor(None, room.database.call, lambda _: wait(loop, release))
    try:
        async with asyncio.timeout(10):
            await room.diary.look(LookKind.PLAYBACK, PHONE, NURSERY, span=span(1, 2))
        assert not busy.done()
    finally:
        release.set_result(None)
        await busy


def wait(loop: asyncio.AbstractEventLoop, release: asyncio.Future[None]) -> None:
    """Hold up the database's thread until released."""

    async def released() -> None:
        await release

    asyncio.run_coroutine_threadsafe(released(), loop).result()


async def test_a_late_request_begins_a_new_sitting(room: Room) -> None:
    """After half a minute without a request the next one writes an end and a new begin."""
    await room.diary.look(LookKind.PREVIEW, PHONE, NURSERY, span=span(0, 0))
    room.clock.advance(IDLE + 1)
    await room.diary.look(LookKind.PREVIEW, PHONE, NURSERY, span=span(0, 0))
    await room.diary.close()
    assert [entry["kind"] for entry in room.written()].count("begin") == 2
    assert sorted(e["of"] for e in room.written() if e["kind"] == "end") == [0, 2]


async def test_each_seat_camera_and_kind_has_its_own_sitting(room: Room) -> None:
    """Two devices, two cameras, two ways of looking: never mixed up."""
    await asyncio.gather(
        room.diary.look(LookKind.PLAYBACK, PHONE, NURSERY),
        room.diary.look(LookKind.PLAYBACK, TABLET, NURSERY),
        room.diary.look(LookKind.PLAYBACK, EVES, NURSERY),
        room.diary.look(LookKind.PLAYBACK, PHONE, DOOR),
        room.diary.look(LookKind.PREVIEW, PHONE, NURSERY),
    )
    assert len(room.written()) == 5
    room.verify()


async def test_each_stretch_taken_away_is_a_look_of_its_own(room: Room) -> None:
    """A second export within half a minute is durable before it too; its ranges are one look."""
    for stretch in (span(0, 10), span(0, 10), span(20, 30)):
        await room.diary.look(LookKind.EXPORT, PHONE, NURSERY, span=stretch)
    assert [entry["span"]["start"] for entry in room.written()] == [
        START * SECOND,
        (START + 20) * SECOND,
    ]


async def test_a_long_live_view_is_one_begin_and_one_end(room: Room) -> None:
    """A tablet on the wall for nine hours, with sockets opened anew, floods nothing."""
    for _ in range(18):
        async with room.diary.watching(TABLET, NURSERY):
            room.clock.advance(1800 * SECOND)
            await room.diary.end_idle()
        room.clock.advance(SECOND)
    room.clock.advance(31 * SECOND)
    await room.diary.end_idle()
    begin, end = room.written()
    assert begin["look"] == "live"
    assert end["seconds"] == 18 * 1801 - 1


async def test_residents_are_told_who_watches_indoors(room: Room) -> None:
    """Begin and end of watching an indoor camera are told at once, of an outdoor one not."""
    async with room.diary.watching(PHONE, NURSERY), room.diary.watching(PHONE, DOOR):
        async with room.diary.watching(EVES, NURSERY), room.diary.watching(TABLET, NURSERY):
            assert room.diary.watchers(NURSERY.id) == ("Ada", "Eve")
        assert room.diary.watchers(NURSERY.id) == ("Ada",)
    assert [message.people for message in room.told] == [("Ada",), ("Ada", "Eve"), ("Ada",), ()]
    assert {message.camera for message in room.told} == {NURSERY.id}


async def test_acts_and_sent_pictures_are_moments(room: Room) -> None:
    """What is done and what a channel sends has no end."""
    channel = Viewer("Family mail", Via.CHANNEL)
    await room.diary.act(Act.SWITCHED_OFF, EVE, camera=NURSERY)
    await room.diary.sent(channel, NURSERY, span=span(0, 5), detail="event0001")
    await room.diary.close()
    act, sent = room.written()
    assert (act["kind"], act["act"], act["camera"]["id"]) == ("act", "switched_off", "nursery")
    assert (sent["kind"], sent["look"], sent["by"]["name"]) == (
        "begin",
        "alert_picture",
        "Family mail",
    )


async def test_what_cannot_be_written_cannot_be_seen(room: Room) -> None:
    """A begin that the database refuses is an error for who asked, and no sitting."""
    room.database.call(lambda c: c.execute("ALTER TABLE diary_tiles RENAME TO gone"))
    with pytest.raises(Exception, match="diary_tiles"):
        await room.diary.look(LookKind.PLAYBACK, PHONE, NURSERY)
    assert room.diary.now() == ()
    room.database.call(lambda c: c.execute("ALTER TABLE gone RENAME TO diary_tiles"))
    await room.diary.look(LookKind.PLAYBACK, PHONE, NURSERY)
    assert len(room.written()) == 1
    room.verify()


async def test_erasing_a_person_leaves_a_log_that_verifies(room: Room) -> None:
    """Salt and entry of all their looks are gone, all proofs hold, and the erasing is told."""
    await room.diary.look(LookKind.PLAYBACK, EVES, NURSERY)
    await room.diary.look(LookKind.PLAYBACK, PHONE, NURSERY)
    await room.diary.erase_person(MemberId("eve"), ADA)
    kinds = [entry["kind"] for entry in room.written()]
    assert kinds == ["erased", "begin", "erased", "act"]
    assert room.written()[-1]["detail"] == "2"
    room.verify()
    found = room.database.call(store.leaves, start=0, end=9)
    assert {leaf.member for leaf in found} == {None, "ada"}


async def test_who_lives_here_is_not_erased(room: Room) -> None:
    """Nobody erases the looks of somebody with an account: they could go on looking unseen."""
    await room.diary.look(LookKind.PLAYBACK, EVES, NURSERY)
    room.database.call(has_account, "eve")
    with pytest.raises(ConflictError, match="remove the member first"):
        await room.diary.erase_person(MemberId("eve"), ADA)
    await room.diary.close()
    assert [entry["kind"] for entry in room.written()] == ["begin", "end"]


def has_account(connection: Any, member: str) -> None:  # noqa: ANN401 - apsw
    """Put a row with that id into accounts, whatever its other columns."""
    columns = [
        (str(name), str(kind), bool(required))
        for _, name, kind, required, default, _ in connection.execute("PRAGMA table_info(accounts)")
        if required and default is None
    ]
    values = {"TEXT": "owner", "INTEGER": 0, "BLOB": bytes(32)}
    row = [member if name == "id" else values[kind] for name, kind, _ in columns]
    names = ", ".join(name for name, *_ in columns)
    marks = ", ".join("?" * len(columns))
    connection.execute(f"INSERT INTO accounts ({names}) VALUES ({marks})", row)  # noqa: S608


_KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.home.test_diary import NURSERY, PHONE, Room, span
from consentry.model.diary import LookKind

async def main() -> None:
    room = Room(Path(sys.argv[1]))
    await room.diary.open()
    await room.diary.look(LookKind.PLAYBACK, PHONE, NURSERY, span=span(0, 60))
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_a_killed_hub_leaves_a_begin_without_end(tmp_path: Path) -> None:
    """After kill -9 the begin is there, the log verifies, and the next hub goes on after it."""
    root = Path(__file__).parents[2]
    await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", _KILLED, str(tmp_path)], cwd=root, check=False
    )
    room = Room(tmp_path)
    assert await room.diary.open() is None
    assert room.diary.now() == ()
    await room.diary.look(LookKind.PLAYBACK, EVES, NURSERY)
    await room.diary.close()
    assert [(e["kind"], e.get("of")) for e in room.written()] == [
        ("begin", None),
        ("begin", None),
        ("end", 1),
    ]
    room.verify()
    room.database.close()


async def test_many_looks_at_once_share_the_disk(room: Room) -> None:
    """A thousand looks at once get a thousand different indexes, all durable."""
    seats = [Seat(ADA, f"seat {number}") for number in range(1000)]
    await asyncio.gather(*(room.diary.look(LookKind.PLAYBACK, seat, NURSERY) for seat in seats))
    assert len(room.diary.now()) == len({look.index for look in room.diary.now()}) == 1000
    assert len(room.written()) == 1000


async def test_damaged_tiles_are_made_anew(room: Room) -> None:
    """Tiles are only derived: lost or flipped, the next start makes the very same ones again."""
    for number in range(300):
        await room.diary.look(LookKind.PLAYBACK, Seat(ADA, str(number)), NURSERY)
    note = room.database.call(store.signed_checkpoint)
    room.database.call(lambda c: c.execute("UPDATE diary_tiles SET hashes = zeroblob(8192)"))
    assert await room.restart() is None
    assert room.database.call(store.signed_checkpoint) == note
    room.verify()


@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM diary_leaves WHERE idx = 4",
        "DELETE FROM diary_tiles; DELETE FROM diary_leaves WHERE idx = 2",
        "UPDATE diary SET checkpoint = ''",
    ],
)
async def test_a_changed_history_is_said_and_looks_go_on(room: Room, tampering: str) -> None:
    """A log that no longer fits its checkpoint says so, and still writes looks down."""
    for number in range(5):
        await room.diary.look(LookKind.PLAYBACK, Seat(ADA, str(number)), NURSERY)
    room.database.call(lambda c: c.execute(tampering))
    found = room.clock.wall()
    assert await room.restart() == found
    room.clock.advance(DAY)
    assert await room.restart() == found
    await room.diary.look(LookKind.PLAYBACK, EVES, NURSERY)
    assert room.written()[-1]["by"]["name"] == "Eve"


async def test_taking_note_of_a_change_is_written_down_once(room: Room) -> None:
    """The change is no trouble any more, after the next start neither; who said so is there."""
    await room.diary.look(LookKind.PLAYBACK, PHONE, NURSERY)
    room.database.call(lambda c: c.execute("UPDATE diary SET checkpoint = ''"))
    found = await room.restart()
    assert found is not None
    await asyncio.gather(room.diary.acknowledge(EVE), room.diary.acknowledge(ADA))
    (note,) = [entry for entry in room.written() if entry.get("act") == Act.DIARY_ACKNOWLEDGED]
    assert (note["by"]["name"], note["detail"]) == ("Eve", to_iso(found))
    assert await room.restart() is None
    room.verify()


async def test_a_note_that_cannot_be_written_changes_nothing(room: Room) -> None:
    """Without its place in the diary nobody has taken note: the next start says it again."""
    await room.diary.look(LookKind.PLAYBACK, PHONE, NURSERY)
    room.database.call(lambda c: c.execute("UPDATE diary SET checkpoint = ''"))
    found = await room.restart()
    room.database.call(lambda c: c.execute("PRAGMA query_only = 1"))
    with pytest.raises(StorageError):
        await room.diary.acknowledge(EVE)
    room.database.call(lambda c: c.execute("PRAGMA query_only = 0"))
    assert await room.restart() == found


async def test_a_full_disk_is_one_sentence(room: Room) -> None:
    """When the database has no room for a begin, the asker gets the sentence about the disk."""
    (pages,) = room.database.call(lambda c: c.execute("PRAGMA page_count").fetchall())[0]
    room.database.call(lambda c: c.pragma("max_page_count", pages))
    with pytest.raises(StorageError, match="is full"):
        await look_on(room.diary)
    room.database.call(lambda c: c.pragma("max_page_count", 1 << 30))


async def look_on(diary: Diary) -> None:
    """Begin one sitting after the other."""
    for number in range(2000):
        await diary.look(LookKind.PLAYBACK, Seat(ADA, str(number)), NURSERY)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 500)), min_size=1, max_size=200))
def test_stretches_are_never_understated(asked: list[tuple[int, int]]) -> None:
    """Joined stretches are in order, at most 64, and hold all that was looked at."""
    spans: tuple[Span, ...] = ()
    for start, length in asked:
        spans = joined(spans, span(start, start + length))
    assert len(spans) <= MOST_SPANS
    assert list(spans) == sorted(spans)
    for start, length in asked:
        wanted = span(start, start + length)
        assert any(each.start <= wanted.start and wanted.end <= each.end for each in spans)
