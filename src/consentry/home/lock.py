"""One hub a data folder: the hub's lock, and the one its recorders inherit.

``flock`` belongs to the open file. The hub's own lock refuses a second hub at once; the recorders'
is passed on to them and stays taken until the last has closed its segments: a hub that starts
after another was killed waits that second.
"""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from consentry.model.errors import ConflictError, StorageError

WAIT_S = 6.0
"""Longer than a recorder may take to end (3.5 s)."""


class FolderLock:
    """Both locks of a data folder, taken; a context manager."""

    def __init__(self, folder: Path) -> None:
        """Take them. Raises ConflictError when another hub runs, StorageError when it can't."""
        self._hub = _open(folder, "lock")
        self.recorders = _open(folder, "recorders.lock")
        """The descriptor that recorders inherit."""
        if not (_taken(self._hub, wait_s=0) and _taken(self.recorders, wait_s=WAIT_S)):
            self._close()
            message = f"Another hub already runs on {folder}. Stop it, or name another folder."
            raise ConflictError(message)

    @classmethod
    def of_new(cls, folder: Path) -> Self:
        """Make the folder, private to its owner, unless it is there, and take its locks."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            message = f"The data folder {folder} cannot be made: {error.strerror}."
            raise StorageError(message) from error
        return cls(folder)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go."""
        self._close()

    def _close(self) -> None:
        os.close(self._hub)
        os.close(self.recorders)


def _open(folder: Path, name: str) -> int:
    try:
        return os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        message = f"The data folder {folder} cannot be written: {error.strerror}."
        raise StorageError(message) from error


def _taken(descriptor: int, *, wait_s: float) -> bool:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.1)
        else:
            return True
