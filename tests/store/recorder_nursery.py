"""Recorder processes by the hundred: a process that imports once and forks a recorder each time.

A hub at its side connects to the socket and says on one line which camera, which run and which
moment; the fork answers with its process id and then writes a pickled film, as fast as it goes,
until it is killed or the film ends. Messages go out as pickled frames, grants come back, one
segment id a line. Every successful fdatasync appends "path size" to the journal, so that a test can
throw away what a power cut would have.
"""

import argparse
import os
import pickle
import signal
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from consentry.model.ids import CameraId, RunId, SegmentId
from consentry.model.media import StreamName
from consentry.model.time import Micros
from consentry.seal import HouseholdPublic
from consentry.store.messages import WriterMessage
from consentry.store.segment_writer import SegmentWriter
from consentry.store.volume import Volume
from tests.store.film import Film
from tests.store.house import HandClock

LENGTH = struct.Struct(">I")


def main() -> None:
    """Fork a recorder for each connection, until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("film", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("volume")
    parser.add_argument("public")
    parser.add_argument("address")
    parser.add_argument("journal", type=Path)
    arguments = parser.parse_args()
    film: Film = pickle.loads(arguments.film.read_bytes())  # noqa: S301 - our parent wrote it
    volume = Volume(arguments.folder, arguments.volume)
    public = HouseholdPublic(bytes.fromhex(arguments.public))

    def sync(descriptor: int) -> None:
        os.fdatasync(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        size = os.fstat(descriptor).st_size
        with arguments.journal.open("a", encoding="utf-8") as journal:
            journal.write(f"{path} {size}\n")

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as nursery:
        nursery.bind(arguments.address)
        nursery.listen()
        while True:
            hub, _ = nursery.accept()
            if os.fork() == 0:
                nursery.close()
                record(hub, film, volume, public, sync)
                os._exit(0)
            hub.close()


def record(
    hub: socket.socket,
    film: Film,
    volume: Volume,
    public: HouseholdPublic,
    sync: Callable[[int], None],
) -> None:
    """Write the film as a new run of one camera; film time passes as its parts arrive."""
    told = hub.makefile("r", encoding="ascii")
    camera, run, start = told.readline().split()
    send(hub, os.getpid())
    clock, granted = HandClock(Micros(int(start))), threading.Event()
    writer = SegmentWriter(
        CameraId(camera),
        StreamName.MAIN,
        volume=volume,
        public=public,
        emit=lambda message: send(hub, message),
        clock=clock,
        sync=sync,
    )

    def listen() -> None:
        for line in told:
            writer.grant(SegmentId(line.strip()))
            granted.set()

    threading.Thread(target=listen, daemon=True).start()
    granted.wait()
    later = int(start) - film.run.start
    writer.begin(replace(film.run, id=RunId(run), start=Micros(int(start))))
    for part in film.parts:
        arrival = Micros(part.arrival + later)
        clock.pass_time(max(0, arrival - clock.wall()))
        writer.write(replace(part, arrival=arrival))
    writer.close()


def send(hub: socket.socket, message: WriterMessage | int) -> None:
    """Send one frame."""
    content = pickle.dumps(message)
    hub.sendall(LENGTH.pack(len(content)) + content)


if __name__ == "__main__":
    main()
