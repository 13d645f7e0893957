"""Files to unlink, remembered in the transaction that destroyed their keys.

So a crash between the commit and the unlink leaves a row here and nothing to guess: a file is only
ever removed because a row says so.
"""

from contextlib import suppress
from pathlib import Path

import apsw

from consentry.seal.key_file import sync_folder
from consentry.store import volumes
from consentry.store.database import Database
from consentry.store.volume import Volume, cannot_write


def add(connection: apsw.Connection, volume: int, path: str) -> None:
    """Doom the file at ``path`` below the volume with that row key."""
    connection.execute(
        "INSERT OR IGNORE INTO removals (path, volume) VALUES (?, ?)", (path, volume)
    )


def spare(connection: apsw.Connection, path: str) -> None:
    """Take back ``add``: the file has a row now."""
    connection.execute("DELETE FROM removals WHERE path = ?", (path,))


def pending(connection: apsw.Connection, volume: Volume) -> tuple[str, ...]:
    """Return the doomed files of a volume."""
    rows = connection.execute(
        "SELECT path FROM removals WHERE volume = ?", (volumes.key(connection, volume),)
    )
    return tuple(row[0] for row in rows)


def carry_out(database: Database, volume: Volume) -> int:
    """Unlink every doomed file and forget it; return how many there were.

    Raises StorageError when the disk is away or refuses; what is left is done at the next call.
    """
    paths = database.call(pending, volume)
    if not paths:
        return 0
    volume.verify()
    folders: set[Path] = set()
    try:
        for path in paths:
            (volume.path / path).unlink(missing_ok=True)
            folders.add((volume.path / path).parent)
        for folder in folders:
            with suppress(FileNotFoundError):
                sync_folder(folder)
    except OSError as error:
        raise cannot_write(volume.path, error) from error
    database.call(_forget, paths)
    return len(paths)


def _forget(connection: apsw.Connection, paths: tuple[str, ...]) -> None:
    connection.executemany("DELETE FROM removals WHERE path = ?", ((path,) for path in paths))
