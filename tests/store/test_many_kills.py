"""Two hundred recorders killed at random moments, four at a time, and every unit they left."""

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from consentry.model.camera import Camera, StreamAddress
from consentry.model.ids import CameraId, SegmentId
from consentry.model.media import StreamName
from consentry.model.time import SECOND, Micros
from consentry.store import cameras, segments
from consentry.store.check import check
from consentry.store.recovery import recover
from consentry.store.segment_file import Place
from consentry.store.segment_reader import SegmentReader
from tests.store.film import START, film
from tests.store.house import House
from tests.store.mortal_recorder import Life, connected, nursery, whole_units

KILLS = 200
CAMERAS = tuple(CameraId(f"camera000000000{n}") for n in range(4))


def opened(house: House, segment: SegmentId, camera: CameraId) -> Iterator[bytes]:
    """Open every unit of a file; yield each one's key and nonce."""
    place = Place(camera, StreamName.MAIN, segment)
    row = house.database.call(segments.get, segment)
    key = house.household.open_key(row.sealed_key, place.context)
    path = house.volume.segment_path(camera, StreamName.MAIN, segment)
    with SegmentReader(path, place) as reader:
        for header in reader.headers():
            if header.sequence:
                assert reader.parts(header, key)
            else:
                assert reader.description(key)
            yield key.reveal() + header.raw[-12:]


@pytest.fixture
def street(house: House) -> House:
    """Return a household with four cameras."""
    for number, camera in enumerate(CAMERAS):
        address = StreamAddress(StreamName.MAIN, f"rtsp://192.0.2.{number}/main")
        house.database.call(cameras.add, Camera(camera, f"Camera {number}", address))
    return house


def test_two_hundred_kills_leave_every_unit_open_and_no_nonce_twice(street: House) -> None:
    """After each four kills every invariant holds; in the end every finished unit opens."""
    house = street
    chance = random.Random(11)  # noqa: S311 - any moment will do
    recorded = film(seconds=120)
    size = sum(len(part.data) for part in recorded.parts)
    seen: dict[str, int] = {}
    killed = number = 0
    with nursery(house, recorded) as address:
        while killed < KILLS:
            number += 1
            start = Micros(START + number * 1_000 * SECOND)
            before = {path: path.stat().st_size for path in house.volume.path.rglob("*.seg")}
            lives = [
                Life(house, camera, connected(address), deaf=bool(number % 2)) for camera in CAMERAS
            ]
            for life in lives:
                life.begin(f"run{number}{life.camera}", start)
            for life in lives:
                known = sum(size for path, size in before.items() if life.camera in path.parts)
                killed += life.kill_after(known + chance.randrange(1, size))
            seen |= {
                path.stem: whole_units(path.read_bytes())
                for path in house.volume.path.rglob("*.seg")
                if path not in before
            }
            recover(house.database, house.volume, house.household, now=start)
            found = check(house.database, house.volume, house.household, samples=4)
            assert found.breaches == ()
    everything = check(house.database, house.volume, house.household, samples=100_000)
    assert everything.breaches == ()
    pairs: Counter[bytes] = Counter()
    for camera in CAMERAS:
        for segment in house.database.call(segments.ids, camera, StreamName.MAIN):
            units = list(opened(house, segment, camera))
            assert len(units) == seen.pop(segment)
            pairs.update(units)
    assert not [count for count in seen.values() if count > 1]  # a description shows nothing
    assert len(pairs) > KILLS
    assert max(pairs.values()) == 1
