"""Time: exact conversions, days of 23 and 25 hours, local times that are none or two."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.model.errors import InputError
from consentry.model.time import (
    HOUR,
    Micros,
    Span,
    from_datetime,
    parse_iso,
    to_datetime,
    to_iso,
)

BERLIN = ZoneInfo("Europe/Berlin")


@given(st.datetimes(datetime(1980, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_datetimes_come_back_exactly(moment: datetime) -> None:
    """No microsecond is lost to rounding, in any century."""
    assert to_datetime(from_datetime(moment)) == moment


@pytest.mark.parametrize("text", ["2026-10-25T02:30:00", "2026-03-29T02:30:00"])
def test_local_time_that_is_not_one_moment_is_refused(text: str) -> None:
    """A local time shown twice or never is refused with an example that has an offset."""
    with pytest.raises(InputError, match="Add the offset"):
        parse_iso(text, BERLIN)


def test_offset_decides() -> None:
    """With an offset the same clock time is two moments an hour apart."""
    early = parse_iso("2026-10-25T02:30:00+02:00", BERLIN)
    late = parse_iso("2026-10-25T02:30:00+01:00", BERLIN)
    assert late - early == HOUR


def test_time_without_offset_is_local() -> None:
    """12:00 in Berlin is 11:00 UTC in winter."""
    assert to_iso(parse_iso("2026-11-22T12:00", BERLIN)) == "2026-11-22T11:00:00.000+00:00"


def test_text_that_is_no_time_is_refused() -> None:
    """The refusal shows what a time looks like."""
    with pytest.raises(InputError, match="is not an ISO 8601 time such as"):
        parse_iso("yesterday", BERLIN)


def test_span_does_not_run_backwards() -> None:
    """A span that ends before it starts is refused."""
    with pytest.raises(InputError, match="must not end"):
        Span(Micros(2), Micros(1))


def test_spans_that_only_touch_do_not_overlap() -> None:
    """Spans are half-open."""
    first, second = Span(Micros(0), Micros(5)), Span(Micros(5), Micros(9))
    assert not first.overlaps(second)
    assert first.overlaps(Span(Micros(4), Micros(5)))
