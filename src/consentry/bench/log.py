"""The diary of looks with a million entries: writing, proving, verifying. No hub, no camera."""

import os
import random
import time
from collections.abc import Callable, Iterator

import apsw

from consentry.bench.figure import Figure, percentile
from consentry.bench.windows import Plan
from consentry.model.camera import Place
from consentry.model.diary import Begin, LookKind, Noted, Via, Viewed, Viewer
from consentry.model.ids import CameraId, MemberId
from consentry.model.time import Micros, Span
from consentry.store import audit, diary
from consentry.store.audit_bundle import DatabaseDiary
from consentry.store.database import Database

ENTRIES = 1_000_000
_SINGLE = 5_000
"""Entries written one by one, each with its own commit."""
_TOGETHER = 50
"""Entries in a commit where fifty looks begin at once."""
_PROOFS = 1_000
_START = 1_790_000_000_000_000


def figures(plan: Plan) -> Iterator[Figure]:
    """Fill a diary, then ask it."""
    folder = plan.folder / "log"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "consentry.db"
    path.unlink(missing_ok=True)
    with Database.open(path, os.urandom(32)) as database:
        log = database.call(diary.open_log)
        log = _fill(database, log, ENTRIES - _SINGLE - _SINGLE * _TOGETHER // 10)
        log, single = _timed(database, log, commits=_SINGLE, each=1)
        log, together = _timed(database, log, commits=_SINGLE // 10, each=_TOGETHER)
        yield Figure(
            "log: entries appended, each durable",
            f"{single:.0f}/s one by one, {together:.0f}/s where {_TOGETHER} wait together",
            "",
            "over 1 000/s",
            f"log of {log.frontier.size} entries; a commit with fsync and a signed checkpoint each",
        )
        inclusion = _proofs(database, log.frontier.size, _inclusion)
        consistency = _proofs(database, log.frontier.size, _consistency)
        yield Figure(
            "log: one proof",
            f"inclusion p95 {percentile(inclusion, 0.95):.2f} ms, "
            f"consistency p95 {percentile(consistency, 0.95):.2f} ms",
            "",
            "under 2 ms",
            f"{_PROOFS} each at random among {log.frontier.size} entries, read from the database",
        )
        began = time.perf_counter()
        report = database.call(_verify)
        spent = time.perf_counter() - began
        sound = "nothing wrong" if report.sound else "NOT sound"
        size = path.stat().st_size / 1e6
        yield Figure(
            "log: whole verification",
            f"{spent:.1f} s, {sound}",
            "",
            "under 60 s",
            f"{report.readable} entries, their commitments, tiles and signature; {size:.0f} MB",
        )
    for file in folder.iterdir():
        file.unlink()


def _fill(database: Database, log: diary.Log, count: int) -> diary.Log:
    batch = 10_000
    for start in range(0, count, batch):
        entries = [_entry(number) for number in range(start, min(count, start + batch))]
        log = database.call(diary.append, log, entries)
    return log


def _timed(
    database: Database, log: diary.Log, *, commits: int, each: int
) -> tuple[diary.Log, float]:
    """Append, and return how many entries a second that was."""
    batches = [[_entry(number) for number in range(each)] for _ in range(commits)]
    began = time.perf_counter()
    for batch in batches:
        log = database.call(diary.append, log, batch)
    return log, commits * each / (time.perf_counter() - began)


def _entry(number: int) -> Noted:
    at = Micros(_START + number * 1_000_000)
    member, camera = MemberId(f"member{number % 5:010}"), CameraId(f"camera{number % 8:010}")
    by = Viewer("Somebody", Via.BROWSER, "adult", member, "192.168.178.20")
    viewed = Viewed(camera, "Front door", Place.OUTDOOR)
    begin = Begin(LookKind.PLAYBACK, at, by, viewed, Span(at, Micros(at + 25_000_000)))
    return Noted(begin, member, camera)


def _proofs(
    database: Database, size: int, prove: Callable[[apsw.Connection, int, int], object]
) -> list[float]:
    """Return how many milliseconds each of many proofs took, as asked from another thread."""
    dice = random.Random(3)  # noqa: S311 - a repeatable choice of entries
    times = []
    for _ in range(_PROOFS):
        place = dice.randrange(1, size)
        began = time.perf_counter()
        database.call(prove, place, size)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _inclusion(connection: apsw.Connection, index: int, size: int) -> object:
    return diary.tree(connection, size).inclusion(index)


def _consistency(connection: apsw.Connection, old: int, size: int) -> object:
    return diary.tree(connection, size).consistency(old)


def _verify(connection: apsw.Connection) -> audit.Report:
    return audit.verify(DatabaseDiary(connection))
