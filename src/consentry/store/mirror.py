"""The database's mirror: every page of the file once more, in a file beside it.

A disk that changes a bit or loses a sector would take the keys of all recordings with it: they are
nowhere else (ADR 0024). So whoever checkpoints copies the pages that the write-ahead log held from
the database into the mirror, byte for byte and at the same place, and a page that is not what was
written is replaced by its twin. Whether it is, a page tells itself: it ends in a nonce and a tag
over everything before (``page``).

Lifecycle: one process holds the mirror's lock, and only that one checkpoints. ``following``
destroys page 1 of the mirror before a checkpoint, copies after it, and writes page 1 last; so a
mirror that a crash left behind tells that it may be older than the database, and is made anew. What
a deletion overwrote is overwritten in the mirror in the same step.
"""

import fcntl
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from consentry.store.page import PAGE, is_whole

log = logging.getLogger(__name__)

_LOCK_PAGE = 2**30 // PAGE + 1
"""The number of the page SQLite never writes: its locks lie there (file format, 1.4)."""

_SALT = 16
_UNFINISHED = bytes(_SALT)
"""What page 1 of an unfinished mirror begins with; a database begins with its random salt."""

_BLOCK = 64
"""Pages compared at once."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What was found spoilt: how many pages were replaced, and the numbers of those that are lost.

    A lost page is spoilt in both files.
    """

    mended: int = 0
    lost: frozenset[int] = frozenset()


