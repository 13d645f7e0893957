"""The encrypted database on its one thread."""

import asyncio
import threading
from pathlib import Path

import apsw
import pytest

from consentry.model.errors import StorageError
from consentry.seal import Household
from consentry.store import identity
from consentry.store.database import VERSION, Database, database_key
from tests.store.house import House

KEY = bytes(range(32))


def table_names(connection: apsw.Connection) -> list[str]:
    """Return the tables."""
    return [row[0] for row in connection.execute("SELECT name FROM sqlite_master ORDER BY name")]


def test_database_opens_again_with_its_key_only(tmp_path: Path) -> None:
    """Another key, or none, opens nothing and changes nothing."""
    path = tmp_path / "consentry.db"
    Database.open(path, KEY).close()
    with pytest.raises(StorageError, match="does not open with this key"):
        Database.open(path, bytes(32))
    plain = apsw.Connection(str(path))
    with pytest.raises(apsw.NotADBError):
        plain.execute("SELECT * FROM cameras")
    plain.close()
    with Database.open(path, KEY) as database:
        assert "cameras" in database.call(table_names)


def test_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A database from a newer version is refused with one sentence and not one byte changes."""
    path = tmp_path / "consentry.db"
    with Database.open(path, KEY) as database:
        database.call(lambda connection: connection.pragma("user_version", VERSION + 1))
    before = path.read_bytes()
    with pytest.raises(StorageError, match=f"newer Consentry .schema {VERSION + 1}"):
        Database.open(path, KEY)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"SQLite format 3\x00" + bytes(4080), b"x" * 5000])
def test_file_that_is_no_database_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    """A damaged file is refused with one sentence."""
    path = tmp_path / "consentry.db"
    path.write_bytes(content)
    with pytest.raises(StorageError, match=r"does not open|damaged"):
        Database.open(path, KEY)


def test_lacking_column_is_one_sentence(tmp_path: Path) -> None:
    """A database of the same version from an unfinished program names what it lacks."""
    path = tmp_path / "consentry.db"
    with Database.open(path, KEY) as database:
        database.call(
            lambda connection: connection.execute("ALTER TABLE facts RENAME household TO house")
        )
    with pytest.raises(StorageError, match=r"lacks facts\.household"):
        Database.open(path, KEY)


def test_unknown_database_is_one_sentence(tmp_path: Path) -> None:
    """A database of another program, even under our key, is refused with one sentence."""
    path = tmp_path / "consentry.db"
    other = apsw.Connection(str(path))
    other.pragma("key", f"raw:{KEY.hex()}")
    other.execute("CREATE TABLE cameras (name TEXT)")
    other.close()
    with pytest.raises(StorageError, match="not ours"):
        Database.open(path, KEY)


def test_flipped_bits_are_noticed(house: House) -> None:
    """A page damaged here and in the mirror fails with a sentence instead of giving wrong rows."""
    house.database.checkpoint()
    house.database.close()
    path = house.folder / "consentry.db"
    for file in (path, path.with_name("consentry.db-mirror")):
        content = bytearray(file.read_bytes())
        for position in range(5000, len(content), 4096):
            content[position] ^= 1
        file.write_bytes(content)
    key = database_key(house.folder / "keys" / "database.key", database=path)
    with pytest.raises(StorageError), Database.open(path, key) as database:
        database.call(lambda connection: connection.execute("SELECT * FROM cameras").fetchall())
    house.database = Database.open(house.folder / "other.db", KEY)


def test_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    """A database in a folder that does not exist says so."""
    with pytest.raises(StorageError, match="cannot be opened"):
        Database.open(tmp_path / "missing" / "consentry.db", KEY)


def test_calls_run_on_one_named_thread_in_one_transaction(house: House) -> None:
    """Every call runs on the thread named database, and an error undoes all of it."""

    def half(connection: apsw.Connection) -> None:
        connection.execute("DELETE FROM cameras")
        assert threading.current_thread().name.startswith("database")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        house.database.call(half)
    count = house.database.call(
        lambda connection: connection.execute("SELECT count(*) FROM cameras").fetchone()
    )
    assert count == (1,)


async def test_asynchronous_callers_share_the_thread(house: House) -> None:
    """Many tasks may ask at once; each gets its own answer."""

    def double(_: apsw.Connection, number: int) -> int:
        return 2 * number

    answers = await asyncio.gather(*(house.database.run(double, n) for n in range(50)))
    assert answers == [2 * n for n in range(50)]


def test_lost_key_is_not_replaced(tmp_path: Path) -> None:
    """While there is a database, a missing key file is an error and no new key is made."""
    key, path = tmp_path / "keys" / "database.key", tmp_path / "consentry.db"
    Database.open(path, database_key(key, database=path)).close()
    assert key.stat().st_mode & 0o777 == 0o600
    key.unlink()
    with pytest.raises(StorageError, match="missing"):
        database_key(key, database=path)
    assert not key.exists()


def test_key_of_another_household_is_refused(house: House) -> None:
    """A database remembers its household; another key file is refused with one sentence."""
    house.database.call(identity.require, house.household.public)
    house.database.call(identity.require, house.household.public)
    with pytest.raises(StorageError, match="not the key that this data folder"):
        house.database.call(identity.require, Household.create().public)


def test_checkpoint_waits_for_no_reader(house: House) -> None:
    """While another process reads, the write-ahead log is emptied later and nothing fails."""
    path = house.folder / "consentry.db"
    key = database_key(house.folder / "keys" / "database.key", database=path)
    with Database.open(path, key) as reader:

        def read(connection: apsw.Connection) -> bool:
            connection.execute("SELECT * FROM cameras").fetchall()
            house.database.call(lambda writer: writer.execute("DELETE FROM cameras").fetchall())
            return house.database.checkpoint()

        assert reader.call(read) is False
    assert house.database.checkpoint() is True


def test_deleted_rows_leave_no_bytes(house: House) -> None:
    """What was deleted is overwritten in the file, even for somebody who has the key."""
    secret = b"a sealed key that must go" * 8

    def keep(connection: apsw.Connection) -> None:
        connection.execute("INSERT INTO settings (id, json) VALUES (1, ?)", (secret.decode(),))

    house.database.call(keep)
    house.database.call(lambda connection: connection.execute("DELETE FROM settings").fetchall())
    house.database.checkpoint()
    pages = house.database.call(lambda connection: connection.serialize("main"))
    assert secret[:25] not in pages
