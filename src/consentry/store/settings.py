"""The owner's settings: one typed document, defaults until something was changed."""

import apsw

from consentry.model.settings import Settings
from consentry.store import document


def load(connection: apsw.Connection) -> Settings:
    """Return the settings."""
    row = connection.execute("SELECT json FROM settings WHERE id = 1").fetchone()
    return Settings() if row is None else document.load(Settings, row[0])


def save(connection: apsw.Connection, settings: Settings) -> None:
    """Keep the settings."""
    connection.execute(
        "INSERT INTO settings (id, json) VALUES (1, ?) "
        "ON CONFLICT (id) DO UPDATE SET json = excluded.json",
        (document.dump(settings),),
    )
