"""Disks that are full, forbidden, missing or another: recording pauses, says why, and resumes."""

import errno
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from consentry.model.errors import StorageError
from consentry.model.ids import random_id
from consentry.model.media import Gap, Part, StreamName
from consentry.model.time import MINUTE, SECOND, Micros, Span
from consentry.store import gaps, removals, segments, volumes
from consentry.store.check import check
from consentry.store.database import Database, database_key
from consentry.store.messages import SegmentClosed
from consentry.store.volume import ID_FILE, Volume, cannot_write
from tests.store.film import FPS, START, TIMESCALE, Film, film
from tests.store.house import DOOR, House, build

WHOLE = Span(START, Micros(START + 100 * SECOND))
SECONDS = 40
NOBODY = 65534


def heavy_film() -> Film:
    """Return a film of 20 kB a picture: 1.6 Mbit/s."""
    light = film(seconds=SECONDS)
    parts = tuple(replace(part, data=part.data + bytes(20_000)) for part in light.parts)
    return replace(light, parts=parts)


def record_with(house: House, trouble: Callable[[], None], mended: Callable[[], None]) -> None:
    """Record 40 s; trouble comes after 10 s and is mended after 20 s."""
    recorded = heavy_film()
    writer = house.writer()
    writer.begin(recorded.run)
    house.feed(writer, recorded.parts[: 10 * FPS])
    trouble()
    house.feed(writer, recorded.parts[10 * FPS : 20 * FPS])
    mended()
    house.feed(writer, recorded.parts[20 * FPS :])
    writer.close()
    assert writer.dropped > 0


def require_gap(house: House, sentence: str) -> None:
    """Require that the trouble was told and ended, and that its hole is on the timeline."""
    told = house.troubles
    assert len(told) == 2
    assert sentence in (told[0] or "")
    assert told[1] is None
    (gap,) = house.database.call(gaps.within, DOOR, WHOLE)
    assert gap.reason == gaps.STORAGE
    recorded = house.recorded()
    assert recorded[0].span.start == START
    assert recorded[-1].span.end == START + SECONDS * SECOND
    lasting = sum(segment.span.duration for segment in recorded)
    assert lasting + gap.span.duration == SECONDS * SECOND
    assert check(house.database, house.volume, house.household).breaches == ()


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let the kernel refuse to let any file of this process grow beyond ``size``."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 300 MiB in memory; where mounting is forbidden, there is no such disk."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        if os.environ.get("CONSENTRY_REQUIRE_ALL"):
            pytest.fail("A disk cannot be mounted here.")
        pytest.skip("A disk cannot be mounted here.")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def disk_house(tmp_path: Path, small_disk: Path) -> Iterator[House]:
    """Return a household that records to the small disk."""
    house = build(tmp_path, recordings=small_disk / "recordings")
    yield house
    house.database.close()


def test_disk_that_fills_up_pauses_recording(disk_house: House, small_disk: Path) -> None:
    """With no byte left recording pauses with one sentence, and goes on when there is room."""
    ballast = small_disk / "ballast"

    def fill() -> None:
        with pytest.raises(OSError, match="No space"):
            ballast.write_bytes(bytes(400 * 2**20))

    record_with(disk_house, fill, ballast.unlink)
    require_gap(disk_house, "is full")


def test_read_only_disk_is_named(disk_house: House, small_disk: Path) -> None:
    """A disk mounted read-only is named; recording begins when it can be written."""
    recorded = film(seconds=SECONDS)
    writer = disk_house.writer()
    writer.begin(recorded.run)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    disk_house.feed(writer, recorded.parts[: 20 * FPS])
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    disk_house.feed(writer, recorded.parts[20 * FPS :])
    writer.close()
    assert "read-only" in (disk_house.troubles[0] or "")
    assert disk_house.recorded()[-1].span.end == START + SECONDS * SECOND


