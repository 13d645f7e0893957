"""Pauses that somebody at home asked for. A row goes when its pause is over: nothing revives it."""

import apsw

from consentry.model.ids import CameraId
from consentry.model.off import Pause
from consentry.model.time import Micros


def all(connection: apsw.Connection) -> dict[CameraId, Pause]:  # noqa: A001 - reads as pauses.all
    """Return every pause that was not ended."""
    rows = connection.execute("SELECT camera, since, until FROM pauses")
    return {CameraId(camera): Pause(Micros(since), Micros(until)) for camera, since, until in rows}


def put(connection: apsw.Connection, camera: CameraId, pause: Pause) -> None:
    """Keep a pause, instead of the camera's one before."""
    connection.execute(
        "INSERT OR REPLACE INTO pauses (camera, since, until) VALUES (?, ?, ?)",
        (camera, pause.since, pause.until),
    )


def end(connection: apsw.Connection, camera: CameraId) -> None:
    """Forget the camera's pause, if there is one."""
    connection.execute("DELETE FROM pauses WHERE camera = ?", (camera,))
