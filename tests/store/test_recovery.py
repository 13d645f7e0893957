"""Crashes and power cuts: real processes killed at random moments, real files cut and damaged."""

import os
import random
from pathlib import Path

import pytest

from consentry.model.media import TrackKind
from consentry.model.time import SECOND, Micros, Span
from consentry.seal import Household
from consentry.store import gaps, segments
from consentry.store.check import check
from consentry.store.recovery import Recovered, recover
from consentry.store.segment_file import HEADER_SIZE
from tests.store.film import FPS, START, Film, film, fragments_numbers
from tests.store.house import DOOR, House
from tests.store.mortal_recorder import Life, connected, nursery, synced, whole_units

WHOLE = Span(Micros(START - SECOND), Micros(START + 1000 * SECOND))
KILLS = int(os.environ.get("CONSENTRY_KILLS", "1"))
"""How many random moments each crash test tries; test_many_kills.py tries two hundred."""


def mend(house: House) -> Recovered:
    """Recover as at a start, and require that every invariant holds afterwards."""
    recovered = recover(house.database, house.volume, house.household, now=Micros(START))
    assert check(house.database, house.volume, house.household).breaches == ()
    return recovered


def numbers(house: House) -> list[int]:
    """Return the numbers of all pictures that can be played."""
    footage = house.footage
    found: list[int] = []
    for segment in footage.segments(DOOR, WHOLE):
        fragments = footage.fragments(segment, WHOLE, TrackKind.VIDEO)
        found += fragments_numbers(footage.init(segment, TrackKind.VIDEO), fragments)
    return found


def killed_after(house: House, recorded: Film, written: int, *, deaf: bool = False) -> None:
    """Let a recorder write that many bytes of the film; ``deaf`` means the hub dies before it."""
    with nursery(house, recorded) as address:
        life = Life(house, DOOR, connected(address), deaf)
        life.begin(recorded.run.id, recorded.run.start)
        life.kill_after(written)


def total(recorded: Film) -> int:
    """Return roughly the bytes that the film takes on disk."""
    return sum(len(part.data) for part in recorded.parts)


def units(path: Path, size: int) -> int:
    """Count the whole units with pictures (ten each here) in the first ``size`` bytes of a file."""
    return max(0, whole_units(path.read_bytes()[:size]) - 1)


@pytest.mark.parametrize("deaf", [False, True])
@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_recorder_loses_a_second_at_most(house: House, seed: int, *, deaf: bool) -> None:
    """After kill -9 at any moment everything written plays from the start, whoever died first."""
    recorded = film(seconds=200)
    moment = random.Random(seed).uniform(0.02, 0.98)  # noqa: S311 - any moment will do
    killed_after(house, recorded, round(moment * total(recorded)), deaf=deaf)
    written = sum(units(path, path.stat().st_size) for path in house.volume.path.rglob("*.seg"))
    mend(house)
    assert numbers(house) == list(range(written * FPS))
    assert house.database.call(segments.unfinished) == ()


@pytest.mark.parametrize("seed", range(KILLS))
def test_power_cut_loses_what_was_not_synced(house: House, seed: int) -> None:
    """With all unsynced writes thrown away, everything up to the last sync plays."""
    recorded = film(seconds=200)
    chooser = random.Random(seed)  # noqa: S311 - any moment will do
    killed_after(house, recorded, round(chooser.uniform(0.1, 0.9) * total(recorded)))
    safely, durable = synced(house), 0
    for path in house.volume.path.rglob("*.seg"):
        safe = safely.get(path, 0)
        durable += units(path, safe)
        with path.open("r+b") as file:  # a disk keeps any part of what was not synced, or garbage
            size = chooser.randint(safe, path.stat().st_size)
            file.truncate(size)
            for offset in range(safe, size, 4096):
                if chooser.random() < 0.5:
                    file.seek(offset)
                    file.write(bytes(min(4096, size - offset)))
    mend(house)
    found = numbers(house)
    assert found == list(range(len(found)))
    assert len(found) >= durable * FPS


