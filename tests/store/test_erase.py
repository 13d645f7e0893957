"""Deleting for good: keys first, then bytes, and nothing else."""

import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import apsw
import pytest

from consentry.model.errors import ConflictError, IntegrityError, NotFoundError
from consentry.model.ids import EventId
from consentry.model.media import StreamName, TrackKind
from consentry.model.time import DAY, SECOND, Micros, Span
from consentry.seal import DataKey
from consentry.store import erase, events, gaps, kept, motion, removals, retention, segments
from consentry.store.check import check
from consentry.store.recovery import recover
from consentry.store.segment_file import Place
from consentry.store.segment_reader import SegmentReader
from tests.store.film import FPS, START, film, fragments_numbers
from tests.store.house import DOOR, House, build, event, span

WHOLE = Span(Micros(START - SECOND), Micros(START + 1000 * SECOND))


def erase_span(house: House, start: float, end: float) -> erase.Erased:
    """Erase a stretch and require that every invariant holds."""
    erased = erase.erase_range(
        house.database, house.volume, house.household, DOOR, span(start, end)
    )
    assert check(house.database, house.volume, house.household).breaches == ()
    return erased


def numbers(house: House, stream: StreamName = StreamName.MAIN) -> list[int]:
    """Return the numbers of all pictures that can be played."""
    footage = house.footage
    found: list[int] = []
    for segment in footage.segments(DOOR, WHOLE, stream):
        fragments = footage.fragments(segment, WHOLE, TrackKind.VIDEO)
        found += fragments_numbers(footage.init(segment, TrackKind.VIDEO), fragments)
    return found


def sealed_keys(house: House) -> list[bytes]:
    """Return every sealed key in the database."""

    def keys(connection: apsw.Connection) -> list[bytes]:
        rows: list[tuple[bytes]] = list(connection.execute("SELECT sealed_key FROM segments"))
        return [row[0] for row in rows]

    return house.database.call(keys)


def rows_in(connection: apsw.Connection, table: str) -> object:
    """Return how many rows a table has."""
    count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - ours
    return count[0] if count else None


def test_middle_of_a_segment_goes_and_the_rest_plays(house: House) -> None:
    """Erasing takes whole groups of pictures around the span; both sides stay, exactly."""
    house.record(film(seconds=40, audio="aac"))
    erased = erase_span(house, 13, 21)
    assert numbers(house) == [*range(12 * FPS), *range(22 * FPS, 40 * FPS)]
    assert erased.segments == 1
    (gap,) = house.database.call(gaps.within, DOOR, WHOLE)
    assert (gap.span, gap.reason) == (span(12, 22), gaps.DELETED)


def test_survivors_have_new_keys(house: House) -> None:
    """The key of the erased part opens nothing that is left, and the old file is unlinked."""
    house.record(film(seconds=40))
    (old,) = house.volume.path.rglob("*.seg")
    (segment,) = house.recorded()
    row = house.database.call(segments.get, segment.id)
    place = Place(DOOR, StreamName.MAIN, segment.id)
    key = house.household.open_key(row.sealed_key, place.context)
    erase_span(house, 13, 21)
    assert not old.exists()
    for survivor in house.recorded():
        path = house.volume.segment_path(DOOR, StreamName.MAIN, survivor.id)
        with (
            SegmentReader(path, Place(DOOR, StreamName.MAIN, survivor.id)) as reader,
            pytest.raises(IntegrityError),
        ):
            reader.description(key)


def erase_camera(house: House) -> None:
    """Remove the camera."""
    erase.erase_camera(house.database, house.volume, DOOR)


def expire(house: House) -> None:
    """Let its days be over."""
    house.clock.pass_time(3650 * DAY)
    retention.confirm_clock(house.database, clock=house.clock, boot_id="boot")
    retention.enforce(house.database, house.volume, clock=house.clock, boot_id="boot", floor=0)


