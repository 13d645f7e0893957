"""How long recordings stay: by days, by bytes, by free disk, and by what happened in them.

``plan`` is pure and decides; ``enforce`` asks the database, lets ``plan`` decide, destroys the keys
in one transaction and unlinks the files. Order is the order of recording, never time, but for the
age itself: a clock that went a year ahead makes nothing old (``clock_trust``).

A segment that touches a kept clip never expires.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import apsw

from consentry.clock import Clock
from consentry.model.camera import Camera, RecordMode, Retention
from consentry.model.ids import CameraId, SegmentId
from consentry.model.time import MINUTE, SECOND, Micros, Span
from consentry.store import cameras, clock_trust, removals, segments, volumes
from consentry.store.database import Database
from consentry.store.volume import LEAST_FREE, Volume

JUDGED_AFTER = Micros(2 * MINUTE)
"""Footage without motion or event is pruned this long after it ended, for events begin late."""
AROUND = Micros(10 * SECOND)
"""Footage kept before and after a movement or an event."""
LEAST_FLOOR = 2 * LEAST_FREE
"""Bytes kept free whatever the owner chose: writers pause at half of it, and 16 cameras of 4 Mbit/s
write 240 MB from one pass to the next."""
_BATCH = 500  # segments of one camera in one pass of 30 s: a month of eight cameras in 6 minutes


@dataclass(frozen=True, slots=True)
class Held:
    """A closed segment that no kept clip touches, as retention sees it."""

    id: SegmentId
    camera: CameraId
    order: int
    """Grows in the order of recording, over all cameras."""
    end: Micros
    size: int


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes free now, and bytes that must stay free."""

    free: int
    floor: int


@dataclass(frozen=True, slots=True)
class RetentionReport:
    """What a pass deleted, and the sentence why nothing is deleted for its age, if so."""

    segments: int
    bytes: int
    paused: str | None


def plan(
    held: Iterable[Held],
    rules: Mapping[CameraId, Retention],
    used: Mapping[CameraId, int],
    *,
    disk: Disk,
    now: Micros | None,
) -> tuple[Held, ...]:
    """Return the segments to delete, oldest first.

    ``held`` are the oldest of each camera, ``used`` all its bytes. ``now`` is None while the clock
    is not believed: then bytes and free disk rule alone, for they need no time.
    """
    doomed: list[Held] = []
    left = dict(used)
    free = disk.free
    stays: list[Held] = []
    for segment in sorted(held, key=lambda segment: segment.order):
        rule = rules[segment.camera]
        old = now is not None and segment.end < now - rule.max_age
        full = rule.max_bytes is not None and left[segment.camera] > rule.max_bytes
        if old or full:
            doomed.append(segment)
            left[segment.camera] -= segment.size
            free += segment.size
        else:
            stays.append(segment)
    for segment in stays:
        if free >= disk.floor:
            break
        doomed.append(segment)
        free += segment.size
    return tuple(doomed)


def enforce(
    database: Database,
    volume: Volume,
    *,
    clock: Clock,
    boot_id: str,
    floor: int | None = None,
) -> RetentionReport:
    """Delete what is due; called every half minute. StorageError when the disk is not there."""
    volume.verify()
    space = volume.space()
    disk = Disk(space.free, max(LEAST_FLOOR, space.floor if floor is None else floor))
    report, pictures = database.call(_enforce, volume, disk, clock=clock, boot_id=boot_id)
    if report.segments or pictures:
        database.checkpoint()  # the WAL would hold the destroyed keys until it is written over
    removals.carry_out(database, volume)
    return report


def confirm_clock(database: Database, *, clock: Clock, boot_id: str) -> None:
    """Take the owner's word that the clock is right: age counts again."""
    database.call(clock_trust.believe, clock, boot_id)


# ---- one pass


@dataclass(slots=True)
class _Doomed:
    """What a pass found; local to it."""

    segments: dict[SegmentId, int] = field(default_factory=dict)

    def add(self, found: Iterable[Held]) -> None:
        self.segments.update((segment.id, segment.size) for segment in found)


