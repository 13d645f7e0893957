"""The hub's side of recorder processes that are killed at any moment."""

import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consentry.model.ids import CameraId
from consentry.model.media import StreamName
from consentry.model.time import Micros
from consentry.store.messages import KeyWanted
from consentry.store.segment_file import HEADER_SIZE
from tests.store.film import Film
from tests.store.house import House

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

    def begin(self, run: str, start: Micros) -> None:
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
def nursery(house: House, film: Film) -> Iterator[Path]:
    """Run the process that forks recorders of ``film``; return its socket."""
    film_path, address = house.folder / "film", house.folder / "nursery"
    film_path.write_bytes(pickle.dumps(film))
    command = [sys.executable, "-m", "tests.store.recorder_nursery", str(film_path)]
    command += [str(house.volume.path), house.volume.id, house.household.public.raw.hex()]
    process = subprocess.Popen([*command, str(address), str(house.folder / "journal")])
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


def synced(house: House) -> dict[Path, int]:
    """Return how many bytes of each file its recorder made durable."""
    sizes: dict[Path, int] = {}
    for line in (house.folder / "journal").read_text("utf-8").splitlines():
        path, size = line.rsplit(" ", 1)
        sizes[Path(path)] = int(size)
    return sizes


def whole_units(content: bytes) -> int:
    """Count the whole units of a file by their lengths alone; the first describes the segment."""
    count, offset = 0, HEADER_SIZE
    while offset + 32 <= len(content):
        offset += 32 + LENGTH.unpack_from(content, offset)[0]
        count += offset <= len(content)
    return count
