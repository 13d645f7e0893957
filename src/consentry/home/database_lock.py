"""The database's key behind a passphrase, for those who mind times and labels in a thief's hands.

Without it ``keys/database.key`` lies beside the database: the hub starts by itself after a power
cut, and whoever carries the box away reads when something moved and what it was, though no picture.
With it ``keys/database.lock`` holds the key in a lock (``seal.lock``), and each start asks for the
passphrase. While both files are there, a change was cut off: the key file counts, do it again.
"""

from pathlib import Path

from consentry.model.errors import InputError, StorageError
from consentry.model.secret import Secret
from consentry.seal.key_file import (
    destroy_key_file,
    read_key_file,
    replace_key_file,
    write_key_file,
)
from consentry.seal.lock import Cost, lock, unlock

KEY, LOCK = "database.key", "database.lock"
_MAGIC = b"consentry database lock 1\n"
_CONTEXT = "database"
_WHAT = "lock of the database key"
SHORTEST = 8


def is_locked(keys: Path) -> bool:
    """Tell whether a start needs the passphrase; ``keys`` is the folder."""
    return (keys / LOCK).exists() and not (keys / KEY).exists()


def open_lock(keys: Path, passphrase: Secret) -> bytes:
    """Return the database's key. Blocking, half a second.

    Raises InputError for a wrong passphrase, StorageError or IntegrityError for a damaged file.
    """
    path = keys / LOCK
    content = read_key_file(path, what=_WHAT)
    if not content.startswith(_MAGIC):
        message = f"{path} is not a {_WHAT}: put the right file back from your copy."
        raise StorageError(message)
    key = unlock(content.removeprefix(_MAGIC), passphrase, _CONTEXT)
    if key is None:
        message = "This is not the passphrase of the database."
        raise InputError(message)
    return key


def make_lock(keys: Path, key: bytes, passphrase: Secret, *, cost: Cost | None = None) -> None:
    """Put the key behind a (new) passphrase; the key file is destroyed. Blocking, a second or two.

    Raises InputError for a useless passphrase, StorageError when it cannot be written.
    """
    if len(passphrase.reveal()) < SHORTEST:
        message = f"A passphrase needs at least {SHORTEST} characters."
        raise InputError(message)
    content = _MAGIC + lock(key, passphrase, _CONTEXT, cost=cost or Cost.calibrated())
    path, aside = keys / LOCK, keys / f"{LOCK}.next"
    destroy_key_file(aside)
    if path.exists():
        write_key_file(aside, content, what=_WHAT)
        replace_key_file(path, aside, what=_WHAT)
    else:
        write_key_file(path, content, what=_WHAT)
    destroy_key_file(keys / KEY)


def remove_lock(keys: Path, key: bytes) -> None:
    """Put the key back into its file, so that the hub starts by itself. Raises StorageError."""
    if not (keys / KEY).exists():
        write_key_file(keys / KEY, key, what="database key")
    destroy_key_file(keys / LOCK)
