"""How long recordings stay, and what a wrong clock must not do."""

from dataclasses import replace

import pytest

from consentry.model.camera import RecordMode, Retention
from consentry.model.ids import CameraId, SegmentId
from consentry.model.time import DAY, HOUR, MINUTE, SECOND, Micros, Span
from consentry.store import cameras, clock_trust, events, forecast, gaps, kept, motion, retention
from consentry.store.check import check
from consentry.store.retention import Disk, Held, plan
from tests.store.film import START, film
from tests.store.house import DOOR, House, event

YARD = CameraId("yard")
PLENTY = Disk(free=10**12, floor=10**9)
NOW = Micros(START + 10 * DAY)


def held(order: int, *, camera: CameraId = DOOR, days: float = 0, size: int = 100) -> Held:
    """Return a segment that ended ``days`` ago, recorded as the ``order``-th."""
    return Held(SegmentId(f"s{order}"), camera, order, Micros(NOW - round(days * DAY)), size)


def doomed(
    segments: list[Held],
    rule: Retention,
    *,
    disk: Disk = PLENTY,
    now: Micros | None = NOW,
) -> list[int]:
    """Return the order numbers of what the plan deletes under one rule for all cameras."""
    used: dict[CameraId, int] = {}
    for segment in segments:
        used[segment.camera] = used.get(segment.camera, 0) + segment.size
    rules = dict.fromkeys(used, rule)
    return [segment.order for segment in plan(segments, rules, used, disk=disk, now=now)]


def test_age_deletes_what_is_older() -> None:
    """What ended before the camera's days goes; what ended within stays."""
    segments = [held(1, days=9), held(2, days=7.1), held(3, days=6.9)]
    assert doomed(segments, Retention(max_age=Micros(7 * DAY))) == [1, 2]


def test_bytes_delete_the_first_recorded() -> None:
    """Above its bytes a camera loses what it recorded first, whatever its time says."""
    segments = [held(1, days=1), held(2, days=5), held(3, days=0)]
    assert doomed(segments, Retention(max_bytes=150)) == [1, 2]
    assert doomed(segments, Retention(max_bytes=300)) == []


def test_free_disk_comes_from_the_oldest_of_all() -> None:
    """When the disk runs full the oldest footage of all cameras goes, no more than needed."""
    segments = [held(2), held(1, camera=YARD), held(4, camera=YARD), held(3)]
    disk = Disk(free=50, floor=200)
    assert doomed(segments, Retention(), disk=disk) == [1, 2]


def test_space_won_by_age_counts_for_the_disk() -> None:
    """What age deletes anyway is not deleted twice over for the disk."""
    segments = [held(1, days=40, size=200), held(2), held(3)]
    assert doomed(segments, Retention(), disk=Disk(free=50, floor=200)) == [1]


def test_doubtful_clock_lets_bytes_and_disk_rule() -> None:
    """Without a believed time nothing is old, but the disk still never fills."""
    segments = [held(1, days=400), held(2, days=400)]
    assert doomed(segments, Retention(), now=None) == []
    assert doomed(segments, Retention(max_bytes=100), now=None) == [1]
    assert doomed(segments, Retention(), disk=Disk(0, 150), now=None) == [1, 2]


def enforce(house: House, *, floor: int = 0, boot: str = "boot") -> retention.RetentionReport:
    """Run one pass, and require that every invariant holds."""
    report = retention.enforce(
        house.database, house.volume, clock=house.clock, boot_id=boot, floor=floor
    )
    assert check(house.database, house.volume, house.household).breaches == ()
    return report


def keep(house: House, rule: Retention) -> None:
    """Set the rule of the front door."""
    camera = house.database.call(cameras.get, DOOR)
    house.database.call(cameras.change, replace(camera, retention=rule))


def starts(house: House) -> list[float]:
    """Return when the segments that are left begin, in seconds of the film."""
    return [(segment.start - START) / SECOND for segment in house.recorded()]


def test_expired_footage_loses_key_and_file(house: House) -> None:
    """After its days a segment's row and file are gone, and nothing else."""
    keep(house, Retention(max_age=Micros(HOUR)))
    house.record(film(seconds=150))
    enforce(house)
    house.clock.pass_time(HOUR - 80 * SECOND)
    report = enforce(house)
    assert report.segments == 1
    assert starts(house) == [60, 120]
    assert len(list(house.volume.path.rglob("*.seg"))) == 2