def test_torn_tail_is_cut_at_the_last_whole_unit(house: House) -> None:
    """Half a unit at the end is cut off; what is before it plays."""
    writer = house.writer()
    house.write(writer, film(seconds=10))
    (path,) = house.volume.path.rglob("*.seg")
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(size - 100)
    recovered = mend(house)
    assert recovered.completed == 1
    assert recovered.cut_bytes > 0
    assert numbers(house) == list(range(8 * FPS))


@pytest.mark.parametrize("size", [0, 10, HEADER_SIZE, HEADER_SIZE + 50])
def test_file_without_one_whole_unit_is_forgotten(house: House, size: int) -> None:
    """A file that a power cut left empty goes away with its key."""
    writer = house.writer()
    house.write(writer, film(seconds=10))
    (path,) = house.volume.path.rglob("*.seg")
    with path.open("r+b") as file:
        file.truncate(size)
    assert mend(house).completed == 0
    assert not path.exists()
    assert house.recorded() == ()


def test_wrong_household_key_destroys_nothing(house: House) -> None:
    """With another household's key in place recovery leaves everything for the right one."""
    writer = house.writer()
    house.write(writer, film(seconds=10))
    stranger = Household.create()
    recovered = recover(house.database, house.volume, stranger, now=START)
    assert (recovered.completed, recovered.forgotten, recovered.closed_to_us) == (0, 0, 2)
    assert mend(house).completed == 1
    assert numbers(house) == list(range(9 * FPS))


def test_unused_keys_are_forgotten(house: House) -> None:
    """A key that was granted ahead and never used does not stay."""
    house.record(film(seconds=10))
    assert mend(house).forgotten == 1
    count = house.database.call(
        lambda connection: connection.execute("SELECT count(*) FROM segments").fetchone()
    )
    assert count == (1,)


def test_missing_file_of_a_closed_segment_keeps_its_key(house: House) -> None:
    """A file that somebody moved away may come back: check names it, recovery destroys nothing."""
    house.record(film(seconds=10))
    (path,) = house.volume.path.rglob("*.seg")
    aside = path.rename(house.folder / "aside")
    recover(house.database, house.volume, house.household, now=Micros(START))
    (breach,) = check(house.database, house.volume, house.household).breaches
    assert breach.invariant == "I2"
    aside.rename(path)
    mend(house)
    assert numbers(house) == list(range(10 * FPS))


def test_only_the_cameras_of_a_dead_recorder_are_mended(house: House) -> None:
    """Recovering another recorder's cameras leaves an open segment alone."""
    writer = house.writer()
    recorded = film(seconds=10)
    writer.begin(recorded.run)
    house.feed(writer, recorded.parts[:50])
    recover(house.database, house.volume, house.household, now=START, cameras=frozenset())
    assert len(house.database.call(segments.unfinished)) == 1
    house.feed(writer, recorded.parts[50:])
    writer.close()
    assert numbers(house) == list(range(10 * FPS))


def test_time_after_a_crash_is_a_gap(house: House) -> None:
    """Until a new recorder writes, the timeline says that the old one crashed."""
    house.record(film(seconds=10))
    later = Micros(START + 12 * SECOND)
    recover(house.database, house.volume, house.household, now=later, cameras=frozenset({DOOR}))
    (gap,) = house.database.call(gaps.within, DOOR, WHOLE)
    assert (gap.span, gap.reason) == (Span(Micros(START + 10 * SECOND), later), "crashed")


def test_time_without_a_hub_is_a_gap(house: House) -> None:
    """From the last sign of life to the next start, the timeline says that the hub was off."""
    house.record(film(seconds=10))
    later = Micros(START + 500 * SECOND)
    recover(house.database, house.volume, house.household, now=later)
    (gap,) = house.database.call(gaps.within, DOOR, WHOLE)
    assert (gap.span, gap.reason) == (Span(Micros(START + 10 * SECOND), later), gaps.HUB_OFF)
