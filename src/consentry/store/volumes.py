"""Which volume recordings go to: the row beside the id file, so that a missing disk is noticed."""

from pathlib import Path

import apsw

from consentry.model.errors import StorageError
from consentry.store.volume import ID_FILE, Volume


def current(connection: apsw.Connection, path: Path) -> Volume:
    """Return the volume at ``path``; the first start of a path makes its id file.

    Raises StorageError when the disk that was there before is not, or another one is.
    """
    row = connection.execute("SELECT id FROM volumes WHERE path = ?", (str(path),)).fetchone()
    if row is not None:
        volume = Volume(path, row[0])
        volume.verify()
        return volume
    found = Volume.id_at(path)
    if found is None:
        _require_no_unreadable_leftovers(path)
        volume = Volume.create(path)
        connection.execute("INSERT INTO volumes (id, path) VALUES (?, ?)", (volume.id, str(path)))
        return volume
    known = connection.execute("SELECT key FROM volumes WHERE id = ?", (found,)).fetchone()
    if known is None and not _holds_more_than_its_id(path):
        # The first start died between the file and the row: nothing was recorded here yet.
        connection.execute("INSERT INTO volumes (id, path) VALUES (?, ?)", (found, str(path)))
        return Volume(path, found)
    if known is None:
        message = (
            f"The recordings at {path} belong to another database: put that one back "
            "if it was here, or name another folder."
        )
        raise StorageError(message)
    connection.execute("UPDATE volumes SET path = ? WHERE key = ?", (str(path), known[0]))
    return Volume(path, found)


def last_used(connection: apsw.Connection) -> Volume | None:
    """Return the volume that the newest segment lies on; None before the first recording."""
    row = connection.execute(
        "SELECT path, id FROM volumes "
        "WHERE key = (SELECT volume FROM segments ORDER BY key DESC LIMIT 1)"
    ).fetchone()
    return Volume(Path(row[0]), row[1]) if row is not None else None


def key(connection: apsw.Connection, volume: Volume) -> int:
    """Return the row key of a volume."""
    row = connection.execute("SELECT key FROM volumes WHERE id = ?", (volume.id,)).fetchone()
    if row is None:
        message = f"The volume {volume.id} at {volume.path} is not in the database."
        raise StorageError(message)
    return int(row[0])


def _holds_more_than_its_id(path: Path) -> bool:
    return any(entry.name != ID_FILE for entry in path.iterdir())


def _require_no_unreadable_leftovers(path: Path) -> None:
    try:
        empty = not path.exists() or not any(path.iterdir())
    except NotADirectoryError as error:
        message = f"{path} is a file: name a folder for the recordings."
        raise StorageError(message) from error
    except OSError as error:
        message = f"The folder {path} cannot be read: {error.strerror}."
        raise StorageError(message) from error
    if not empty:
        message = f"{path} is not empty and carries no volume.id: name an empty folder."
        raise StorageError(message)
