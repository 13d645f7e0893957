"""Crashes of a house whose keys are locked: what was left open waits, recording goes on."""

import random
from dataclasses import dataclass

import pytest

from consentry.home.keyring import Keyring
from consentry.model.errors import LockedError, StorageError
from consentry.model.keys import UnlockMode
from consentry.model.media import StreamName
from consentry.model.time import DAY, SECOND, Micros, Span
from consentry.seal import Opener
from consentry.store import erase, gaps, retention, segments
from consentry.store.check import check
from consentry.store.recovery import Recovered, recover, recover_waiting
from consentry.store.segment_file import HEADER_SIZE
from consentry.store.volume import Volume
from tests.store.film import FPS, START, film
from tests.store.house import DOOR, House, span
from tests.store.test_recovery import KILLS, WHOLE, killed_after, numbers, total, units

MAIN = StreamName.MAIN


@dataclass(frozen=True, slots=True)
class Closed:
    """The house as it is while nobody has typed a password."""

    house: House

    @property
    def keys(self) -> Opener:
        """What the hub has: the public half."""
        public = self.house.household.public
        return Keyring(public, mode=UnlockMode.PASSPHRASE, household=None)

    def start(self, *, at: int = 0) -> Recovered:
        """Recover as a locked hub does at its start; all that can be checked must hold."""
        house = self.house
        now = Micros(START + at * SECOND)
        recovered = recover(house.database, house.volume, self.keys, now=now)
        report = check(house.database, house.volume, self.keys)
        assert report.breaches == ()
        return recovered

    def unlock(self) -> Recovered:
        """Recover as a hub does when somebody unlocks it; every invariant must hold."""
        house = self.house
        recovered = recover_waiting(house.database, house.volume, house.household)
        assert check(house.database, house.volume, house.household).breaches == ()
        return recovered


@pytest.fixture
def closed(house: House) -> Closed:
    """Return a locked house."""
    return Closed(house)


@pytest.mark.parametrize("deaf", [False, True])
@pytest.mark.parametrize("seed", range(KILLS))
def test_a_crash_waits_for_the_keys_and_loses_nothing(
    closed: Closed, seed: int, *, deaf: bool
) -> None:
    """Killed at any moment, started locked, recorded on, unlocked: all of it plays in order."""
    house, recorded = closed.house, film(seconds=200)
    moment = random.Random(seed).uniform(0.02, 0.98)  # noqa: S311 - any moment will do
    killed_after(house, recorded, round(moment * total(recorded)), deaf=deaf)
    written = sum(units(path, path.stat().st_size) for path in house.volume.path.rglob("*.seg"))
    assert closed.start(at=300).waiting >= 1
    house.record(film(seconds=10, start=Micros(START + 400 * SECOND)))
    house.record(film(seconds=10, start=Micros(START + 500 * SECOND)))
    assert check(house.database, house.volume, closed.keys).breaches == ()
    assert closed.unlock().completed >= 1
    later = list(range(10 * FPS))
    assert numbers(house) == [*range(written * FPS), *later, *later]


def test_a_waiting_segment_is_on_the_timeline(closed: Closed) -> None:
    """How far its whole units reach is seen from outside; the hub's absence begins behind it."""
    house = closed.house
    house.write(house.writer(), film(seconds=10))
    closed.start(at=100)
    (shown,) = house.database.call(segments.spans, DOOR, WHOLE, MAIN, now=WHOLE.end)
    (gap,) = house.database.call(gaps.within, DOOR, WHOLE)
    assert START + 7 * SECOND <= shown.end <= START + 10 * SECOND
    assert (gap.span, gap.reason) == (Span(shown.end, Micros(START + 100 * SECOND)), gaps.HUB_OFF)
    closed.unlock()
    (exact,) = house.database.call(segments.spans, DOOR, WHOLE, MAIN, now=WHOLE.end)
    (gap,) = house.database.call(gaps.within, DOOR, WHOLE)
    assert gap.span.start == exact.end == START + 9 * SECOND