@pytest.mark.parametrize("destroy", [partial(erase_span, start=0, end=40), erase_camera, expire])
def test_destroyed_key_is_nowhere_in_the_database(
    house: House, destroy: Callable[[House], object]
) -> None:
    """With the database's own key at hand, the sealed key of erased footage is not found."""
    house.record(film(seconds=40))
    keys = sealed_keys(house)
    destroy(house)
    wal = house.folder / "consentry.db-wal"  # what is left in it forgets the unlinked files
    assert wal.stat().st_size < 4 * 4096
    pages = house.database.call(lambda connection: connection.serialize("main"))
    left = sealed_keys(house)
    assert [key for key in keys if key not in left]
    assert not [key for key in keys if key in pages and key not in left]


@pytest.mark.parametrize(
    ("start", "end", "left"),
    [
        (-10, 5, [*range(60, 200)]),
        (15, 90, [*range(140)]),
        (-10, 90, []),
        (4, 6, [*range(40), *range(60, 200)]),
        (4.5, 5, [*range(40), *range(60, 200)]),
    ],
)
def test_any_stretch_of_a_segment(house: House, start: float, end: float, left: list[int]) -> None:
    """Head, tail, all, or a piece of less than one group: never more than whole groups go."""
    house.record(film(seconds=20))
    erase_span(house, start, end)
    assert numbers(house) == left


def test_stretch_across_segments_and_again(house: House) -> None:
    """Pieces of pieces keep their order; what is erased twice stays erased."""
    house.record(film(seconds=150, key_distance=7))
    erase_span(house, 50, 70)
    erase_span(house, 20, 22)
    erase_span(house, 90, 92)
    gone = {*range(490, 700), *range(140, 280), *range(840, 980)}
    found = numbers(house)
    assert found == sorted(found)
    assert set(range(1500)) - set(found) <= gone
    assert not set(found) & {*range(500, 700), *range(200, 220), *range(900, 920)}


def test_both_streams_go(house: House) -> None:
    """The sub stream of the same moment is erased too."""
    house.record(film(seconds=20))
    house.record(film(seconds=20, codec="hevc"), stream=StreamName.SUB)
    erase_span(house, 4, 12)
    for stream in StreamName:
        assert numbers(house, stream) == [*range(40), *range(120, 200)]


def test_what_belongs_to_the_footage_goes_with_it(house: House) -> None:
    """Events, their pictures, motion and kept clips of the span go; their neighbours stay."""
    house.record(film(seconds=40))
    database = house.database
    for name, start, end in (("before", 2, 5), ("within", 14, 18), ("after", 30, 35)):
        picture = events.seal_picture(house.household.public, EventId(name), b"jpeg")
        database.call(events.put, event(name, start, end), picture=picture)
    database.call(motion.add, DOOR, span(1, 16))
    database.call(kept.add, DOOR, span(8, 16), note="", now=START)
    database.call(kept.add, DOOR, span(14, 18), note="", now=START)
    erased = erase_span(house, 13, 21)
    assert erased.events == 1
    assert [found.id for found in database.call(events.find)] == ["after", "before"]
    with pytest.raises(NotFoundError):
        database.call(events.picture, EventId("within"))
    assert database.call(motion.within, DOOR, WHOLE) == (span(1, 13),)
    assert [clip.span for clip in database.call(kept.all)] == [span(8, 13)]


def test_event_goes_with_its_footage(house: House) -> None:
    """Deleting an event deletes the footage of its span."""
    house.record(film(seconds=40))
    house.database.call(events.put, event("e", 14, 18))
    erase.erase_event(house.database, house.volume, house.household, EventId("e"), span(14, 18))
    assert not set(numbers(house)) & set(range(140, 180))
    with pytest.raises(NotFoundError):
        house.database.call(events.get, EventId("e"))


def test_footage_being_written_must_be_closed_first(house: House) -> None:
    """An open segment is refused until the writer was told to cut it; then nothing of it stays."""
    recorded = film(seconds=20)
    writer = house.writer()
    writer.begin(recorded.run)
    house.feed(writer, recorded.parts[:150])
    with pytest.raises(ConflictError, match="still being written"):
        erase_span(house, 5, 12)
    writer.cut()
    house.feed(writer, recorded.parts[150:])
    erase_span(house, 5, 12)
    writer.close()
    found = numbers(house)
    assert not set(found) & set(range(40, 120))
    assert set(range(160, 200)) <= set(found)


