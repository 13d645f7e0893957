"""A recorder process for crash tests: writes a pickled film as fast as it goes, until it is killed.

The parent is the hub. Each message goes to stdout as one pickled frame; grants come back on stdin,
one segment id a line. With ``--journal FILE`` every successful fdatasync appends "path size" there,
so that a test can throw away what a power cut would have.
"""

import argparse
import os
import pickle
import struct
import sys
import threading
from pathlib import Path

from consentry.model.ids import SegmentId
from consentry.model.media import StreamName
from consentry.seal import HouseholdPublic
from consentry.store.messages import WriterMessage
from consentry.store.segment_writer import SegmentWriter
from consentry.store.volume import Volume
from tests.store.film import Film
from tests.store.house import DOOR, HandClock


def main() -> None:
    """Write until the film ends or somebody kills us; film time passes as its parts arrive."""
    parser = argparse.ArgumentParser()
    parser.add_argument("film", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("volume")
    parser.add_argument("public")
    parser.add_argument("--journal", type=Path)
    arguments = parser.parse_args()
    film: Film = pickle.loads(arguments.film.read_bytes())  # noqa: S301 - our parent wrote it

    def sync(descriptor: int) -> None:
        os.fdatasync(descriptor)
        if arguments.journal is not None:
            path = Path(f"/proc/self/fd/{descriptor}").readlink()
            size = os.fstat(descriptor).st_size
            with arguments.journal.open("a", encoding="utf-8") as journal:
                journal.write(f"{path} {size}\n")

    clock = HandClock()
    granted = threading.Event()
    writer = SegmentWriter(
        DOOR,
        StreamName.MAIN,
        volume=Volume(arguments.folder, arguments.volume),
        public=HouseholdPublic(bytes.fromhex(arguments.public)),
        emit=emit,
        clock=clock,
        sync=sync,
    )
    threading.Thread(target=listen, args=(writer, granted), daemon=True).start()
    granted.wait()
    writer.begin(film.run)
    for part in film.parts:
        clock.pass_time(max(0, part.arrival - clock.wall()))
        writer.write(part)
    writer.close()
    sys.stdin.close()
    os._exit(0)


def emit(message: WriterMessage) -> None:
    """Send a message to the parent."""
    content = pickle.dumps(message)
    sys.stdout.buffer.write(struct.pack(">I", len(content)) + content)
    sys.stdout.buffer.flush()


def listen(writer: SegmentWriter, granted: threading.Event) -> None:
    """Pass grants on."""
    for line in sys.stdin:
        writer.grant(SegmentId(line.strip()))
        granted.set()


if __name__ == "__main__":
    main()
