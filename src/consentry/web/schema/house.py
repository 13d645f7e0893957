"""The recording volume as JSON."""

from consentry.model.status import StorageReport
from consentry.web.schema.base import Answer


class CameraStorage(Answer):
    """What one camera keeps; ``forecast_days`` null while there is too little to tell from."""

    id: str
    bytes: int
    bytes_per_day: int
    days_kept: float
    forecast_days: float | None


class Storage(Answer):
    """The recording volume."""

    free_bytes: int
    total_bytes: int
    path: str
    cameras: list[CameraStorage]


def storage(report: StorageReport) -> Storage:
    """Return the storage report."""
    return Storage(
        free_bytes=report.free_bytes,
        total_bytes=report.total_bytes,
        path=report.path,
        cameras=[
            CameraStorage(
                id=camera.camera,
                bytes=camera.bytes,
                bytes_per_day=camera.bytes_per_day,
                days_kept=camera.days_kept,
                forecast_days=camera.forecast_days,
            )
            for camera in report.cameras
        ],
    )
