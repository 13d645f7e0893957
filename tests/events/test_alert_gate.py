"""The gate says when an alert may be raised."""

from dataclasses import replace
from datetime import UTC, datetime, time

from consentry.events.alerting import AlertGate
from consentry.model.event import AlertReason
from consentry.model.hours import Hours
from consentry.model.settings import Settings
from consentry.model.time import HOUR, MINUTE, Micros, from_datetime
from consentry.model.vision import Label
from tests.events.passing_things import CAMERA, micros

NOON = from_datetime(datetime(2026, 11, 23, 12, tzinfo=UTC))  # a Monday


def test_cool_down_counts_for_each_label() -> None:
    """A person does not silence a vehicle, and the camera speaks again after the cool-down."""
    gate = AlertGate(Settings(cool_down=Micros(2 * MINUTE)))

    def decide(label: Label, minutes: float) -> AlertReason:
        return gate.decide(CAMERA, label, Micros(NOON + round(minutes * MINUTE)))

    assert decide(Label.PERSON, 0) is AlertReason.ALERTED
    assert decide(Label.VEHICLE, 1) is AlertReason.ALERTED
    assert decide(Label.PERSON, 1.9) is AlertReason.COOL_DOWN
    assert decide(Label.PERSON, 2) is AlertReason.ALERTED


def test_a_refusal_does_not_begin_a_cool_down() -> None:
    """What was silenced by a snooze leaves the next alert free."""
    gate = AlertGate(Settings())
    snoozed = replace(CAMERA, snoozed_until=Micros(NOON + HOUR))
    assert gate.decide(snoozed, Label.PERSON, NOON) is AlertReason.SNOOZED
    after = Micros(NOON + HOUR)
    assert gate.decide(snoozed, Label.PERSON, after) is AlertReason.ALERTED


def test_a_clock_set_back_does_not_silence() -> None:
    """An alert that lies in the future after the clock was set back starts no cool-down."""
    gate = AlertGate(Settings())
    gate.decide(CAMERA, Label.PERSON, NOON)
    assert gate.decide(CAMERA, Label.PERSON, Micros(NOON - HOUR)) is AlertReason.ALERTED


def test_quiet_hours_follow_the_household_zone() -> None:
    """Quiet from 22:00 to 07:00 in Berlin covers 21:30 UTC in winter, and not 12:00."""
    night = Hours(frozenset(range(7)), time(22), time(7))
    gate = AlertGate(Settings(time_zone="Europe/Berlin", quiet_hours=(night,)))
    late = from_datetime(datetime(2026, 11, 23, 21, 30, tzinfo=UTC))
    assert gate.decide(CAMERA, Label.PERSON, late) is AlertReason.QUIET_HOURS
    assert gate.decide(CAMERA, Label.PERSON, NOON) is AlertReason.ALERTED


def test_gate_of_one_moment() -> None:
    """Time zero is a moment like any other."""
    assert AlertGate(Settings()).decide(CAMERA, Label.ANIMAL, micros(0)) is AlertReason.ALERTED
