"""Passwords that a camera was given, or is about to be: durable before the camera hears of them.

A row says that nobody knows yet which password the camera has: the one in ``cameras`` or this one.
It goes when that is known. So a crash or a lost answer never leaves a camera with a password that
nobody has.
"""

import apsw

from consentry.model.ids import CameraId
from consentry.model.secret import Secret


def all(connection: apsw.Connection) -> dict[CameraId, Secret]:  # noqa: A001 - with its module
    """Return every password whose camera may or may not have taken it."""
    rows = connection.execute("SELECT camera, password FROM camera_passwords")
    return {CameraId(camera): Secret(password) for camera, password in rows}


def begin(connection: apsw.Connection, camera: CameraId, password: Secret) -> None:
    """Keep a password that the camera is about to be given."""
    connection.execute(
        "INSERT OR REPLACE INTO camera_passwords (camera, password) VALUES (?, ?)",
        (camera, password.reveal()),
    )


def end(connection: apsw.Connection, camera: CameraId) -> None:
    """Forget it: it is in ``cameras``, or the camera never took it."""
    connection.execute("DELETE FROM camera_passwords WHERE camera = ?", (camera,))
