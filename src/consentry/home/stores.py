"""What lies in the data folder, opened: keys, database, recording volume."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import apsw

from consentry.config import Config
from consentry.home import database_lock
from consentry.home.keyring import Keyring
from consentry.model.errors import StorageError
from consentry.model.keys import UnlockMode
from consentry.seal import Household
from consentry.seal.key_file import destroy_key_file, replace_key_file
from consentry.store import identity, volumes
from consentry.store.database import Database, database_key
from consentry.store.identity import Identity
from consentry.store.volume import Volume

HOUSEHOLD_KEY = "household.key"
"""In the folder keys/, in key-file mode and until there is an owner."""

NEXT_KEY = "household.key.next"
"""Beside it for a moment, while the key is being changed."""


@dataclass(frozen=True, slots=True)
class Stores:
    """The opened data folder. ``close`` the database at the end."""

    database: Database
    keyring: Keyring
    volume: Volume

    @classmethod
    def open(
        cls,
        config: Config,
        *,
        last_used: bool = False,
        key: bytes | None = None,
        alone: bool = True,
    ) -> "Stores":
        """Open everything, made at the first start. Raises StorageError with one sentence.

        ``key`` is that of a database whose passphrase was typed (``database_lock``). Not ``alone``
        means beside a hub that may be changing the key right now: its files are left to it.

        With ``last_used`` the recordings are where they were written last, whatever ``config``
        says: a command knows only the data folder, and a hub may have been told another file.
        """
        keys = config.data / "keys"
        try:
            keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            message = f"The data folder {config.data} cannot be written: {error.strerror}."
            raise StorageError(message) from error
        path = config.data / "consentry.db"
        first = not path.exists()
        if key is None and database_lock.is_locked(keys):
            message = "The database waits for its passphrase: start consentry run in a terminal."
            raise StorageError(message)
        key = key or database_key(keys / database_lock.KEY, database=path)
        database = Database.open(path, key)
        try:
            keyring = _keyring(database, keys / HOUSEHOLD_KEY, first=first, alone=alone)
            volume = database.call(volumes.last_used) if last_used else None
            volume = volume or database.call(_volume, config)
        except BaseException:
            database.close()
            raise
        return cls(database, keyring, volume)

    @classmethod
    async def open_aside(
        cls, config: Config, *, last_used: bool = False, key: bytes | None = None
    ) -> "Stores":
        """Do the same without holding up the event loop."""
        return await asyncio.to_thread(cls.open, config, last_used=last_used, key=key)


def _keyring(database: Database, path: Path, *, first: bool, alone: bool) -> Keyring:
    """Return the household's keys: locked, or opened from the key file.

    The file is made at the first start and never again. A lost key is said, not replaced: a new one
    would record on and open nothing of before.
    """
    known = database.call(identity.load)
    if known is None:
        known = _first(database, path, first=first)
    previous = known.previous.sealed if known.previous is not None else None
    household = None
    if known.mode is UnlockMode.PASSPHRASE:
        if alone:
            _finish_destroying(path, known)
    else:
        if alone:
            _finish_replacing(path, known)
        household = _loaded(path, known)
        database.call(identity.require, household.public)
    return Keyring(known.public, mode=known.mode, household=household, previous=previous)


def _first(database: Database, path: Path, *, first: bool) -> Identity:
    """Make the household's key, or take the one that a start which was cut off has made."""
    if not path.exists() and not first:
        message = f"The household's key {path} is missing: put it back from a backup."
        raise StorageError(message)
    household = Household.load_or_create(path)
    database.call(identity.require, household.public)
    return Identity(household.public, UnlockMode.KEY_FILE)


def _loaded(path: Path, known: Identity) -> Household:
    """Return the key in the file, or the one that is about to take its place if that is known."""
    by = path.with_name(NEXT_KEY)
    if not path.exists():
        message = f"The household's key {path} is missing: put it back from a backup."
        raise StorageError(message)
    household = Household.load(path)
    if household.public != known.public and by.exists():
        return Household.load(by)
    return household


def _finish_destroying(path: Path, known: Identity) -> None:
    """Destroy a key file whose key is sealed to members now: a crash came before it was done."""
    old = known.previous.public if known.previous is not None else known.public
    if path.exists() and Household.load(path).public in {known.public, old}:
        destroy_key_file(path)


def _finish_replacing(path: Path, known: Identity) -> None:
    """Finish a change of the key file that a crash cut off, on the side of the database."""
    by = path.with_name(NEXT_KEY)
    if not by.exists():
        return
    if Household.load(by).public == known.public:
        replace_key_file(path, by, what="household key")
    else:
        destroy_key_file(by)


def _volume(connection: apsw.Connection, config: Config) -> Volume:
    """Return the recording volume, even when its disk is not there now.

    A hub whose disk is missing still shows live pictures and tells its owner; its writers verify
    the volume before every segment.
    """
    path = config.recordings_folder
    row = connection.execute("SELECT id FROM volumes WHERE path = ?", (str(path),)).fetchone()
    if row is not None:
        return Volume(path, str(row[0]))
    return volumes.current(connection, path)
