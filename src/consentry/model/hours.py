"""Hours of the week: a stretch of the day, on some of its days, in the household's time zone."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from consentry.model.errors import InputError, Reason

_WEEK = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of the day, on some days of the week.

    ``days`` are 0 (Monday) to 6 and name the day on which the stretch begins: 22:00-07:00 on
    Friday ends on Saturday morning. ``start == end`` means 24 hours.
    """

    days: frozenset[int]
    start: time
    end: time

    def __post_init__(self) -> None:
        """Refuse days that no week has."""
        if not self.days or not self.days <= _WEEK:
            message = "Hours need at least one day of the week, 0 (Monday) to 6 (Sunday)."
            raise InputError(message, reason=Reason.NO_DAY)

    def cover(self, local: datetime) -> bool:
        """Tell whether the household's local time ``local`` lies in them."""
        clock = local.time()
        today = local.weekday() in self.days
        if self.start < self.end:
            return today and self.start <= clock < self.end
        yesterday = (local - timedelta(days=1)).weekday() in self.days
        return (today and clock >= self.start) or (yesterday and clock < self.end)
