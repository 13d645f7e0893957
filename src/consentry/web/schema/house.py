"""The recording volume, and whether what lies on it is whole, as JSON."""

from dataclasses import asdict
from typing import Annotated

from pydantic import Field

from consentry.model.status import StorageReport
from consentry.store.check import Report
from consentry.web.schema.base import Answer, Body


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


class CheckBody(Body):
    """How many files and pictures to open; every one is compared by name and size."""

    samples: Annotated[int, Field(ge=0, le=1_000_000)] = 64


class Breach(Answer):
    """One numbered invariant (docs/design/invariants.md) that does not hold, and where."""

    invariant: str
    where: str
    sentence: str


class CheckReport(Answer):
    """What was looked at and what was found; nothing could be opened while ``locked``."""

    breaches: list[Breach]
    segments: int
    opened_segments: int
    opened_units: int
    opened_pictures: int
    locked: bool


def check_report(report: Report) -> CheckReport:
    """Return what a check found."""
    return CheckReport.model_validate(asdict(report))