def test_unmounted_disk_gets_nothing(disk_house: House, small_disk: Path) -> None:
    """When the disk goes away nothing is written into its empty mount point."""
    recorded = film(seconds=150)
    writer = disk_house.writer()
    writer.begin(recorded.run)
    disk_house.feed(writer, recorded.parts[: 10 * FPS])
    subprocess.run(["umount", "-l", str(small_disk)], check=True)
    disk_house.feed(writer, recorded.parts[10 * FPS :])
    writer.close()
    assert list(small_disk.iterdir()) == []
    assert "not mounted" in (disk_house.troubles[0] or "")
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(small_disk)], check=True)


def test_database_on_a_full_disk_is_named_and_loses_nothing(
    small_disk: Path, tmp_path: Path
) -> None:
    """A disk without a byte left takes no row: one sentence, and with room it goes on."""
    house = build(small_disk / "data", recordings=tmp_path / "recordings")
    ballast = small_disk / "ballast"

    def note_gaps() -> None:
        for _ in range(10_000):  # the WAL may have room of its own
            found = Gap(DOOR, StreamName.MAIN, Span(START, Micros(START + 1)), random_id())
            house.database.call(gaps.add, found)

    with closing(house.database):
        house.record(film(seconds=10))
        with pytest.raises(OSError, match="No space"):
            ballast.write_bytes(bytes(400 * 2**20))
        with pytest.raises(StorageError, match=r"The disk of the database .* is full: free some"):
            note_gaps()
        assert len(house.recorded()) == 1
        ballast.unlink()
        house.record(film(seconds=10, start=Micros(START + 60 * SECOND)))
        assert len(house.recorded()) == 2
        assert check(house.database, house.volume, house.household).breaches == ()


def test_file_that_cannot_grow_pauses_recording(house: House) -> None:
    """A write that the kernel refuses in the middle is undone; whole units stay and play."""
    recorded = heavy_film()
    writer = house.writer()
    writer.begin(recorded.run)
    house.feed(writer, recorded.parts[: 10 * FPS])
    (path,) = house.volume.path.rglob("*.seg")
    house.database.checkpoint()
    with largest_file(path.stat().st_size + 100_000):
        house.feed(writer, recorded.parts[10 * FPS : 20 * FPS])
    house.feed(writer, recorded.parts[20 * FPS :])
    writer.close()
    require_gap(house, "is full")


def test_segment_without_a_picture_does_not_stay(house: House) -> None:
    """When not even the first unit fits, neither row nor key nor file remains."""
    recorded = heavy_film()
    writer = house.writer()
    writer.begin(recorded.run)
    house.database.checkpoint()
    with largest_file(200_000):
        house.feed(writer, recorded.parts[:12])
        writer.close()
    assert [type(message) for message in house.messages].count(SegmentClosed) == 1
    assert house.recorded() == ()
    assert check(house.database, house.volume, house.household).breaches == ()
    removals.carry_out(house.database, house.volume)
    assert not list(house.volume.path.rglob("*.seg"))


def test_missing_id_file_pauses_recording(house: House) -> None:
    """Without volume.id no new segment begins; with it recording goes on."""
    recorded = film(seconds=SECONDS)
    id_file = house.volume.path / ID_FILE
    aside = house.folder / "aside"
    writer = house.writer()
    writer.begin(recorded.run)
    id_file.rename(aside)
    house.feed(writer, recorded.parts[: 10 * FPS])
    assert not list(house.volume.path.iterdir())
    aside.rename(id_file)
    house.feed(writer, recorded.parts[10 * FPS :])
    writer.close()
    assert "not mounted" in (house.troubles[0] or "")
    assert house.troubles[1] is None
    assert START + 10 * SECOND <= house.recorded()[0].start <= START + 16 * SECOND


def test_folder_without_rights_pauses_recording(house: House, tmp_path: Path) -> None:
    """A folder that may not be written is named, and recording begins when it may."""
    recorded = film(seconds=SECONDS)
    writer = house.writer()
    writer.begin(recorded.run)
    with forbidden(house.volume.path, tmp_path):
        house.feed(writer, recorded.parts[: 20 * FPS])
    house.feed(writer, recorded.parts[20 * FPS :])
    writer.close()
    assert "cannot be written" in (house.troubles[0] or "")
    assert house.recorded()[-1].span.end == START + SECONDS * SECOND