def test_kept_clips_never_expire(house: House) -> None:
    """Age, bytes and a full disk all leave the segments of a kept clip alone."""
    keep(house, Retention(max_age=Micros(HOUR), max_bytes=1))
    house.record(film(seconds=150))
    clip = Span(Micros(START + 70 * SECOND), Micros(START + 80 * SECOND))
    made = house.database.call(kept.add, DOOR, clip, note="", now=START)
    enforce(house)
    house.clock.pass_time(DAY)
    enforce(house, floor=1 << 60)
    assert starts(house) == [60]
    house.database.call(kept.remove, made.id)
    enforce(house)
    assert starts(house) == []


@pytest.mark.parametrize(
    ("mode", "left"),
    [
        (RecordMode.ALL, [0, 60, 120, 180, 240]),
        (RecordMode.MOTION, [60, 180]),
        (RecordMode.EVENTS, [180]),
    ],
)
def test_modes_are_classes_of_retention(house: House, mode: RecordMode, left: list[int]) -> None:
    """Two minutes after it ended, footage without motion or event goes, where the mode says so."""
    keep(house, Retention(mode=mode))
    house.record(film(seconds=290))
    moved = Span(Micros(START + 80 * SECOND), Micros(START + 81 * SECOND))
    house.database.call(motion.add, DOOR, moved)
    house.database.call(events.put, event("e", 200, 210))
    enforce(house)
    assert 240 in starts(house)  # it ended just now: an event in it may still be found
    house.clock.pass_time(3 * MINUTE)
    enforce(house)
    assert starts(house) == left


def test_footage_around_an_event_stays(house: House) -> None:
    """An event in the first seconds of a minute keeps the minute before it, too."""
    keep(house, Retention(mode=RecordMode.EVENTS))
    house.record(film(seconds=290))
    house.database.call(events.put, event("e", 125, 130))
    house.clock.pass_time(3 * MINUTE)
    enforce(house)
    assert starts(house) == [60, 120]


def test_change_of_mode_spares_what_was_kept(house: House) -> None:
    """Footage recorded while everything was kept stays when the owner turns to events."""
    house.record(film(seconds=150))
    house.clock.pass_time(3 * MINUTE)
    enforce(house)
    keep(house, Retention(mode=RecordMode.EVENTS))
    enforce(house)
    assert starts(house) == [0, 60, 120]


def test_pruned_footage_is_no_gap(house: House) -> None:
    """What a mode prunes is not a failure: no gap claims one."""
    keep(house, Retention(mode=RecordMode.EVENTS))
    house.record(film(seconds=150))
    house.clock.pass_time(3 * MINUTE)
    enforce(house)
    assert starts(house) == []
    whole = Span(START, Micros(START + HOUR))
    assert house.database.call(gaps.within, DOOR, whole) == ()


def test_clock_a_year_ahead_deletes_nothing(house: House) -> None:
    """A clock that jumps a year ahead pauses expiry until it is right again."""
    house.record(film(seconds=150))
    enforce(house)
    house.clock.pass_time(30 * SECOND)
    right = house.clock.wall()
    house.clock.set_wall(Micros(right + 365 * DAY))
    report = enforce(house)
    assert "365 days ahead" in (report.paused or "")
    assert starts(house) == [0, 60, 120]
    house.clock.set_wall(right)
    assert enforce(house).paused is None


def test_confirmed_clock_counts_again(house: House) -> None:
    """When the owner confirms the new time, age counts from it."""
    house.record(film(seconds=150))
    enforce(house)
    house.clock.set_wall(Micros(house.clock.wall() + 365 * DAY))
    assert enforce(house).paused is not None
    retention.confirm_clock(house.database, clock=house.clock, boot_id="boot")
    assert enforce(house).paused is None
    assert starts(house) == []


def test_clock_an_hour_back_is_noticed(house: House) -> None:
    """A clock that goes an hour back pauses expiry and hides nothing."""
    house.record(film(seconds=150))
    enforce(house)
    house.clock.set_wall(Micros(house.clock.wall() - HOUR))
    assert "60 minutes back" in (enforce(house).paused or "")
    assert starts(house) == [0, 60, 120]


