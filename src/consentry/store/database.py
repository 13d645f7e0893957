"""The database: one connection on one thread that everybody else reaches by ``run`` or ``call``.

Every call is one transaction. Commits are durable when they return (WAL, synchronous FULL: 0.3 ms
here, one fsync), because the row of a segment must be safe before its first unit is written.
``secure_delete`` overwrites what is deleted, so that a destroyed key is destroyed.

Of all processes that have it open one holds its ``mirror``, and only that one empties the WAL. What
a spoilt page stopped is done again once the page was replaced by its twin.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

import apsw

from consentry.model.errors import StorageError
from consentry.seal.key_file import read_key_file, write_key_file
from consentry.store.migrations import MIGRATIONS
from consentry.store.mirror import Damage, Mirror
from consentry.store.write_ahead_log import WriteAheadLog

log = logging.getLogger(__name__)

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
_LOG_PAGES = 1000
"""In the WAL, after which it is emptied; SQLite's own default."""
_SPOILT = apsw.CorruptError, apsw.NotADBError


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
        self._path, self._key = path, key
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self._logged, self._enough = 0, _LOG_PAGES
        self._lost_changes = self._mended_in_log = 0
        try:
            self._thread.submit(self._open).result()
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
        """Run ``function(connection, ...)`` as one transaction; cancelling doesn't undo it.

        It may run twice, so ``args`` are nothing that is used up: no iterators.
        """
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

        False when another process reads just now (``consentry check``): the next one does it. Or
        when that one holds the mirror: then this is its work.
        """
        return self._thread.submit(self._checkpoint).result()

    @property
    def damage(self) -> Damage:
        """Return what was found spoilt since this process opened it."""
        found = self._mirror.damage
        return replace(found, mended=found.mended + self._mended_in_log)

    @property
    def lost_changes(self) -> int:
        """Return how many changes, made last before a crash, the WAL could not give back."""
        return self._lost_changes

    def scrub(self, pages: int) -> None:
        """Compare the next pages with their twins, and replace what the disk has spoilt."""
        with _sentences(self._path):
            self._thread.submit(self._mirror.scrub, pages).result()

    def spoilt(self) -> tuple[int, ...]:
        """Return the numbers of the pages that are spoilt on the disk, here or in the mirror."""
        with _sentences(self._path):
            return self._thread.submit(self._mirror.spoilt).result()

    def close(self) -> None:
        """Finish what was asked, then close."""
        self._thread.submit(self._close).result()
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

    def _open(self) -> None:
        with _sentences(self._path):
            self._log = WriteAheadLog(self._path, self._key)
            self._mirror = Mirror(self._path, self._key)
        try:
            self._mend_log()
            if self._mirror.is_longer:
                self._mend()
            written = self._log.frames()
            self._connect_or_mend()
        except BaseException:
            self._mirror.close()
            raise
        known, _ = self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_NOOP)
        self._lost_changes = sum(frame.commits for frame in written[known:])
        self._empty_log()

    def _connect_or_mend(self) -> None:
        try:
            self._connect()
        except StorageError as error:
            if not self._is_mended(error):
                raise
            self._connect()

    def _connect(self) -> None:
        self._connection = _connected(self._path, self._key)
        self._connection.set_wal_hook(self._committed)

    def _close(self) -> None:
        try:
            self._empty_log()
        finally:
            self._connection.close()
            self._mirror.close()

    def _committed(self, _: apsw.Connection, __: str, pages: int) -> int:
        self._logged = pages
        return apsw.SQLITE_OK

    def _empty_log(self) -> None:
        """Empty the WAL if that is possible now; what is in the way is for the next time."""
        self._enough = self._logged + _LOG_PAGES
        try:
            self._checkpoint()
        except StorageError as error:
            log.warning("the write-ahead log was not emptied: %s", error)

    def _checkpoint(self) -> bool:
        if not self._mirror.hold():
            return False
        self._connection.set_busy_timeout(_PATIENCE_MS)
        try:
            self._mending(self._checkpoint_once)
        except StorageError as error:
            if isinstance(error.__cause__, apsw.BusyError):
                return False
            raise
        finally:
            self._connection.set_busy_timeout(_BUSY_MS)
        self._logged, self._enough = 0, _LOG_PAGES
        return True

    def _checkpoint_once(self) -> None:
        pages = {frame.page for frame in self._log.frames()}
        if pages or not self._mirror.finished:
            with _sentences(self._path), self._mirror.following(pages):
                self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)

    def _is_mended(self, error: StorageError) -> bool:
        """Tell whether what failed is worth another try."""
        return isinstance(error.__cause__, _SPOILT) and self._mend()

    def _mend(self) -> bool:
        """Replace what the disk has spoilt; tell whether something was."""
        mended = self._mirror.mend()
        if mended:
            log.warning("spoilt pages of the database were replaced by their twins: %d", mended)
        return self._mend_log() + mended > 0

    def _mend_log(self) -> int:
        """Change flipped bits of the WAL back; return how many pages that were."""
        mended = self._log.mend() if self._mirror.hold() else 0
        self._mended_in_log += mended
        if mended:
            log.warning("flipped bits of the write-ahead log were changed back: %d", mended)
        return mended

    def _mending(self, work: Callable[[], T]) -> T:
        """Do ``work``, and once more where a spoilt page stopped it that could be mended."""
        try:
            return work()
        except StorageError as error:
            if not self._is_mended(error):
                raise
        met = self._connection  # one that met a spoilt page may go on failing
        self._connect()
        met.close()
        return work()

    def _transact(self, function: Callable[[apsw.Connection], T]) -> T:
        result = self._mending(partial(self._transact_once, function))
        if self._logged > self._enough:
            self._empty_log()
        return result

    def _transact_once(self, function: Callable[[apsw.Connection], T]) -> T:
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
    except OSError as error:
        message = f"The database {path} cannot be opened: {error.strerror}: is its folder writable?"
        raise StorageError(message) from error


def _connected(path: Path, key: bytes) -> apsw.Connection:
    try:
        return _opened(path, key)
    except apsw.Error as error:
        message = f"The database {path} is damaged or not ours: {error}."
        raise StorageError(message) from error


def _opened(path: Path, key: bytes) -> apsw.Connection:
    with _sentences(path):
        connection = apsw.Connection(str(path))
        try:
            connection.pragma("key", f"raw:{key.hex()}")
            connection.set_busy_timeout(_BUSY_MS)
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)  # only with the mirror
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
        if version != VERSION:
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
