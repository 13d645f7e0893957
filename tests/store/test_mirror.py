"""The database's mirror: what a disk spoils is there once more, and what is deleted is not."""

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.model.errors import StorageError
from consentry.store.check import check
from consentry.store.database import Database
from consentry.store.mirror import Damage
from consentry.store.page import PAGE, is_whole
from consentry.store.write_ahead_log import WriteAheadLog
from tests.programs import program
from tests.store.film import film
from tests.store.house import House

KEY = bytes(range(32))
ROWS = 400


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the database lies."""
    return tmp_path / "consentry.db"


def twin_of(path: Path) -> Path:
    """Return where its mirror lies."""
    return path.with_name("consentry.db-mirror")


def fill(connection: apsw.Connection, rows: int = ROWS) -> None:
    """Write rows enough for many pages."""
    connection.executemany(
        "INSERT INTO settings (id, json) VALUES (1, ?) "
        "ON CONFLICT DO UPDATE SET json = json || excluded.json",
        [(f"{row:100}",) for row in range(rows)],
    )


def read(connection: apsw.Connection) -> str:
    """Return what ``fill`` wrote."""
    return str(connection.execute("SELECT json FROM settings").fetchall()[0][0])


WRITTEN = "".join(f"{row:100}" for row in range(ROWS))


def spoil(file: Path, page: int, *, bit: int = 4321) -> None:
    """Flip one bit of a page on the disk."""
    flip(file, (page - 1) * PAGE * 8 + bit)


def flip(file: Path, bit: int) -> None:
    """Flip one bit of a file."""
    with file.open("r+b") as opened:
        opened.seek(bit // 8)
        (byte,) = opened.read(1)
        opened.seek(-1, 1)
        opened.write(bytes([byte ^ 1 << bit % 8]))


def pages_of(file: Path) -> list[bytes]:
    """Return the pages as they lie on the disk."""
    content = file.read_bytes()
    return [content[at : at + PAGE] for at in range(0, len(content), PAGE)]


def filled(path: Path) -> int:
    """Make a database of many pages; return how many."""
    with Database.open(path, KEY) as database:
        database.call(fill)
    assert path.read_bytes() == twin_of(path).read_bytes()
    return len(pages_of(path))


def test_every_page_is_whole_and_no_changed_one_is(path: Path) -> None:
    """What SQLite writes is whole under its own key and number only."""
    filled(path)
    for number, page in enumerate(pages_of(path), start=1):
        assert is_whole(page, number, KEY)
        assert not is_whole(page, number + 1, KEY)
        assert not is_whole(page, number, bytes(32))
        assert not is_whole(page[:-1], number, KEY)


@given(st.data())
def test_no_flipped_bit_passes(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A page with any bit flipped is not whole."""
    path = tmp_path_factory.mktemp("flipped") / "consentry.db"
    Database.open(path, KEY).close()
    pages = pages_of(path)
    number = data.draw(st.integers(1, len(pages)))
    bit = data.draw(st.integers(0, 8 * PAGE - 1))
    page = bytearray(pages[number - 1])
    page[bit // 8] ^= 1 << bit % 8
    assert not is_whole(bytes(page), number, KEY)


@pytest.mark.parametrize("bit", [0, 130, 4321, 8 * PAGE - 300, 8 * PAGE - 1])
def test_a_spoilt_page_is_replaced_whatever_lies_on_it(path: Path, bit: int) -> None:
    """Each page in turn, the first with the schema too: all is read, the disk holds it again."""
    count = filled(path)
    whole = path.read_bytes()
    for number in range(1, count + 1):
        spoil(path, number, bit=bit)
        with Database.open(path, KEY) as database:
            assert database.call(read) == WRITTEN
            database.scrub(count)
            assert database.damage == Damage(mended=1)
        assert path.read_bytes() == whole


@pytest.mark.parametrize("sector", [bytes(512), b"\xff" * 512, bytes(PAGE)])
def test_a_lost_sector_is_replaced(path: Path, sector: bytes) -> None:
    """What a disk gives back for a sector it lost does not pass for a page, zeros neither."""
    count = filled(path)
    whole = path.read_bytes()
    for number in range(1, count + 1):
        at = (number - 1) * PAGE + (PAGE - len(sector)) // 2
        path.write_bytes(whole[:at] + sector + whole[at + len(sector) :])
        with Database.open(path, KEY) as database:
            assert database.call(read) == WRITTEN
            database.scrub(count)
        assert path.read_bytes() == whole


def test_a_page_spoilt_while_it_is_open_is_replaced_when_it_is_read(path: Path) -> None:
    """The transaction that met it goes through, and nobody is told of an error."""
    count = filled(path)
    with Database.open(path, KEY) as database:
        for number in range(2, count + 1):
            spoil(path, number)
        assert database.call(read) == WRITTEN
        database.call(fill, 1)
        assert database.damage.mended == count - 1
        assert database.spoilt() == ()


def test_a_spoilt_mirror_is_made_good_from_the_database(path: Path) -> None:
    """Page by page, in rounds of looking."""
    count = filled(path)
    for number in range(1, count + 1):
        spoil(twin_of(path), number)
    with Database.open(path, KEY) as database:
        assert database.spoilt() == tuple(range(1, count + 1))
        for _ in range(1 + count // 64):
            database.scrub(64)
        assert database.damage == Damage(mended=count)
        assert database.spoilt() == ()


def test_what_is_spoilt_twice_is_named_and_the_rest_is_read(path: Path) -> None:
    """Two errors at one page lose what lies on it, with a sentence, and nothing else."""
    filled(path)
    with Database.open(path, KEY) as database:
        query = "SELECT max(pageno) FROM dbstat WHERE name = 'settings'"
        (count,) = database.call(lambda connection: connection.execute(query).fetchall()[0])
    assert isinstance(count, int)
    spoil(path, count)
    spoil(twin_of(path), count, bit=77)
    with Database.open(path, KEY) as database:
        with pytest.raises(StorageError, match="is damaged"):
            database.call(read)
        assert database.damage == Damage(lost=frozenset({count}))
        assert database.spoilt() == (count,)
        database.call(lambda connection: connection.execute("DELETE FROM facts").fetchall())
        assert database.call(lambda c: c.execute("SELECT * FROM cameras").fetchall()) == []


@pytest.mark.parametrize("left", [0, 1, 7])
def test_a_database_cut_short_or_gone_is_made_whole(path: Path, left: int) -> None:
    """The mirror brings back the pages that are missing at the end, or all of them."""
    filled(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: left * PAGE])
    if not left:
        path.unlink()
    with Database.open(path, KEY) as database:
        assert database.call(read) == WRITTEN
    assert path.read_bytes() == whole


def test_a_wrong_key_changes_nothing(path: Path) -> None:
    """Under another key no page is whole: nothing is taken for damage, no byte is written."""
    filled(path)
    before = path.read_bytes(), twin_of(path).read_bytes()
    with pytest.raises(StorageError, match="does not open with this key"):
        Database.open(path, bytes(32))
    assert (path.read_bytes(), twin_of(path).read_bytes()) == before


def test_another_whole_database_is_taken_as_it_is(path: Path) -> None:
    """An owner puts an older file back: not one page of the newer mirror gets into it."""
    filled(path)
    older = path.read_bytes()
    with Database.open(path, KEY) as database:
        database.call(fill)
    path.write_bytes(older)
    with Database.open(path, KEY) as database:
        assert database.call(read) == WRITTEN
        database.scrub(len(pages_of(path)))
        assert database.damage == Damage()
        assert path.read_bytes() == older
        database.checkpoint()
    assert path.read_bytes() == older == twin_of(path).read_bytes()


def test_a_mirror_that_a_crash_left_unfinished_mends_nothing(path: Path) -> None:
    """Copied in part it may be older than the database: it is made anew, and then mends again."""
    count = filled(path)
    old = twin_of(path).read_bytes()
    with Database.open(path, KEY) as database:
        database.call(fill)
    twin_of(path).write_bytes(bytes(PAGE) + old[PAGE:])  # what ``following`` begins with
    with Database.open(path, KEY) as database:
        assert len(database.call(read)) == 2 * len(WRITTEN)
        assert database.damage == Damage()
    assert twin_of(path).read_bytes() == path.read_bytes()
    spoil(path, count)
    with Database.open(path, KEY) as database:
        assert len(database.call(read)) == 2 * len(WRITTEN)


def crashed(path: Path, to: Path) -> Path:
    """Return a copy of the database's files, taken after several commits, before a checkpoint."""
    with Database.open(path, KEY) as database:
        for _ in range(5):
            database.call(fill, 20)
        for file in path.parent.glob("consentry.db*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, to / file.name)
    return to / path.name


SECTOR = 24 + 1000
PLACES = {1: 0, 6: 1, 10: 1, 20: 0, SECTOR: 0}
"""Places in a frame, four in its header, and by how much the count of what is lost may err."""


@pytest.mark.parametrize("place", PLACES)
def test_what_the_log_lost_is_counted(path: Path, tmp_path: Path, place: int) -> None:
    """After a crash the changes up to the spoilt one are there, whatever was spoilt of it."""
    (tmp_path / "crashed").mkdir()
    filled(path)
    copied = crashed(path, tmp_path / "crashed")
    log = copied.with_name("consentry.db-wal")
    kept = {file: file.read_bytes() for file in (copied, log, twin_of(copied))}
    written = WriteAheadLog(copied, KEY).frames()
    assert sum(frame.commits for frame in written) == 5
    for index in range(len(written)):
        for file, content in kept.items():
            file.write_bytes(content)
        flip(log, 8 * (32 + index * (24 + PAGE) + place))
        if place == SECTOR:
            flip(log, 8 * (32 + index * (24 + PAGE) + place) + 1)
        before = sum(frame.commits for frame in written[:index])
        with Database.open(copied, KEY) as database:
            assert abs(database.lost_changes - (5 - before)) <= PLACES[place]
            assert len(database.call(read)) == len(WRITTEN) + before * 2000
            assert database.spoilt() == ()


def test_a_bit_flipped_in_the_log_is_changed_back_after_a_crash(path: Path, tmp_path: Path) -> None:
    """Of whichever page in it: no change is lost."""
    (tmp_path / "crashed").mkdir()
    filled(path)
    copied = crashed(path, tmp_path / "crashed")
    log = copied.with_name("consentry.db-wal")
    kept = {file: file.read_bytes() for file in (copied, log, twin_of(copied))}
    for bit, frame in zip(
        (0, 999, 8 * PAGE - 200), WriteAheadLog(copied, KEY).frames(), strict=False
    ):
        for file, content in kept.items():
            file.write_bytes(content)
        flip(log, 8 * frame.offset + bit)
        with Database.open(copied, KEY) as database:
            assert (database.lost_changes, database.damage) == (0, Damage(mended=1))
            assert len(database.call(read)) == len(WRITTEN) + 5 * 2000


def test_a_bit_flipped_in_the_log_is_changed_back_while_it_is_open(path: Path) -> None:
    """Neither who reads nor who empties the log meets an error."""
    filled(path)
    with Database.open(path, KEY) as database:
        for meets in (lambda: database.call(read), database.checkpoint):
            database.call(fill, 20)
            for frame in WriteAheadLog(path, KEY).frames()[:2]:
                flip(path.with_name("consentry.db-wal"), 8 * frame.offset + 1234)
            assert meets()
            assert database.checkpoint() is True
        assert database.damage == Damage(mended=4)
        assert len(database.call(read)) == len(WRITTEN) + 2 * 2000
    assert path.read_bytes() == twin_of(path).read_bytes()


@pytest.mark.parametrize("place", [0, 3, 6, 17, 30])
def test_a_log_without_its_header_is_counted_as_lost(
    path: Path, tmp_path: Path, place: int
) -> None:
    """The database is what it was at the checkpoint before, and all changes since are missed."""
    (tmp_path / "crashed").mkdir()
    filled(path)
    copied = crashed(path, tmp_path / "crashed")
    flip(copied.with_name("consentry.db-wal"), 8 * place)
    with Database.open(copied, KEY) as database:
        assert database.lost_changes == 5
        assert database.call(read) == WRITTEN


def test_after_a_crash_the_log_gives_back_every_change(path: Path, tmp_path: Path) -> None:
    """Nothing is lost where nothing was spoilt, and the mirror holds it too."""
    (tmp_path / "crashed").mkdir()
    filled(path)
    copied = crashed(path, tmp_path / "crashed")
    with Database.open(copied, KEY) as database:
        assert database.lost_changes == 0
        assert len(database.call(read)) == len(WRITTEN) + 5 * 2000
    assert copied.read_bytes() == twin_of(copied).read_bytes()


def test_a_writer_killed_at_any_moment_leaves_both_whole(path: Path) -> None:
    """Also in the middle of a checkpoint or of a copy: no change is lost, no page is spoilt."""
    chooser = random.Random(7)  # noqa: S311 - moments, not secrets
    command = (sys.executable, "-m", "tests.store.mortal_writer", str(path), KEY.hex())
    for _ in range(8):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for _ in range(chooser.randint(1, 40)):
                said = writer.stdout.readline()
            time.sleep(chooser.random() / 200)
            writer.kill()
            said = (writer.stdout.read().splitlines() or [said])[-1]
        with Database.open(path, KEY) as database:
            assert database.damage == Damage()
            assert database.lost_changes == 0
            assert database.spoilt() == ()
            assert int(database.call(read)[:8]) - int(said) in {0, 1}
        assert path.read_bytes() == twin_of(path).read_bytes()


@pytest.mark.parametrize("other", [0, 16])
def test_a_full_disk_costs_the_mirror_and_nothing_else(path: Path, other: int) -> None:
    """While there is no room for it everything goes on, and afterwards there is one again."""
    disk = path.parent / "disk"
    disk.mkdir()
    twin_of(path).symlink_to(disk / "mirror")
    mount = 'mount -t tmpfs -o size=16k none "$1" && head -c "$2"k /dev/zero >"$1/other"'
    shell = ("sh", "-c", f'{mount} && shift 2 && exec "$@"', "sh", str(disk), str(other))
    sandbox = (program("unshare"), "-rm", *shell)
    command = (*sandbox, sys.executable, "-m", "tests.store.mortal_writer", str(path), KEY.hex())
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        said = [int(writer.stdout.readline()) for _ in range(30)]
        writer.kill()
    assert said == list(range(1, 31))
    with Database.open(path, KEY) as database:
        assert int(database.call(read)[:8]) >= 30
        assert database.damage == Damage()
    assert path.read_bytes() == (disk / "mirror").read_bytes()


def test_one_process_holds_the_mirror(path: Path) -> None:
    """Whoever came second leaves the log alone, and takes over when the first is gone."""
    first = Database.open(path, KEY)
    with Database.open(path, KEY) as second:
        second.call(fill)
        assert second.checkpoint() is False
        assert first.checkpoint() is True
        assert path.read_bytes() == twin_of(path).read_bytes()
        first.close()
        second.call(fill)
        assert second.checkpoint() is True
        assert path.read_bytes() == twin_of(path).read_bytes()


def test_a_long_log_is_emptied_by_itself(path: Path) -> None:
    """Many changes do not make the write-ahead log grow without end."""
    log = path.with_name("consentry.db-wal")
    with Database.open(path, KEY) as database:
        largest = 0
        for _ in range(300):
            database.call(fill, 20)
            largest = max(largest, log.stat().st_size)
        assert 900 * PAGE < largest < 2000 * PAGE
        assert database.damage == Damage()
        assert database.spoilt() == ()


def test_a_log_that_a_reader_holds_up_is_emptied_later(path: Path) -> None:
    """While somebody reads for long the changes go on, and afterwards the mirror holds them all."""
    log = path.with_name("consentry.db-wal")
    with Database.open(path, KEY) as database, Database.open(path, KEY) as reader:
        database.call(fill, 20)

        def slowly(connection: apsw.Connection) -> None:
            read(connection)
            for _ in range(150):
                database.call(fill, 20)

        reader.call(slowly)
        assert log.stat().st_size > 1000 * PAGE
        assert database.checkpoint() is True
        assert log.stat().st_size == 0
    assert path.read_bytes() == twin_of(path).read_bytes()


def test_deleted_rows_are_not_in_the_mirror(house: House, tmp_path: Path) -> None:
    """Read as a database of its own, with the key, it holds nothing of what was deleted."""
    house.record(film(seconds=10))
    (secret,) = house.database.call(
        lambda c: c.execute("SELECT sealed_key FROM segments WHERE state = 2").fetchall()
    )[0]
    assert isinstance(secret, bytes)
    house.database.checkpoint()
    assert secret in mirrored(house, tmp_path / "before")
    house.database.call(lambda c: c.execute("DELETE FROM segments").fetchall())
    house.database.checkpoint()
    assert secret not in mirrored(house, tmp_path / "after")


def mirrored(house: House, folder: Path) -> bytes:
    """Return every page of the mirror in the clear."""
    folder.mkdir()
    shutil.copy(house.folder / "consentry.db-mirror", folder / "consentry.db")
    key = (house.folder / "keys" / "database.key").read_bytes()
    with Database.open(folder / "consentry.db", key) as database:
        return bytes(database.call(lambda connection: connection.serialize("main")))


@pytest.mark.parametrize("name", ["consentry.db", "consentry.db-mirror"])
def test_check_names_the_page(house: House, name: str) -> None:
    """I11 is broken by a spoilt page here or there, and by a mirror that is gone."""
    house.database.checkpoint()
    assert check(house.database, house.volume, house.household).breaches == ()
    spoil(house.folder / name, 3)
    (breach,) = check(house.database, house.volume, house.household).breaches
    assert (breach.invariant, breach.where) == ("I11", "page 3 of the database")