class Mirror:
    """The mirror of one database. Owned by the database's thread; ``close`` after the connection.

    The database's file stays open until then: closing any descriptor of it would drop the locks of
    SQLite's own (SQLite, "How to corrupt", 2.2). Who does not ``hold`` it only looks. Raises
    OSError when a disk fails.
    """

    def __init__(self, database: Path, key: bytes) -> None:
        """Open (or make) both files."""
        self._key = key
        self._held = False
        self._next = 1
        self._mended, self._replaced = 0, 0
        self._lost: set[int] = set()
        flags = os.O_RDWR | os.O_CREAT
        self._mirror = os.open(database.with_name(f"{database.name}-mirror"), flags, 0o600)
        try:
            self._main = os.open(database, flags, 0o600)
        except BaseException:
            os.close(self._mirror)
            raise

    def hold(self) -> bool:
        """Hold the mirror from now on, unless another process does; tell whether it is held."""
        if not self._held:
            with suppress(BlockingIOError):
                fcntl.flock(self._mirror, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._held = True
        return self._held

    @property
    def damage(self) -> Damage:
        """Return what was found spoilt since it was opened."""
        return Damage(self._mended + self._replaced, frozenset(self._lost))

    @property
    def finished(self) -> bool:
        """Tell whether it holds what the database held after the last checkpoint."""
        return os.pread(self._mirror, _SALT, 0) not in {b"", _UNFINISHED}

    @property
    def is_longer(self) -> bool:
        """Tell whether the database lacks pages, or is gone: by itself it never shrinks."""
        return len(self._numbers(self._mirror)) > len(self._numbers(self._main))

    @contextmanager
    def following(self, pages: Iterable[int]) -> Iterator[None]:
        """Within, checkpoint ``pages``; then they are in the mirror too, durably.

        All are, where it was unfinished. A disk that cannot take them costs the mirror, which must
        not keep what was deleted, and is told in the log.
        """
        finished = self.finished
        with self._given_up_when_it_fails():
            self._unfinish()
        try:
            yield
        finally:
            with self._given_up_when_it_fails():
                self._follow(pages if finished else self._numbers(self._main))

    def mend(self) -> int:
        """Compare everything now; return how many pages of the database were replaced."""
        before = self._replaced
        if self.hold() and self.finished:
            firsts = self._numbers(self._mirror)[::_BLOCK]
            self._settle([number for first in firsts for number in self._unequal(first)])
        return self._replaced - before

    def scrub(self, pages: int) -> None:
        """Compare the next so many pages, one round after the other."""
        if not self.hold() or not self.finished:
            return
        for _ in range(0, pages, _BLOCK):
            self._settle([*self._unequal(self._next)])
            self._next += _BLOCK
            if self._next not in self._numbers(self._mirror):
                self._next = 1

    def spoilt(self) -> tuple[int, ...]:
        """Return the numbers of the pages that are not what was written, here or there.

        Changes nothing. Beside whoever holds the mirror nothing is said of what is being copied.
        """
        numbers = self._numbers(self._mirror)
        if self.hold():
            numbers = max(numbers, self._numbers(self._main), key=len)
        elif not self.finished:
            return ()
        return tuple(
            number
            for first in numbers[::_BLOCK]
            for number in self._unequal(first)
            if not all(self._whole(self._read(file, number), number) for file in self._files)
        )

    def close(self) -> None:
        """Close both files, and let another process hold the mirror."""
        for file in self._files:
            os.close(file)

    @property
    def _files(self) -> tuple[int, int]:
        return self._main, self._mirror

    @staticmethod
    def _numbers(file: int) -> range:
        return range(1, os.fstat(file).st_size // PAGE + 1)

    @staticmethod
    def _read(file: int, number: int, *, count: int = 1) -> bytes:
        return os.pread(file, count * PAGE, (number - 1) * PAGE)

    @staticmethod
    def _write(file: int, number: int, page: bytes) -> None:
        os.pwrite(file, page, (number - 1) * PAGE)

    def _whole(self, page: bytes, number: int) -> bool:
        """Tell whether a page is as it was written, or never was."""
        if len(page) != PAGE:
            return False
        return not any(page) or number == _LOCK_PAGE or is_whole(page, number, self._key)

    @contextmanager
    def _given_up_when_it_fails(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            log.warning("the database has no mirror until its disk takes one: %s", error)
            os.ftruncate(self._mirror, 0)

    def _unfinish(self) -> None:
        os.pwrite(self._mirror, _UNFINISHED, 0)
        os.fdatasync(self._mirror)

    def _follow(self, pages: Iterable[int]) -> None:
        """Copy the pages, and those that the mirror is too short for; page 1 last."""
        there, here = self._numbers(self._main), self._numbers(self._mirror)
        os.ftruncate(self._mirror, len(there) * PAGE)
        for number in sorted({*pages, *there[len(here) :]} & set(there)):
            if number > 1:
                self._copy(number)
        os.fdatasync(self._mirror)
        self._copy(1)
        os.fdatasync(self._mirror)

    def _copy(self, number: int) -> None:
        """Copy a page, unless the disk has spoilt it already: then it has no twin."""
        page = self._read(self._main, number)
        if self._whole(page, number):
            self._lost.discard(number)
        else:
            self._lost.add(number)
            page = bytes(PAGE)
        self._write(self._mirror, number, page)

    def _unequal(self, first: int) -> Iterator[int]:
        ours, twins = (self._read(file, first, count=_BLOCK) for file in self._files)
        if ours != twins:
            for offset in range(0, max(len(ours), len(twins)), PAGE):
                if ours[offset : offset + PAGE] != twins[offset : offset + PAGE]:
                    yield first + offset // PAGE

    def _settle(self, numbers: Sequence[int]) -> None:
        """Of two pages that differ let the whole one count.

        Where both are, the mirror is not of this database: an older file was put back, and its
        pages must not be mixed with newer ones.
        """
        pairs = {n: tuple(self._read(file, n) for file in self._files) for n in numbers}
        whole = {n: tuple(is_whole(page, n, self._key) for page in pairs[n]) for n in numbers}
        if (True, True) in whole.values():
            self._unfinish()
            return
        for number, (ours, twin) in pairs.items():
            match whole[number]:
                case (True, _):
                    self._mended += any(twin)
                    self._write(self._mirror, number, ours)
                case (_, True):
                    self._replaced += 1
                    self._write(self._main, number, twin)
            (self._lost.discard if any(whole[number]) else self._lost.add)(number)
        os.fdatasync(self._main)
