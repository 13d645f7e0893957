"""An index of thirty days, made in seconds: rows cloned from a recorded minute, without files."""

import random
import time
from dataclasses import dataclass
from pathlib import Path

import apsw

from consentry.model.ids import CameraId, SegmentId
from consentry.model.media import StreamName
from consentry.seal import DataKey, Household, HouseholdPublic
from consentry.store.database import Database, database_key
from consentry.store.segment_file import Place

DAYS = 30
_MINUTE_US = 60_000_000
_ROWS = DAYS * 24 * 60 - 60
"""A minute each; an hour short of thirty days, so that retention takes none of them meanwhile."""


@dataclass(frozen=True, slots=True)
class Index:
    """How many rows there are, and moments (camera, seconds UTC) that may be asked for."""

    rows: int
    moments: tuple[tuple[str, float], ...]


def fill(folder: Path, *, moments: int) -> Index:
    """Clone a closed segment of each camera of a stopped hub; choose moments at random.

    Sealing a key takes 0.1 ms: only the segments at those moments, and all of the first camera
    (whose timeline a browser may show), get one that opens.
    """
    key = database_key(folder / "keys" / "database.key", database=folder / "consentry.db")
    household = Household.load(folder / "keys" / "household.key").public
    dice = random.Random(1)  # noqa: S311 - a repeatable choice of moments
    with Database.open(folder / "consentry.db", key) as database:
        cameras = database.call(_clone)
        newest = time.time() - 3600
        chosen = tuple(
            (dice.choice(cameras), newest - dice.uniform(0, (DAYS - 1) * 86_400))
            for _ in range(moments)
        )
        for camera, at in chosen:
            database.call(_seal, household, camera, (at - 300, at + 60))
        database.call(_seal, household, cameras[0], (0.0, time.time()))
        return Index(database.call(_count), chosen)


def _clone(connection: apsw.Connection) -> list[str]:
    connection.execute(
        "WITH RECURSIVE back (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM back WHERE n < ?),"
        " original AS (SELECT min(key) AS chosen FROM segments WHERE state = 2 GROUP BY camera)"
        " INSERT INTO segments (id, camera, stream, sequence, volume, state, sealed_key, run,"
        " start, media_start, end, size, key_frames)"
        " SELECT lower(hex(randomblob(8))), camera, stream, -n, volume, state, sealed_key, run,"
        " start - n * ?, media_start, end - n * ?, 0, key_frames"
        " FROM original JOIN segments ON key = chosen JOIN back",
        (_ROWS, _MINUTE_US, _MINUTE_US),
    )
    return [str(camera) for (camera,) in connection.execute("SELECT id FROM cameras ORDER BY name")]


def _seal(
    connection: apsw.Connection,
    household: HouseholdPublic,
    camera: str,
    between: tuple[float, float],
) -> None:
    """Seal new keys for the clones (they have no bytes) that begin between two moments."""
    touched = connection.execute(
        "SELECT id FROM segments WHERE camera = ? AND start > ? AND start < ? AND size = 0",
        (camera, round(between[0] * 1e6), round(between[1] * 1e6)),
    ).fetchall()
    for (segment,) in touched:
        place = Place(CameraId(camera), StreamName.MAIN, SegmentId(str(segment)))
        sealed = household.seal_key(DataKey.random(), place.context)
        connection.execute("UPDATE segments SET sealed_key = ? WHERE id = ?", (sealed, segment))


def _count(connection: apsw.Connection) -> int:
    (count,) = connection.execute("SELECT count(*) FROM segments").fetchall()[0]
    assert isinstance(count, int)  # noqa: S101 - what SQLite's count is
    return count