@contextmanager
def forbidden(folder: Path, base: Path) -> Iterator[None]:
    """Take away the right to write in ``folder``, from root too (by acting as nobody)."""
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        for parent in (base, *base.parents):
            if parent.name.startswith(("pytest-", "popen-", "test_")):
                parent.chmod(0o755)
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o700)


def test_hub_that_grants_no_key_is_named(house: House) -> None:
    """When no key comes parts wait in bounded memory; then they are dropped, counted and told."""
    recorded = heavy_film()
    writer = house.writer()
    writer.wanted = []
    writer.begin(recorded.run)
    for _ in range(5):
        house.feed(writer, recorded.parts)
    assert writer.dropped > 0
    assert "no key" in (house.troubles[0] or "")


def test_hub_that_hangs_for_an_hour_hides_nothing(house: House) -> None:
    """Without a grant a segment ends before it gets too long to be found by time."""
    recorded = film(seconds=SECONDS)
    writer = house.writer()
    writer.begin(recorded.run)
    house.feed(writer, recorded.parts)
    writer.wanted = []
    for minutes in range(1, 60):
        shift = minutes * MINUTE
        late = (_later(part, shift) for part in recorded.parts)
        house.feed(writer, late)
    writer.close()
    recorded_segments = house.recorded()
    assert max(segment.span.duration for segment in recorded_segments) <= segments.LONGEST
    assert recorded_segments[-1].span.end - START > 49 * MINUTE
    assert writer.dropped > 0


def _later(part: Part, shift: int) -> Part:
    """Return the same part some time later in its run."""
    ticks = shift * TIMESCALE // SECOND
    return replace(part, dts=part.dts + ticks, arrival=Micros(part.arrival + shift))


def test_first_start_that_died_early_goes_on(house: House, tmp_path: Path) -> None:
    """An id file without a row, and nothing recorded beside it, is taken over."""
    created = Volume.create(tmp_path / "fresh")
    assert house.database.call(volumes.current, tmp_path / "fresh") == created
    house.database.call(volumes.current, tmp_path / "fresh").verify()


def test_another_disk_is_refused(house: House) -> None:
    """A volume.id that is not ours stops recording with both ids in the sentence."""
    (house.volume.path / ID_FILE).write_text("another\n", "ascii")
    with pytest.raises(StorageError, match="Another disk"):
        house.volume.verify()
    with pytest.raises(StorageError, match="Another disk"):
        house.database.call(volumes.current, house.volume.path)


def test_disk_of_another_household_is_not_taken(house: House, tmp_path: Path) -> None:
    """Recordings of another data folder are not mixed with ours."""
    house.record(film(seconds=10))
    path = tmp_path / "new.db"
    key = database_key(tmp_path / "new.key", database=path)
    with (
        Database.open(path, key) as database,
        pytest.raises(StorageError, match="belong to another"),
    ):
        database.call(volumes.current, house.volume.path)


def test_folder_with_other_things_is_not_taken(house: House, tmp_path: Path) -> None:
    """A folder that is not empty is not made a volume by accident."""
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "holiday.jpg").touch()
    with pytest.raises(StorageError, match="not empty"):
        house.database.call(volumes.current, folder)


def test_moved_disk_is_known_by_its_id(house: House) -> None:
    """A disk mounted elsewhere is the same volume, and its recordings play."""
    house.record(film(seconds=10))
    moved = house.volume.path.rename(house.folder / "elsewhere")
    house.volume = house.database.call(volumes.current, moved)
    (segment,) = house.recorded()
    assert len(list(house.footage.parts(segment, WHOLE))) == 10 * FPS


def test_full_disk_is_known_before_writing() -> None:
    """A file system without a free byte (/proc has none) is full."""
    with pytest.raises(StorageError, match="is full"):
        Volume(Path("/proc"), "x").require_space()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EDQUOT, "is full"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "who owns it"),
        (errno.EIO, "fails: Input/output error"),
    ],
)
def test_each_refusal_of_a_disk_has_its_sentence(number: int, words: str) -> None:
    """What the kernel says becomes one sentence for the owner."""
    error = OSError(number, os.strerror(number))
    assert words in str(cannot_write(Path("recordings"), error))