def _enforce(
    connection: apsw.Connection, volume: Volume, disk: Disk, *, clock: Clock, boot_id: str
) -> tuple[RetentionReport, bool]:
    """Return what was deleted, and whether events with their pictures were."""
    paused = clock_trust.check(connection, clock, boot_id)
    now = None if paused else clock.wall()
    every = cameras.all(connection)
    key = volumes.key(connection, volume)
    doomed = _Doomed()
    for camera in every:
        doomed.add(_unwanted(connection, camera, key, clock.wall()))
    held = [s for c in every for s in _oldest(connection, c.id, key) if s.id not in doomed.segments]
    rules = {camera.id: camera.retention for camera in every}
    used = {camera.id: 0 for camera in every} | segments.sizes(connection, key)
    doomed.add(plan(held, rules, used, disk=disk, now=now))
    segments.destroy(connection, doomed.segments)
    expired = 0 if now is None else sum(_expire_facts(connection, each, now) for each in every)
    report = RetentionReport(len(doomed.segments), sum(doomed.segments.values()), paused)
    return report, expired > 0


def _oldest(connection: apsw.Connection, camera: CameraId, volume: int) -> tuple[Held, ...]:
    """Return the oldest segments; those that wait for their keys expire like all others."""
    found = (*_in_state(connection, camera, volume, 2), *_in_state(connection, camera, volume, 3))
    return tuple(sorted(found, key=lambda held: held.order))


def _in_state(
    connection: apsw.Connection, camera: CameraId, volume: int, state: int
) -> Iterator[Held]:
    rows = connection.execute(
        "SELECT id, camera, key, end, size FROM segments s "
        "WHERE camera = ? AND state = ? AND volume = ? AND end IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM kept k "
        "WHERE k.camera = s.camera AND k.start < s.end AND k.end > s.start) "
        "ORDER BY key LIMIT ?",
        (camera, state, volume, _BATCH),
    )
    return (Held(SegmentId(i), CameraId(c), k, Micros(e), s) for i, c, k, e, s in rows)


def _unwanted(
    connection: apsw.Connection, camera: Camera, volume: int, now: Micros
) -> tuple[Held, ...]:
    """Judge the segments that ended two minutes ago; return those in which nothing happened."""
    rows: list[tuple[Any, ...]] = connection.execute(
        "SELECT id, camera, key, start, end, size FROM segments "
        "WHERE judged = 0 AND state = 2 AND camera = ? AND end < ? AND volume = ? "
        "ORDER BY end LIMIT ?",
        (camera.id, now - JUDGED_AFTER, volume, _BATCH),
    ).fetchall()
    unwanted: list[Held] = []
    for id_, owner, order, start, end, size in rows:
        around = Span(Micros(start - AROUND), Micros(end + AROUND))
        if _happened(connection, camera, around):
            connection.execute("UPDATE segments SET judged = 1 WHERE id = ?", (id_,))
        else:
            unwanted.append(Held(SegmentId(id_), CameraId(owner), order, Micros(end), size))
    return tuple(unwanted)


def _happened(connection: apsw.Connection, camera: Camera, span: Span) -> bool:
    """Tell whether a camera's mode keeps the footage of a span."""
    tables = {RecordMode.MOTION: ("motion", "events"), RecordMode.EVENTS: ("events",)}
    asked = tables.get(camera.retention.mode)
    if asked is None:
        return True
    values = (camera.id, span.end, span.start)
    return any(
        connection.execute(
            f"SELECT 1 FROM {table} "  # noqa: S608 - one of our tables
            "WHERE camera = ? AND start < ? AND coalesce(end, 1 << 62) > ? LIMIT 1",
            values,
        ).fetchone()
        for table in (*asked, "kept")
    )


def _expire_facts(connection: apsw.Connection, camera: Camera, now: Micros) -> int:
    """Forget movement, gaps and events as old as footage may get, but those of kept clips.

    A gap stays while the segment before it does: a hole always has its reason (I8). Returns how
    many events there were.
    """
    before, expired = now - camera.retention.max_age, 0
    for table, spared in (("motion", ""), ("events", ""), ("gaps", _AFTER_FOOTAGE)):
        connection.execute(
            f"DELETE FROM {table} AS f WHERE camera = ? AND end < ? AND NOT EXISTS "  # noqa: S608
            f"({_KEPT_AROUND}) {spared}",
            (camera.id, before),
        )
        expired += connection.changes() if table == "events" else 0
    return expired


_KEPT_AROUND = (
    "SELECT 1 FROM kept k WHERE k.camera = f.camera AND k.start < f.end AND k.end > f.start"
)
_AFTER_FOOTAGE = (
    "AND NOT EXISTS (SELECT 1 FROM segments s WHERE s.camera = f.camera "  # noqa: S608 - constant
    f"AND s.stream = f.stream AND s.start BETWEEN f.start - {segments.LONGEST} AND f.start)"
)
