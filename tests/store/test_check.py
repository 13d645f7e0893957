"""``check`` names each broken invariant, and nothing where all hold."""

from collections.abc import Callable

import apsw
import pytest

from consentry.model.diary import Act, Done, Noted, Via, Viewer
from consentry.model.ids import EventId
from consentry.model.time import SECOND, Micros
from consentry.store import diary, events
from consentry.store.check import Report, check
from consentry.store.segments import State
from tests.store.film import START, film
from tests.store.house import House, event


def run(house: House) -> Report:
    """Check a household."""
    return check(house.database, house.volume, house.household, seed=1)


def broken(house: House) -> set[str]:
    """Return the numbers of the invariants that do not hold."""
    return {breach.invariant for breach in run(house).breaches}


def change(house: House, statement: str, *values: int) -> None:
    """Change rows behind everybody's back."""
    house.database.call(lambda connection: connection.execute(statement, values).fetchall())


def test_sound_household_has_no_breach(house: House) -> None:
    """After recording, two runs and an event everything holds, and everything was looked at."""
    house.record(film(seconds=130, key_distance=7, audio="aac"))
    house.record(film(seconds=20, start=Micros(START + 200 * SECOND), reason="discontinuity"))
    sealed = events.seal_picture(house.household.public, EventId("e"), b"jpeg")
    house.database.call(events.put, event("e", 1, 2), picture=sealed)
    report = run(house)
    assert report.breaches == ()
    assert report.segments - 2 == report.opened_segments == 4  # two keys wait ahead
    assert report.opened_units > 150
    assert report.opened_pictures == 1


def test_recording_household_has_no_breach(house: House) -> None:
    """What is being written right now is no breach."""
    writer = house.writer()
    house.write(writer, film(seconds=20))
    assert run(house).breaches == ()
    writer.close()


def damage_byte(offset: int) -> Callable[[House], None]:
    """Flip a bit of the first segment's file."""

    def damage(house: House) -> None:
        path = min(house.volume.path.rglob("*.seg"))
        content = bytearray(path.read_bytes())
        content[offset] ^= 1
        path.write_bytes(content)

    return damage


def append(house: House) -> None:
    """Append bytes to a closed file."""
    path = min(house.volume.path.rglob("*.seg"))
    path.write_bytes(path.read_bytes() + bytes(10))


def remove(house: House) -> None:
    """Remove a file."""
    min(house.volume.path.rglob("*.seg")).unlink()


def add_stray(house: House) -> None:
    """Put a file there that no row knows."""
    (house.volume.path / "stray.seg").write_bytes(b"x")


def some_looks(connection: apsw.Connection) -> None:
    """Write three entries into the diary."""
    by = Viewer("Ada", Via.BROWSER)
    entries = [Noted(Done(Act.UNLOCK, Micros(at), by), None, None) for at in range(3)]
    diary.append(connection, diary.open_log(connection), entries)


def statement(text: str, *values: int) -> Callable[[House], None]:
    """Return what runs a statement."""
    return lambda house: change(house, text, *values)


@pytest.mark.parametrize(
    ("damage", "invariant"),
    [
        (remove, "I2"),
        (append, "I2"),
        (add_stray, "I3"),
        (damage_byte(0), "I4"),
        (damage_byte(28 + 7), "I4"),
        (damage_byte(-1), "I5"),
        (damage_byte(28 + 40), "I5"),
        (statement("UPDATE segments SET sealed_key = zeroblob(81)"), "I5"),
        (statement("UPDATE segments SET media_start = media_start + 1"), "I6"),
        (statement("UPDATE segments SET end = end + 1000000"), "I6"),
        (statement("UPDATE segments SET key_frames = x''"), "I6"),
        (statement("UPDATE runs SET start = start + 1"), "I6"),
        (statement("UPDATE segments SET state = ? WHERE state = 2", State.OPEN), "I7"),
        (statement("UPDATE segments SET sequence = 1, media_start = 0"), "I7"),
        (statement("DELETE FROM gaps"), "I8"),
        (statement("UPDATE events SET picture = zeroblob(200)"), "I9"),
        (statement("UPDATE diary_leaves SET entry = 'nothing' WHERE idx = 1"), "I10"),
        (statement("UPDATE diary_leaves SET salt = zeroblob(32) WHERE idx = 1"), "I10"),
        (statement("UPDATE diary_leaves SET commitment = zeroblob(32) WHERE idx = 1"), "I10"),
        (statement("DELETE FROM diary_leaves WHERE idx = 1"), "I10"),
        (statement("UPDATE diary_tiles SET hashes = zeroblob(96)"), "I10"),
        (statement("DELETE FROM diary_tiles"), "I10"),
        (statement("UPDATE diary SET private = zeroblob(32)"), "I10"),
        (statement("UPDATE diary SET checkpoint = 'none'"), "I10"),
        (statement("DELETE FROM diary"), "I10"),
    ],
)
def test_each_broken_invariant_is_named(
    house: House, damage: Callable[[House], None], invariant: str
) -> None:
    """Damage behind our back is found, by the number of what it breaks."""
    house.record(film(seconds=20))
    house.record(film(seconds=20, start=Micros(START + 60 * SECOND), reason="discontinuity"))
    sealed = events.seal_picture(house.household.public, EventId("e"), b"jpeg")
    house.database.call(events.put, event("e", 1, 2), picture=sealed)
    house.database.call(some_looks)
    assert broken(house) == set()
    damage(house)
    assert invariant in broken(house)
