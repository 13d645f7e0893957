"""Cameras as the owner configured them. Their passwords lie in the encrypted database only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import apsw

from consentry.model.camera import (
    Camera,
    LabelRule,
    Place,
    Polygon,
    RecordMode,
    Retention,
    StreamAddress,
    Zone,
)
from consentry.model.errors import ConflictError, NotFoundError, Reason
from consentry.model.hours import Hours
from consentry.model.ids import CameraId
from consentry.model.media import StreamName
from consentry.model.secret import Secret
from consentry.model.time import Micros
from consentry.model.vision import Label
from consentry.store import document

_COLUMNS = (
    "id, name, main_url, sub_url, place, user, password, enabled, audio, detect, record_sub, "
    "mode, max_age, max_bytes, zones, masks, rules, snoozed_until, position, off_hours"
)
_VALUES = ", ".join("?" * 20)
_SELECT = f"SELECT {_COLUMNS} FROM cameras"  # noqa: S608 - constant text
_INSERT = f"INSERT INTO cameras ({_COLUMNS}) VALUES ({_VALUES})"  # noqa: S608 - constant text
_UPDATE = f"UPDATE cameras SET ({_COLUMNS}) = ({_VALUES}) WHERE id = ?"  # noqa: S608 - constant text


def all(connection: apsw.Connection) -> tuple[Camera, ...]:  # noqa: A001 - reads as cameras.all
    """Return every camera in the owner's order."""
    rows = connection.execute(f"{_SELECT} ORDER BY position, name")
    return tuple(_camera(row) for row in rows)


def get(connection: apsw.Connection, camera: CameraId) -> Camera:
    """Return one camera; NotFoundError when there is none."""
    row = connection.execute(f"{_SELECT} WHERE id = ?", (camera,)).fetchone()
    if row is None:
        message = f"There is no camera {camera}."
        raise NotFoundError(message)
    return _camera(row)


def named(connection: apsw.Connection, name: str) -> Camera:
    """Return the camera of that name, upper and lower case alike, or with that id."""
    row = connection.execute(f"{_SELECT} WHERE name = ? OR id = ?", (name, name)).fetchone()
    if row is None:
        message = f"There is no camera named {name!r}."
        raise NotFoundError(message)
    return _camera(row)


def add(connection: apsw.Connection, camera: Camera) -> None:
    """Keep a new camera; ConflictError when its name is taken."""
    with _one_name(camera.name):
        connection.execute(_INSERT, _row(camera))


def change(connection: apsw.Connection, camera: Camera) -> None:
    """Replace the camera of that id; NotFoundError, or ConflictError when its name is taken."""
    get(connection, camera.id)
    with _one_name(camera.name):
        connection.execute(_UPDATE, (*_row(camera), camera.id))


@contextmanager
def _one_name(name: str) -> Iterator[None]:
    try:
        yield
    except apsw.ConstraintError as error:
        if "cameras.name" not in str(error):
            raise
        message = f"There is already a camera named {name!r}: choose another name."
        raise ConflictError(message, reason=Reason.CAMERA_NAME_TAKEN, name=name) from error


def _row(camera: Camera) -> tuple[str | int | None, ...]:
    return (
        camera.id,
        camera.name,
        camera.main.url,
        camera.sub.url if camera.sub else None,
        camera.place.value,
        camera.user,
        camera.password.reveal(),
        camera.enabled,
        camera.audio,
        camera.detect,
        camera.record_sub,
        camera.retention.mode.value,
        camera.retention.max_age,
        camera.retention.max_bytes,
        document.dump(camera.zones),
        document.dump(camera.masks),
        document.dump(camera.rules),
        camera.snoozed_until,
        camera.order,
        document.dump(camera.off_hours),
    )


def _camera(row: tuple[Any, ...]) -> Camera:
    (id_, name, main, sub, place, user, password, enabled, *rest) = row
    audio, detect, record_sub, *rest = rest
    mode, max_age, max_bytes, zones, masks, rules, snoozed_until, position, off_hours = rest
    return Camera(
        id=CameraId(id_),
        name=name,
        main=StreamAddress(StreamName.MAIN, main),
        sub=None if sub is None else StreamAddress(StreamName.SUB, sub),
        place=Place(place),
        user=user,
        password=Secret(password),
        enabled=bool(enabled),
        audio=bool(audio),
        detect=bool(detect),
        record_sub=bool(record_sub),
        retention=Retention(RecordMode(mode), Micros(max_age), max_bytes),
        zones=document.load(tuple[Zone, ...], zones),
        masks=document.load(tuple[Polygon, ...], masks),
        rules=document.load(dict[Label, LabelRule], rules),
        snoozed_until=None if snoozed_until is None else Micros(snoozed_until),
        order=position,
        off_hours=document.load(tuple[Hours, ...], off_hours),
    )