def test_camera_goes_with_everything(house: House) -> None:
    """Removing a camera leaves no row, key or file of it."""
    house.record(film(seconds=20))
    house.database.call(events.put, event("e", 4, 8))
    erase.erase_camera(house.database, house.volume, DOOR)
    assert not list(house.volume.path.rglob("*.seg"))
    for table in ("segments", "events", "runs", "gaps", "recorded", "removals"):
        assert house.database.call(rows_in, table) == 0


def test_crash_before_the_unlink_leaves_work_for_recovery(house: House) -> None:
    """The keys are gone with the commit; the files that a crash left are unlinked at the start."""
    house.record(film(seconds=20))
    (path,) = house.volume.path.rglob("*.seg")
    copy = shutil.copy(path, house.folder / "copy")
    erase_span(house, 0, 20)
    shutil.copy(copy, path)
    relative = str(path.relative_to(house.volume.path))

    def doom(connection: apsw.Connection) -> None:
        removals.add(connection, 1, relative)

    house.database.call(doom)
    recover(house.database, house.volume, house.household, now=START)
    assert not path.exists()
    assert check(house.database, house.volume, house.household).breaches == ()


def test_crash_while_survivors_are_written_erases_nothing(house: House) -> None:
    """Before the swap commits, recovery throws the half-written survivors away."""
    house.record(film(seconds=20))
    before = numbers(house)
    orphan = house.volume.path / DOOR / "main" / "0000000000000000.seg"
    house.database.call(removals.add, 1, str(orphan.relative_to(house.volume.path)))
    orphan.write_bytes(b"half a survivor")
    recover(house.database, house.volume, house.household, now=START)
    assert not orphan.exists()
    assert numbers(house) == before


@pytest.mark.parametrize("seed", range(3))
def test_killed_eraser_erased_all_or_nothing(house: House, seed: int) -> None:
    """After kill -9 at any moment of an erasure everything is there, or all of it is gone."""
    house.record(film(seconds=150, key_distance=7))
    house.database.close()
    command = [sys.executable, "-m", "tests.store.crashing_eraser", str(house.folder)]
    command += [str(START + 50 * SECOND), str(START + 70 * SECOND)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        threading.Event().wait(random.Random(seed).uniform(0, 0.06))  # noqa: S311 - any moment
        process.kill()
    again = build(house.folder)
    recover(again.database, again.volume, again.household, now=START)
    assert check(again.database, again.volume, again.household).breaches == ()
    missing = set(range(1500)) - set(numbers(again))
    assert missing == set() or missing == set(range(490, 700))
    assert not (again.database.call(rows_in, "removals"))
    house.database = again.database


def test_damaged_segment_can_be_erased_in_part(house: House) -> None:
    """A unit that does not open is lost anyway; everything else around the span survives."""
    house.record(film(seconds=20))
    (path,) = house.volume.path.rglob("*.seg")
    (segment,) = house.recorded()
    content = bytearray(path.read_bytes())
    content[segment.key_frames[1].offset + 100] ^= 1
    path.write_bytes(content)
    erase_span(house, 10, 12)
    (first, second) = house.recorded()
    assert first.span.end == START + 10 * SECOND
    assert second.start == START + 12 * SECOND


def test_file_that_is_gone_can_be_erased(house: House, tmp_path: Path) -> None:
    """Erasing in part a segment whose file is missing removes its row and key."""
    house.record(film(seconds=20))
    (path,) = house.volume.path.rglob("*.seg")
    path.rename(tmp_path / "gone")
    erase_span(house, 10, 12)
    assert house.recorded() == ()


def test_data_keys_are_never_the_same() -> None:
    """Each key is random."""
    assert len({DataKey.random().reveal() for _ in range(100)}) == 100
