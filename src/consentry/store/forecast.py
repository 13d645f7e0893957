"""How many days of footage each camera will reach: "12 days at this rate"."""

from dataclasses import dataclass

import apsw

from consentry.model.camera import Camera
from consentry.model.ids import CameraId
from consentry.model.status import CameraStorage
from consentry.model.time import DAY, HOUR, MINUTE, Micros
from consentry.store import cameras, segments, volumes
from consentry.store.volume import Volume

MEASURED = Micros(HOUR)
"""A forecast from less than this says nothing: "0 days" in the first minutes frightens people."""


def forecast(
    connection: apsw.Connection, volume: Volume, now: Micros, *, floor: int | None = None
) -> tuple[CameraStorage, ...]:
    """Return what each camera keeps, and the days it will reach at the last day's rate.

    The days are None until an hour was measured.
    """
    space = volume.space()
    free = space.free - (space.floor if floor is None else floor)
    all_cameras = cameras.all(connection)
    rates = {camera.id: _rate(connection, camera.id, now) for camera in all_cameras}
    used = segments.sizes(connection, volumes.key(connection, volume))
    together = sum(rate.bytes_per_day for rate in rates.values())
    shared = (max(0, free) + sum(used.values())) / together if together else None
    return tuple(
        CameraStorage(
            camera=camera.id,
            bytes=used.get(camera.id, 0),
            bytes_per_day=rates[camera.id].bytes_per_day,
            days_kept=_days_kept(connection, camera.id, now),
            forecast_days=_days(camera, rates[camera.id], shared),
        )
        for camera in all_cameras
    )


@dataclass(frozen=True, slots=True)
class _Rate:
    """What a camera writes, and over how long that was measured."""

    bytes_per_day: int
    measured: Micros


def _days(camera: Camera, rate: _Rate, shared: float | None) -> float | None:
    if rate.measured < MEASURED or not rate.bytes_per_day or shared is None:
        return None
    limits = [shared, camera.retention.max_age / DAY]
    if camera.retention.max_bytes is not None:
        limits.append(camera.retention.max_bytes / rate.bytes_per_day)
    return min(limits)


def _rate(connection: apsw.Connection, camera: CameraId, now: Micros) -> _Rate:
    """Measure the last 24 hours, or as much of them as there is."""
    first, size = connection.execute(
        "SELECT min(start), coalesce(sum(size), 0) FROM segments "
        "WHERE camera = ? AND stream IN ('main', 'sub') AND start BETWEEN ? AND ? AND state = 2",
        (camera, now - DAY, now),
    ).fetchone() or (None, 0)
    measured = Micros(0 if first is None else now - first)
    return _Rate(size * DAY // max(measured, MINUTE), measured)


def _days_kept(connection: apsw.Connection, camera: CameraId, now: Micros) -> float:
    first = connection.execute(
        "SELECT min(start) FROM segments WHERE camera = ? AND stream = 'main'", (camera,)
    ).fetchone()
    return 0.0 if first is None or first[0] is None else max(0, now - first[0]) / DAY
