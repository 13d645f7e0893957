"""Which brokers still have to forget which cameras: kept until each of them has answered."""

from collections.abc import Iterable

import apsw

from consentry.model.ids import CameraId
from consentry.model.settings import ChannelId

MOST = 1000
"""Rows; a broker that never comes back costs no more, the oldest go."""

Owed = dict[ChannelId, frozenset[CameraId]]


def add(connection: apsw.Connection, channels: Iterable[ChannelId], camera: CameraId) -> None:
    """Remember that the brokers of these channels must forget a camera."""
    connection.executemany(
        "INSERT OR IGNORE INTO owed (channel, camera) VALUES (?, ?)",
        [(channel, camera) for channel in channels],
    )
    connection.execute(
        "DELETE FROM owed WHERE rowid NOT IN (SELECT rowid FROM owed ORDER BY rowid DESC LIMIT ?)",
        (MOST,),
    )


def load(connection: apsw.Connection, channels: Iterable[ChannelId]) -> Owed:
    """Return the cameras by channel; what was owed to channels that are gone is forgotten."""
    found: dict[str, set[CameraId]] = {}
    for channel, camera in connection.execute("SELECT channel, camera FROM owed"):
        found.setdefault(channel, set()).add(CameraId(camera))
    known = set(channels)
    for channel in found.keys() - known:
        connection.execute("DELETE FROM owed WHERE channel = ?", (channel,))
    return {channel: frozenset(found[channel]) for channel in known & found.keys()}


def paid(connection: apsw.Connection, channel: ChannelId, cameras: Iterable[CameraId]) -> None:
    """Forget that the channel's broker had to: it has."""
    connection.executemany(
        "DELETE FROM owed WHERE channel = ? AND camera = ?",
        [(channel, camera) for camera in cameras],
    )
