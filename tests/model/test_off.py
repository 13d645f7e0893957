"""Weekly hours in which a camera is off, and pauses."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from consentry.model.hours import Hours
from consentry.model.off import Pause, morning, next_change, stretch
from consentry.model.time import HOUR, MINUTE, Micros, Span, from_datetime

BERLIN = ZoneInfo("Europe/Berlin")
EVERY_DAY = frozenset(range(7))
EVENING = Hours(frozenset({4}), time(17), time(23))
NIGHT = Hours(EVERY_DAY, time(22), time(2, 30))


def at(text: str) -> Micros:
    """Return a moment of the house's time, or of the offset given."""
    moment = datetime.fromisoformat(text)
    return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=BERLIN))


def between(start: str, end: str) -> Span:
    """Return a span of the house's time."""
    return Span(at(start), at(end))


def test_the_evening_of_one_day() -> None:
    """On Friday from five to eleven; a minute before, after, and the day after it is on."""
    inside = between("2026-11-20T17:00", "2026-11-20T23:00")
    assert stretch([EVENING], at("2026-11-20T17:00"), BERLIN) == inside
    assert stretch([EVENING], at("2026-11-20T22:59"), BERLIN) == inside
    for outside in ("2026-11-20T16:59", "2026-11-20T23:00", "2026-11-21T18:00"):
        assert stretch([EVENING], at(outside), BERLIN) is None


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    """Hours over midnight go on until the next morning."""
    assert stretch([NIGHT], at("2026-11-21T01:00"), BERLIN) == between(
        "2026-11-20T22:00", "2026-11-21T02:30"
    )


def test_neighbours_are_one_stretch() -> None:
    """Where one ends as the other begins the camera is not switched on in between."""
    later = Hours(EVERY_DAY, time(23), time(23, 30))
    assert stretch([later, EVENING], at("2026-11-20T18:00"), BERLIN) == between(
        "2026-11-20T17:00", "2026-11-20T23:30"
    )


def test_a_night_of_25_hours_stays_off_to_its_end() -> None:
    """Half past two comes twice: the camera does not go on between the two."""
    off = Span(at("2026-10-24T22:00+02:00"), at("2026-10-25T02:30+01:00"))
    assert off.duration == 5.5 * HOUR
    for moment in ("2026-10-25T02:29+02:00", "2026-10-25T02:45+02:00", "2026-10-25T02:15+01:00"):
        assert stretch([NIGHT], at(moment), BERLIN) == off


def test_a_night_of_23_hours_ends_when_its_end_never_comes() -> None:
    """Half past two does not exist: it is half past three, and never before the clock jumps."""
    found = stretch([NIGHT], at("2026-03-29T01:59+01:00"), BERLIN)
    assert found is not None
    assert found.end == at("2026-03-29T03:30+02:00")
    assert stretch([NIGHT], at("2026-03-29T03:30+02:00"), BERLIN) is None


def test_hours_that_never_come_are_off_around_them() -> None:
    """From a quarter past to half past two on the day the clock jumps: off, not skipped."""
    never = Hours(EVERY_DAY, time(2, 15), time(2, 30))
    assert stretch([never], at("2026-03-29T03:10+02:00"), BERLIN) is not None


def test_24_hours_are_whole_days() -> None:
    """The same time twice is a whole day; on every day it is always off."""
    sunday = Hours(frozenset({6}), time(0), time(0))
    assert stretch([sunday], at("2026-10-25T12:00"), BERLIN) == Span(
        at("2026-10-25T00:00+02:00"), at("2026-10-26T00:00+01:00")
    )
    always = stretch([Hours(EVERY_DAY, time(8), time(8))], at("2026-11-22T12:00"), BERLIN)
    assert always is not None
    assert always.end >= at("2026-11-29T08:00")


def test_the_next_change_is_when_something_begins_or_ends() -> None:
    """What is to be waited for: the beginning from outside, the end from inside."""
    assert next_change([EVENING], at("2026-11-20T12:00"), BERLIN) == at("2026-11-20T17:00")
    assert next_change([EVENING], at("2026-11-20T17:00"), BERLIN) == at("2026-11-20T23:00")
    assert next_change([EVENING], at("2026-11-21T00:00"), BERLIN) == at("2026-11-27T17:00")
    assert next_change([], at("2026-11-20T12:00"), BERLIN) is None


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2026-11-22T23:10", "2026-11-23T07:00"),
        ("2026-11-22T03:00", "2026-11-22T07:00"),
        ("2026-11-22T07:00", "2026-11-23T07:00"),
        ("2026-03-28T22:00", "2026-03-29T07:00+02:00"),
    ],
)
def test_morning_is_seven_o_clock_of_the_house(now: str, begins: str) -> None:
    """Also after midnight, and in a night of 23 hours."""
    assert morning(at(now), BERLIN) == at(begins)


def test_a_pause_is_never_longer_than_it_was_made_for() -> None:
    """With a clock set back a year there is left what there was at first, and no more."""
    pause = Pause(at("2026-11-22T12:00"), at("2026-11-22T12:15"))
    assert pause.left(at("2026-11-22T12:05")) == 10 * MINUTE
    assert pause.left(at("2025-11-22T12:00")) == 15 * MINUTE
    assert pause.left(at("2026-11-22T12:16")) == 0