@pytest.mark.parametrize(("days", "believed"), [(5, True), (400, False), (-1, False)])
def test_absence_of_a_week_is_believed(house: House, days: int, *, believed: bool) -> None:
    """Over a reboot the clock may have gone on for a week, not for a year and not back."""
    enforce(house, boot="before")
    house.clock.set_wall(Micros(house.clock.wall() + days * DAY))
    assert (enforce(house, boot="after").paused is None) is believed


def test_slow_drift_is_no_jump(house: House) -> None:
    """Clocks that agree within five minutes are believed, and the reference follows."""
    for _ in range(20):
        assert enforce(house).paused is None
        house.clock.pass_time(HOUR)
        house.clock.set_wall(Micros(house.clock.wall() + MINUTE))
    assert clock_trust.TOLERANCE == 5 * MINUTE


def test_old_facts_expire_with_their_footage(house: House) -> None:
    """Motion, gaps and events as old as footage may get are forgotten."""
    house.record(film(seconds=40))
    house.database.call(events.put, event("e", 14, 18))
    house.database.call(motion.add, DOOR, Span(START, Micros(START + SECOND)))
    enforce(house)
    house.clock.pass_time(31 * DAY)
    enforce(house)
    assert house.database.call(events.find) == ()
    assert house.database.call(motion.within, DOOR, Span(START, house.clock.wall())) == ()


def test_expired_picture_is_nowhere_in_the_database(house: House) -> None:
    """Without any footage beside it, too: neither in a page nor in the write-ahead log."""
    keep(house, Retention(max_age=Micros(HOUR)))
    seen = event("event00000000001", 1, 2)
    picture = events.seal_picture(house.household.public, seen.id, bytes(1_000))
    house.database.call(events.put, seen, picture=picture)
    enforce(house)
    house.clock.pass_time(2 * HOUR)
    report = enforce(house)
    assert (report.segments, report.paused) == (0, None)
    assert house.database.call(events.find) == ()
    wal = house.folder / "consentry.db-wal"
    assert wal.stat().st_size < 4 * 4096
    assert picture[:48] not in house.database.call(lambda connection: connection.serialize("main"))


def test_gap_within_a_kept_clip_stays(house: House) -> None:
    """A hole in a clip that is kept for ever keeps its reason for ever."""
    house.record(film(seconds=20))
    house.record(film(seconds=20, start=Micros(START + 60 * SECOND), reason="discontinuity"))
    clip = Span(START, Micros(START + 80 * SECOND))
    house.database.call(kept.add, DOOR, clip, note="", now=START)
    enforce(house)
    house.clock.pass_time(31 * DAY)
    enforce(house)
    assert starts(house) == [0, 60]
    assert len(house.database.call(gaps.within, DOOR, clip)) == 1


def test_forecast_names_the_nearest_limit(house: House) -> None:
    """The days a camera will reach come from its rate and the nearest of its limits."""
    house.record(film(seconds=150))
    now = Micros(START + 2 * HOUR)
    (stored,) = house.database.call(forecast.forecast, house.volume, now, floor=0)
    size = sum(segment.size for segment in house.recorded())
    assert stored.bytes == size
    assert stored.bytes_per_day == pytest.approx(size * DAY / (now - START), rel=0.01)
    assert stored.forecast_days == 30
    keep(house, Retention(max_bytes=stored.bytes_per_day * 12))
    (stored,) = house.database.call(forecast.forecast, house.volume, now, floor=0)
    assert stored.forecast_days == pytest.approx(12, rel=0.01)


def test_forecast_needs_an_hour(house: House) -> None:
    """From the first minutes nobody can tell: no forecast yet."""
    house.record(film(seconds=150))
    now = house.clock.wall()
    (stored,) = house.database.call(forecast.forecast, house.volume, now, floor=0)
    assert stored.bytes_per_day > 0
    assert stored.forecast_days is None


def test_forecast_without_footage_is_unknown(house: House) -> None:
    """A camera that recorded nothing yet has no forecast."""
    (stored,) = house.database.call(forecast.forecast, house.volume, NOW)
    assert (stored.bytes, stored.bytes_per_day, stored.forecast_days) == (0, 0, None)
