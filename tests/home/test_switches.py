"""What is off now, by clocks that are set wrong."""

from dataclasses import replace
from datetime import time
from zoneinfo import ZoneInfo

from consentry.clock import ForwardClock
from consentry.home.switches import LOOK_EVERY, Switches
from consentry.model.camera import Camera, StreamAddress
from consentry.model.hours import Hours
from consentry.model.ids import CameraId
from consentry.model.media import StreamName
from consentry.model.off import Off, OffReason, Pause
from consentry.model.time import DAY, HOUR, MINUTE, Micros, from_datetime, to_datetime
from tests.web.hand_clock import HandClock

DOOR = CameraId("door")
CAMERA = Camera(DOOR, "Door", StreamAddress(StreamName.MAIN, "rtsp://192.0.2.7/main"))
NOON_TO_SIX = replace(CAMERA, off_hours=(Hours(frozenset(range(7)), time(12), time(18)),))


class TwoClocks(HandClock):
    """A hand clock whose wall can be set without its monotonic time."""

    wrong = Micros(0)

    def wall(self) -> Micros:
        """Return what was set."""
        return Micros(self.now + self.wrong)


def switches(hour: int) -> tuple[Switches, TwoClocks]:
    """Return switches at this hour of some day, UTC."""
    clock = TwoClocks()
    day = to_datetime(clock.now, ZoneInfo("UTC")).replace(hour=hour, minute=0, second=0)
    clock.now = from_datetime(day.replace(microsecond=0))
    return Switches(clock, ForwardClock(clock)), clock


def test_a_clock_set_back_does_not_switch_on_what_was_off() -> None:
    """Hours go by the latest time seen: setting the clock to the morning opens no camera."""
    found, clock = switches(13)
    assert found.off(NOON_TO_SIX) == Off(OffReason.SCHEDULE, Micros(clock.now + 5 * HOUR))
    clock.wrong = Micros(-6 * HOUR)
    assert found.off(NOON_TO_SIX) is not None
    clock.wrong = Micros(-365 * DAY)
    assert found.off(NOON_TO_SIX) is not None
    clock.wrong = Micros(0)
    clock.advance(5 * HOUR)
    assert found.off(NOON_TO_SIX) is None


def test_the_switch_goes_before_a_pause_and_that_before_the_hours() -> None:
    """The reason told is the one that ends last, or only by hand."""
    found, _ = switches(13)
    found.pause(DOOR, Micros(MINUTE))
    reasons = [
        found.off(camera) for camera in (replace(NOON_TO_SIX, enabled=False), NOON_TO_SIX, CAMERA)
    ]
    assert [off.reason for off in reasons if off] == [
        OffReason.SWITCH,
        OffReason.PAUSE,
        OffReason.PAUSE,
    ]
    found.resume(DOOR)
    assert found.off(CAMERA) is None


def test_a_clock_set_forward_does_not_end_a_pause() -> None:
    """Nobody opens a camera by setting the clock while the hub runs."""
    found, clock = switches(13)
    found.pause(DOOR, Micros(15 * MINUTE))
    clock.wrong = Micros(365 * DAY)
    assert found.off(CAMERA) is not None
    clock.advance(15 * MINUTE)
    assert found.off(CAMERA) is None
    assert found.over() == (DOOR,)


def test_a_restart_leaves_what_was_left() -> None:
    """By the latest time seen; with a clock set back there is never more than at first."""
    found, clock = switches(13)
    since = Micros(clock.now - 5 * MINUTE)
    found.load({DOOR: Pause(since, Micros(since + 15 * MINUTE))})
    off = found.off(CAMERA)
    assert off == Off(OffReason.PAUSE, Micros(clock.now + 10 * MINUTE))
    found.load({DOOR: Pause(Micros(clock.now + DAY), Micros(clock.now + DAY + 15 * MINUTE))})
    assert found.off(CAMERA) == Off(OffReason.PAUSE, Micros(clock.now + 15 * MINUTE))


def test_the_next_look_is_when_something_may_change() -> None:
    """At the end of a pause, at the edge of the hours, and else after ten seconds."""
    found, clock = switches(13)
    assert found.next_look([CAMERA]) == LOOK_EVERY
    found.pause(DOOR, Micros(MINUTE))
    assert found.next_look([CAMERA]) == LOOK_EVERY
    clock.advance(MINUTE - 4)
    assert found.next_look([CAMERA]) == 4
    found.resume(DOOR)
    clock.advance(4 + 5 * HOUR - MINUTE - 7)
    assert found.next_look([NOON_TO_SIX]) == 7
