"""Two hundred recorders killed at random moments, four at a time, and every unit they left."""

import os
import pickle
import random
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from consentry.model.camera import Camera, StreamAddress
from consentry.model.ids import CameraId, SegmentId
from consentry.model.media import StreamName
from consentry.model.time import SECOND, Micros
from consentry.store import cameras, segments
from consentry.store.check import check
from consentry.store.messages import KeyWanted
from consentry.store.recovery import recover
from consentry.store.segment_file import HEADER_SIZE, Place
from consentry.store.segment_reader import SegmentReader
from tests.store.film import START, film
from tests.store.house import House

KILLS = 200
CAMERAS = tuple(CameraId(f"camera000000000{n}") for n in range(4))
LENGTH_S = 120
LENGTH = struct.Struct(">I")
PATIENCE_S = 120


@dataclass
class Life:
    """The hub's side of one recorder, from its birth to its death."""

    house: House
    camera: CameraId
    hub: socket.socket
    deaf: bool
    """The hub dies before the recorder: what that says last is never heard."""

    def begin(self, run: str, start: int) -> None:
        """Say what to record; messages are received on a thread."""
        self.hub.sendall(f"{self.camera} {run} {start}\n".encode())
        self._told = self.hub.makefile("rb")
        pid = self._next()
        assert isinstance(pid, int)
        self._pid = pid
        self._serving = threading.Thread(target=self._serve)
        self._serving.start()

    def kill_after(self, written: int) -> bool:
        """Kill it without warning when its camera has so many bytes; False: it was over already."""
        pause = threading.Event()
        while self._serving.is_alive() and self._written() < written:
            pause.wait(0.0005)
        alive = True
        try:
            os.kill(self._pid, signal.SIGKILL)
        except ProcessLookupError:
            alive = False
        self._serving.join(PATIENCE_S)
        assert not self._serving.is_alive()
        self._told.close()
        self.hub.close()
        return alive

    def _written(self) -> int:
        folder = self.house.volume.path / self.camera / StreamName.MAIN.value
        with suppress(FileNotFoundError):
            return sum(entry.stat().st_size for entry in os.scandir(folder))
        return 0

    def _serve(self) -> None:
        while (message := self._next()) is not None:
            if isinstance(message, KeyWanted) or not self.deaf:
                self.house.receive(message)
            if isinstance(message, KeyWanted):
                with suppress(OSError):  # it was killed meanwhile
                    self.hub.sendall(f"{message.segment}\n".encode())

    def _next(self) -> Any:  # noqa: ANN401 - what our own child says
        try:
            head = self._told.read(LENGTH.size)
            content = self._told.read(LENGTH.unpack(head)[0])
        except (OSError, struct.error):  # killed: nothing more comes
            return None
        try:
            return pickle.loads(content)  # noqa: S301 - our own child wrote it
        except (EOFError, pickle.UnpicklingError):  # killed while it spoke
            return None


@contextmanager
def nursery(house: House) -> Iterator[Path]:
    """Run the process that forks recorders; return its socket."""
    film_path, address = house.folder / "film", house.folder / "nursery"
    film_path.write_bytes(pickle.dumps(film(seconds=LENGTH_S)))
    command = [sys.executable, "-m", "tests.store.recorder_nursery", str(film_path)]
    command += [str(house.volume.path), house.volume.id, house.household.public.raw.hex()]
    process = subprocess.Popen([*command, str(address)])
    try:
        pause = threading.Event()
        for _ in range(PATIENCE_S * 100):
            if address.exists() or process.poll() is not None:
                break
            pause.wait(0.01)
        yield address
    finally:
        process.kill()
        process.wait()


def connected(address: Path) -> socket.socket:
    """Return a connection on which a recorder is born; the path may be longer than sockets take."""
    hub = socket.socket(socket.AF_UNIX)
    hub.settimeout(PATIENCE_S)
    hub.connect(os.path.relpath(address))
    return hub


def whole_units(path: Path) -> int:
    """Count the whole units of a file by their lengths alone."""
    content, count, offset = path.read_bytes(), 0, HEADER_SIZE
    while offset + 32 <= len(content):
        offset += 32 + LENGTH.unpack_from(content, offset)[0]
        count += offset <= len(content)
    return count


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
    size = sum(len(part.data) for part in film(seconds=LENGTH_S).parts)
    seen: dict[str, int] = {}
    killed = number = 0
    with nursery(house) as address:
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
                path.stem: whole_units(path)
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
