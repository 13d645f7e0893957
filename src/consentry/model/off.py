"""When a camera is off, and why: switched off, paused for a while, or by its weekly hours.

Pure. Off means off: no connection, no recording, no picture. Where the clock of the zone is set in
the night, weekly hours lean to being off: an end that comes twice is the later one, a beginning
that comes twice the earlier.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from consentry.model.hours import Hours
from consentry.model.time import Micros, Span, from_datetime, to_datetime

MORNING = time(7)
"""When "until morning" ends."""

_AHEAD = 8
"""Days looked ahead: after a week the hours repeat."""


class OffReason(StrEnum):
    """Why a camera is off."""

    SWITCH = "switch"
    PAUSE = "pause"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True)
class Off:
    """A camera is off; ``until`` is when it goes on by itself, None when it doesn't."""

    reason: OffReason
    until: Micros | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Somebody at home wants to be unseen from ``since`` to ``until``."""

    since: Micros
    until: Micros

    def left(self, now: Micros) -> Micros:
        """Return how much is left; never more than it was made for, whatever the clock says."""
        return Micros(max(0, min(self.until - now, self.until - self.since)))


def stretch(hours: Iterable[Hours], now: Micros, zone: ZoneInfo) -> Span | None:
    """Return the stretch of weekly hours that holds ``now``, neighbours joined; None outside.

    One that lasts for ever ends a week from now.
    """
    spans = sorted(_spans(tuple(hours), now, zone), key=lambda span: span.start)
    begin, end = now, now
    for span in spans:
        if span.start <= end < span.end:
            begin, end = min(begin, span.start), span.end
    return Span(begin, end) if end > now else None


def next_change(hours: Iterable[Hours], now: Micros, zone: ZoneInfo) -> Micros | None:
    """Return when the weekly hours next begin or end; None without any."""
    spans = _spans(tuple(hours), now, zone)
    ahead = [edge for span in spans for edge in (span.start, span.end) if edge > now]
    return min(ahead, default=None)


def morning(now: Micros, zone: ZoneInfo) -> Micros:
    """Return when the next morning begins, in the house's time."""
    today = to_datetime(now, zone).date()
    for day in (today, today + timedelta(days=1)):
        begins = from_datetime(datetime.combine(day, MORNING, zone))
        if begins > now:
            break
    return begins


def _spans(hours: tuple[Hours, ...], now: Micros, zone: ZoneInfo) -> list[Span]:
    """Return the stretches of every week around ``now``, those of yesterday included."""
    today = to_datetime(now, zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(-2, _AHEAD)]
    return [_span(each, day, zone) for day in days for each in hours if day.weekday() in each.days]


def _span(hours: Hours, day: date, zone: ZoneInfo) -> Span:
    """Return one day's stretch: it ends on the next day unless it ends later than it starts."""
    last = day if hours.start < hours.end else day + timedelta(days=1)
    return Span(min(_readings(day, hours.start, zone)), max(_readings(last, hours.end, zone)))


def _readings(day: date, clock: time, zone: ZoneInfo) -> tuple[Micros, Micros]:
    """Return both moments a local time may mean; the same on all but two days a year."""
    local = datetime.combine(day, clock, zone)
    return from_datetime(local), from_datetime(local.replace(fold=1))
