"""What lies in the data folder, opened: keys, database, recording volume."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import apsw

from consentry.config import Config
from consentry.model.errors import StorageError
from consentry.seal import Household
from consentry.store import identity, volumes
from consentry.store.database import Database, database_key
from consentry.store.volume import Volume


@dataclass(frozen=True, slots=True)
class Stores:
    """The opened data folder. ``close`` the database at the end."""

    database: Database
    household: Household
    volume: Volume

    @classmethod
    def open(cls, config: Config, *, last_used: bool = False) -> "Stores":
        """Open everything, made at the first start. Raises StorageError with one sentence.

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
        database = Database.open(path, database_key(keys / "database.key", database=path))
        try:
            household = _household(keys / "household.key", first=first)
            database.call(identity.require, household.public)
            volume = database.call(volumes.last_used) if last_used else None
            volume = volume or database.call(_volume, config)
        except BaseException:
            database.close()
            raise
        return cls(database, household, volume)

    @classmethod
    async def open_aside(cls, config: Config, *, last_used: bool = False) -> "Stores":
        """Do the same without holding up the event loop."""
        return await asyncio.to_thread(cls.open, config, last_used=last_used)


def _household(path: Path, *, first: bool) -> Household:
    """Return the household's key pair, made at the first start and never again.

    A lost key is said, not replaced: a new one would record on and open nothing of before.
    """
    if path.exists():
        return Household.load(path)
    if not first:
        message = f"The household's key {path} is missing: put it back from a backup."
        raise StorageError(message)
    household = Household.create()
    household.save(path)
    return household


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