def test_starting_locked_again_and_again_changes_nothing(closed: Closed) -> None:
    """Three power cuts before anybody comes home: the segment still waits, whole."""
    house = closed.house
    house.write(house.writer(), film(seconds=10))
    assert [closed.start(at=100 + n).waiting for n in range(3)] == [1, 1, 1]
    assert closed.unlock().completed == 1
    assert closed.unlock() == Recovered(0, 0, 0, 0, 0)
    assert numbers(house) == list(range(9 * FPS))


def test_a_start_with_a_key_mends_what_waited(closed: Closed) -> None:
    """Whoever put the key file back needs no unlocking: the start does it."""
    house = closed.house
    house.write(house.writer(), film(seconds=10))
    closed.start()
    assert recover(house.database, house.volume, house.household, now=START).completed == 1
    assert numbers(house) == list(range(9 * FPS))


def test_keys_that_were_never_used_need_no_unlocking(closed: Closed) -> None:
    """A row without a file is forgotten at once."""
    closed.house.record(film(seconds=10))
    closed.start()
    rows = closed.house.database.call(
        lambda connection: connection.execute("SELECT state FROM segments").fetchall()
    )
    assert rows == [(segments.State.CLOSED,)]


def test_a_torn_tail_is_cut_when_it_is_unlocked(closed: Closed) -> None:
    """While locked not one byte is changed; afterwards the torn unit is gone."""
    house = closed.house
    house.write(house.writer(), film(seconds=10))
    (path,) = house.volume.path.rglob("*.seg")
    torn = path.read_bytes()[:-100]
    path.write_bytes(torn)
    closed.start()
    assert path.read_bytes() == torn
    assert closed.unlock().cut_bytes > 0
    assert numbers(house) == list(range(8 * FPS))


def test_what_turns_out_to_hold_nothing_becomes_a_gap(closed: Closed) -> None:
    """A file that does not open is forgotten with its key, and its time is said to be lost."""
    house = closed.house
    house.write(house.writer(), film(seconds=10))
    (path,) = house.volume.path.rglob("*.seg")
    damaged = bytearray(path.read_bytes())
    damaged[HEADER_SIZE + 40] ^= 1
    path.write_bytes(damaged)
    closed.start(at=10)
    assert closed.unlock().forgotten == 1
    assert not path.exists()
    reasons = {gap.reason for gap in house.database.call(gaps.within, DOOR, WHOLE)}
    assert "crashed" in reasons


def test_a_waiting_segment_expires_and_can_be_erased(closed: Closed) -> None:
    """Destroying a key needs no key: both work while locked; erasing in part does not."""
    house = closed.house
    for moment in (START, Micros(START + 100 * SECOND)):
        house.write(house.writer(), film(seconds=10, start=moment))
        closed.start(at=50)
    keys = closed.keys
    with pytest.raises(LockedError):
        erase.erase_range(house.database, house.volume, keys, DOOR, span(2, 4))
    erase.erase_range(house.database, house.volume, keys, DOOR, span(-1, 50))
    assert len(list(house.volume.path.rglob("*.seg"))) == 1
    retention.enforce(house.database, house.volume, clock=house.clock, boot_id="boot")
    house.clock.pass_time(31 * DAY)
    retention.enforce(house.database, house.volume, clock=house.clock, boot_id="boot")
    assert list(house.volume.path.rglob("*.seg")) == []


def test_recovery_waits_for_a_missing_disk(closed: Closed) -> None:
    """Unlocked while the disk is away: nothing is changed, and the next time does it."""
    house = closed.house
    house.write(house.writer(), film(seconds=10))
    closed.start()
    aside = house.volume.path.rename(house.folder / "aside")
    with pytest.raises(StorageError):
        recover_waiting(house.database, Volume(house.volume.path, house.volume.id), house.household)
    aside.rename(house.volume.path)
    assert closed.unlock().completed == 1
