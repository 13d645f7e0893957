"""Writes into a database and empties its log, over and over, until it is killed."""

import sys
from pathlib import Path

import apsw

from consentry.store.database import Database


def fill(connection: apsw.Connection, text: str) -> None:
    """Write some pages."""
    connection.execute(
        "INSERT INTO settings (id, json) VALUES (1, ?) ON CONFLICT DO UPDATE SET json = ?",
        (text, text),
    )


def write(path: Path, key: bytes) -> None:
    """Say how many texts are durable, one line each."""
    with Database.open(path, key) as database:
        number = 0
        while True:
            number += 1
            database.call(fill, f"{number:08}" * (1_000 + number % 7 * 1_000))
            print(number, flush=True)  # noqa: T201 - the parent reads it
            database.checkpoint()


if __name__ == "__main__":
    write(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
