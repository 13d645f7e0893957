"""Key files: written once, durable before anything depends on them, readable by the owner only."""

import os
import stat
from pathlib import Path

from consentry.model.errors import StorageError


def write_key_file(path: Path, content: bytes, *, what: str) -> None:
    """Write a new 0600 file whole or not at all: aside, synced, then linked under its name.

    Raises StorageError when the file exists (a key is never overwritten) or cannot be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside.unlink(missing_ok=True)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)  # fails where rename would replace
        finally:
            aside.unlink()
        sync_folder(path.parent)
    except FileExistsError:
        message = f"{path} exists: a {what} is never overwritten."
        raise StorageError(message) from None
    except OSError as error:
        message = f"The {what} cannot be written to {path}: {error.strerror}."
        raise StorageError(message) from error


def read_key_file(path: Path, *, what: str, largest: int = 4096) -> bytes:
    """Return the file's bytes; StorageError when it is missing or others may read or write it."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            content = file.read(largest)
    except FileNotFoundError:
        message = f"The {what} {path} is missing: put it back from where you keep your copy."
        raise StorageError(message) from None
    except OSError as error:
        message = f"The {what} {path} cannot be read: {error.strerror}."
        raise StorageError(message) from error
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        message = (
            f"Others on this machine may read the {what}: run 'chmod 600 {path}', "
            "and think about who might have copied it."
        )
        raise StorageError(message)
    return content


def sync_folder(folder: Path) -> None:
    """Make the folder's entries durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def destroy_key_file(path: Path) -> None:
    """Overwrite a key file, then unlink it, durably; one that is gone already is fine.

    Flash cells and snapshots of the disk may keep a copy all the same: no program can promise more.
    Raises StorageError when it cannot be removed.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(bytes(os.fstat(descriptor).st_size))
            file.flush()
            os.fsync(descriptor)
        path.unlink()
        sync_folder(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        message = f"The key file {path} cannot be removed: {error.strerror}."
        raise StorageError(message) from error


def replace_key_file(path: Path, by: Path, *, what: str) -> None:
    """Put the key file ``by`` in the place of ``path``, at once and durably; the old key is gone.

    StorageError when it cannot be done.
    """
    try:
        with path.open("r+b") as old:
            by.replace(path)
            old.write(bytes(os.fstat(old.fileno()).st_size))
            old.flush()
            os.fsync(old.fileno())
        sync_folder(path.parent)
    except OSError as error:
        message = f"The {what} cannot be written to {path}: {error.strerror}."
        raise StorageError(message) from error
