"""Time as the hub stores it: integer microseconds since 1970 UTC, and half-open spans of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NewType
from zoneinfo import ZoneInfo

from consentry.model.errors import InputError

Micros = NewType("Micros", int)
"""Microseconds: an instant counts from 1970-01-01T00:00:00Z, a duration from its own start."""

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of time, ``start <= t < end``, both in microseconds UTC."""

    start: Micros
    end: Micros

    def __post_init__(self) -> None:
        """Refuse a span that ends before it starts."""
        if self.end < self.start:
            message = f"A span must not end ({self.end}) before it starts ({self.start})."
            raise InputError(message)

    @property
    def duration(self) -> Micros:
        """Length in microseconds."""
        return Micros(self.end - self.start)

    def overlaps(self, other: "Span") -> bool:
        """Tell whether the two spans share at least an instant."""
        return self.start < other.end and other.start < self.end


def from_datetime(moment: datetime) -> Micros:
    """Convert an aware datetime exactly (integer arithmetic, no float rounding)."""
    if moment.tzinfo is None:
        message = f"{moment.isoformat()} has no UTC offset."
        raise InputError(message)
    return Micros((moment - _EPOCH) // timedelta(microseconds=1))


def to_datetime(moment: Micros, zone: ZoneInfo | None = None) -> datetime:
    """Return the instant as an aware datetime in ``zone`` (UTC by default)."""
    return (_EPOCH + timedelta(microseconds=moment)).astimezone(zone or UTC)


def to_iso(moment: Micros, zone: ZoneInfo | None = None) -> str:
    """Return ISO 8601 with milliseconds and offset: ``2026-11-22T10:00:00.000+00:00``."""
    return to_datetime(moment, zone).isoformat(timespec="milliseconds")


def parse_iso(text: str, zone: ZoneInfo) -> Micros:
    """Read an ISO 8601 time; one without an offset is local to ``zone``.

    Raises InputError when the text is no time, or names a local time that the zone's clock showed
    twice (autumn) or never (spring).
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is not an ISO 8601 time such as 2026-11-22T10:00:00+01:00."
        raise InputError(message) from error
    if moment.tzinfo is not None:
        return from_datetime(moment)
    early, late = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if early.utcoffset() != late.utcoffset():
        message = (
            f"{text} is not one moment in {zone.key}: the clock changed then. "
            f"Add the offset, such as {early.isoformat()}."
        )
        raise InputError(message)
    return from_datetime(early)
