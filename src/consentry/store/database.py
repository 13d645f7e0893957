"""The database: one connection on one thread that everybody else reaches by ``run`` or ``call``.

Every call is one transaction. Commits are durable when they return (WAL, synchronous FULL: 0.3 ms
here, one fsync), because the row of a segment must be safe before its first unit is written.
``secure_delete`` overwrites what is deleted, so that a destroyed key is destroyed.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

import apsw

from consentry.model.errors import StorageError
from consentry.seal.key_file import read_key_file, write_key_file
from consentry.store.migrations import MIGRATIONS

P = ParamSpec("P")
T = TypeVar("T")

VERSION = 1 + len(MIGRATIONS)
"""The schema's version, kept in SQLite's user_version; 0 is an empty file."""

_KEY_SIZE = 32
_BUSY_MS = 5000  # another process may hold the lock for a moment (consentry check)
_CACHE_KIB = 4096
"""Of pages. Among the 345 000 segments (260 MB) of thirty days of eight cameras a look-up takes
0.11 ms (p50) with 1, 2, 4, 8 and 16 MiB alike, 0.20 ms with 0.5: more only makes the hub grow.
"""
_PATIENCE_MS = 100  # for emptying the WAL, which may be left for later


def database_key(path: Path, *, database: Path) -> bytes:
    """Return the key of ``database``, made (0600) at the first start, while there is no database.

    Raises StorageError when the file is missing later, broken, or readable by others.
    """
    if not path.exists() and not database.exists():
        write_key_file(path, os.urandom(_KEY_SIZE), what="database key")
    key = read_key_file(path, what="database key")
    if len(key) != _KEY_SIZE:
        message = f"{path} is not a database key: put the right file back."
        raise StorageError(message)
    return key


class Database:
    """An open database. A context manager; ``close`` waits for what was asked before.

    Owner of the connection: the thread named "database". Callers queue up behind each other, each
    waiting for its own answer, so that the queue is as long as there are callers.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        """Open ``path`` (made when missing) and bring it to this version.

        Raises StorageError with one sentence when it is newer, damaged, not ours or not writable.
        """
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        try:
            self._connection = self._thread.submit(_open, path, key).result()
        except BaseException:
            self._thread.shutdown()
            raise

    @classmethod
    def open(cls, path: Path, key: bytes) -> Self:
        """Open the database at ``path``; see ``__init__``."""
        return cls(path, key)

    async def run(
        self,
        function: Callable[Concatenate[apsw.Connection, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run ``function(connection, ...)`` as one transaction; cancelling doesn't undo it."""
        call = self._thread.submit(self._transact, lambda c: function(c, *args, **kwargs))
        return await asyncio.wrap_future(call)

    def call(
        self,
        function: Callable[Concatenate[apsw.Connection, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Do the same for a caller that may block. Never call it from within a function it runs."""
        return self._thread.submit(self._transact, lambda c: function(c, *args, **kwargs)).result()

    def checkpoint(self) -> bool:
        """Move the WAL into the file and empty it: what was overwritten is nowhere any more.

        False when another process reads just now (``consentry check``): the next one does it.
        """
        return self._thread.submit(self._checkpoint).result()

    def close(self) -> None:
        """Finish what was asked, then close."""
        self._thread.submit(self._connection.close).result()
        self._thread.shutdown()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _checkpoint(self) -> bool:
        self._connection.set_busy_timeout(_PATIENCE_MS)
        try:
            with _sentences(self._path):
                self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except StorageError as error:
            if isinstance(error.__cause__, apsw.BusyError):
                return False
            raise
        finally:
            self._connection.set_busy_timeout(_BUSY_MS)
        return True

    def _transact(self, function: Callable[[apsw.Connection], T]) -> T:
        with _sentences(self._path), self._connection:
            result = function(self._connection)
        return result  # noqa: RET504 - mypy takes apsw's __exit__ for one that may swallow


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """Turn SQLite's errors that an owner can mend into one sentence each."""
    try:
        yield
    except apsw.Error as failed:
        # A full disk makes SQLite roll back by itself; apsw's own rollback then fails on top of it.
        error = failed.__context__ if isinstance(failed.__context__, apsw.Error) else failed
        match error:
            case apsw.FullError():
                message = f"The disk of the database {path} is full: free some space."
            case apsw.ReadOnlyError() | apsw.PermissionsError():
                message = f"The database {path} cannot be written: check who owns its folder."
            case apsw.CantOpenError():
                message = f"The database {path} cannot be opened: is its folder writable?"
            case apsw.NotADBError():
                message = f"{path} does not open with this key, or is no database of ours."
            case apsw.CorruptError():
                message = f"The database {path} is damaged: restore it from a backup."
            case apsw.IOError():
                message = f"The disk of the database {path} fails: {error}."
            case apsw.BusyError():
                message = f"The database {path} is in use by another program."
            case _:
                raise
        raise StorageError(message) from error


def _open(path: Path, key: bytes) -> apsw.Connection:
    try:
        return _opened(path, key)
    except apsw.Error as error:
        message = f"The database {path} is damaged or not ours: {error}."
        raise StorageError(message) from error


def _opened(path: Path, key: bytes) -> apsw.Connection:
    with _sentences(path):
        new = not path.exists()
        connection = apsw.Connection(str(path))
        try:
            if new:
                path.chmod(0o600)
            connection.pragma("key", f"raw:{key.hex()}")
            connection.set_busy_timeout(_BUSY_MS)
            _upgrade(connection, path)
            connection.pragma("journal_mode", "wal")
            connection.pragma("synchronous", "full")
            connection.pragma("foreign_keys", "on")
            connection.pragma("secure_delete", "on")
            connection.pragma("cache_size", -_CACHE_KIB)
            connection.pragma("temp_store", "memory")  # nothing readable in a temporary file
        except BaseException:
            connection.close()
            raise
        return connection


def _upgrade(connection: apsw.Connection, path: Path) -> None:
    version = connection.pragma("user_version")
    assert isinstance(version, int)  # noqa: S101 - SQLite's documented type
    if version > VERSION:
        message = (
            f"The database {path} is from a newer Consentry (schema {version}, "
            f"this one knows {VERSION}): install that version again, nothing was changed."
        )
        raise StorageError(message)
    schema = resources.files("consentry.store").joinpath("schema.sql").read_text("utf-8")
    with connection:
        if version == 0:
            connection.execute(schema)
        else:
            for migration in MIGRATIONS[version - 1 :]:
                connection.execute(migration)
            _require_columns(connection, schema, path)
        connection.pragma("user_version", VERSION)


def _require_columns(connection: apsw.Connection, schema: str, path: Path) -> None:
    """Refuse a database of this version's number that lacks a column of this version's schema."""
    fresh = apsw.Connection(":memory:")
    fresh.execute(schema)
    missing = _columns(fresh) - _columns(connection)
    fresh.close()
    if missing:
        message = (
            f"The database {path} is from an unfinished Consentry and lacks {min(missing)}: "
            "restore a backup or begin with another data folder, nothing was changed."
        )
        raise StorageError(message)


def _columns(connection: apsw.Connection) -> set[str]:
    rows = connection.execute(
        "SELECT t.name || '.' || c.name FROM sqlite_master t, pragma_table_info(t.name) c "
        "WHERE t.type = 'table'"
    )
    return {str(name) for (name,) in rows}
