"""Crashes and power cuts: real processes killed at random moments, real files cut and damaged."""

import os
import pickle
import random
import signal
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from consentry.model.media import TrackKind
from consentry.model.time import SECOND, Micros, Span
from consentry.seal import Household
from consentry.store import gaps, segments
from consentry.store.check import check
from consentry.store.messages import KeyWanted, WriterMessage
from consentry.store.recovery import Recovered, recover
from consentry.store.segment_file import HEADER_SIZE
from tests.store.film import FPS, START, Film, film, fragments_numbers
from tests.store.house import DOOR, House

WHOLE = Span(Micros(START - SECOND), Micros(START + 1000 * SECOND))
LENGTH = struct.Struct(">I")
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


class Recorder:
    """The hub's side of a real recorder process; ``deaf`` means the hub dies before it."""

    def __init__(self, house: House, recorded: Film, *, deaf: bool = False) -> None:
        """Start it; its messages are received on a thread."""
        self._house, self._deaf = house, deaf
        self.journal = house.folder / "journal"
        film_path = house.folder / "film"
        film_path.write_bytes(pickle.dumps(recorded))
        command = [sys.executable, "-m", "tests.store.crashing_recorder", str(film_path)]
        command += [str(house.volume.path), house.volume.id, house.household.public.raw.hex()]
        self._process = subprocess.Popen(
            [*command, "--journal", str(self.journal)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._hub = threading.Thread(target=self._serve)
        self._hub.start()

    def kill_after(self, written: int) -> None:
        """Let it write that many bytes, then kill it without warning."""
        pause = threading.Event()
        while self._process.poll() is None and self._written() < written:
            pause.wait(0.0005)
        self._process.send_signal(signal.SIGKILL)
        self._hub.join()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):  # a grant that it did not live to read
                pipe.close()

    def synced(self) -> dict[Path, int]:
        """Return how many bytes of each file were made durable."""
        sizes: dict[Path, int] = {}
        if self.journal.exists():
            for line in self.journal.read_text("utf-8").splitlines():
                path, size = line.rsplit(" ", 1)
                sizes[Path(path)] = int(size)
        return sizes

    def _written(self) -> int:
        return sum(path.stat().st_size for path in self._house.volume.path.rglob("*.seg"))

    def _serve(self) -> None:
        while (message := self._next()) is not None:
            if isinstance(message, KeyWanted) or not self._deaf:
                self._house.receive(message)
            if isinstance(message, KeyWanted):
                self._grant(message)

    def _next(self) -> WriterMessage | None:
        pipe = self._process.stdout
        assert pipe is not None
        head = pipe.read(LENGTH.size)
        if len(head) < LENGTH.size:
            return None
        (size,) = LENGTH.unpack(head)
        content = pipe.read(size)
        if len(content) < size:  # killed while it spoke
            return None
        message: WriterMessage = pickle.loads(content)  # noqa: S301 - our own child wrote it
        return message

    def _grant(self, wanted: KeyWanted) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        with suppress(BrokenPipeError):  # it was killed meanwhile
            pipe.write(f"{wanted.segment}\n".encode())
            pipe.flush()


def total(recorded: Film) -> int:
    """Return roughly the bytes that the film takes on disk."""
    return sum(len(part.data) for part in recorded.parts)


def units(path: Path, size: int) -> int:
    """Count the whole units with pictures (ten each here) in the first ``size`` bytes of a file."""
    content = path.read_bytes()[:size]
    count, offset = 0, HEADER_SIZE
    while offset + 32 <= len(content):
        offset += 32 + LENGTH.unpack_from(content, offset)[0]
        count += offset <= len(content)
    return max(0, count - 1)  # the first describes the segment


@pytest.mark.parametrize("deaf", [False, True])
@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_recorder_loses_a_second_at_most(house: House, seed: int, *, deaf: bool) -> None:
    """After kill -9 at any moment everything written plays from the start, whoever died first."""
    recorded = film(seconds=200)
    moment = random.Random(seed).uniform(0.02, 0.98)  # noqa: S311 - any moment will do
    recorder = Recorder(house, recorded, deaf=deaf)
    recorder.kill_after(round(moment * total(recorded)))
    written = sum(units(path, path.stat().st_size) for path in house.volume.path.rglob("*.seg"))
    mend(house)
    assert numbers(house) == list(range(written * FPS))
    assert house.database.call(segments.unfinished) == ()


@pytest.mark.parametrize("seed", range(KILLS))
def test_power_cut_loses_what_was_not_synced(house: House, seed: int) -> None:
    """With all unsynced writes thrown away, everything up to the last sync plays."""
    recorded = film(seconds=200)
    chooser = random.Random(seed)  # noqa: S311 - any moment will do
    recorder = Recorder(house, recorded)
    recorder.kill_after(round(chooser.uniform(0.1, 0.9) * total(recorded)))
    synced = recorder.synced()
    durable = 0
    for path in house.volume.path.rglob("*.seg"):
        safe = synced.get(path, 0)
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
