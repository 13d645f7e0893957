"""A child process for tests: answers what it is told, crashes or hangs when told so."""

import ctypes
import socket
import sys
import threading
import time

from consentry.home.crash_note import CrashNote
from consentry.home.link import Beat, HubLink


def crash(note: CrashNote) -> None:
    """Die by a segmentation fault while working on stream 42."""
    note.working_on(42)
    ctypes.string_at(0)


def main() -> None:
    """Echo until the hub closes the pipe."""
    pipe, number = (int(argument) for argument in sys.argv[1:3])
    note = CrashNote(number)
    note.arm()
    link = HubLink(socket.socket(fileno=pipe))
    note.working_on(7)
    for message in link.receive():
        match message:
            case Beat():
                pass
            case "live":
                link.offer_live(5, bytes([2, 1, *bytes(6)]) + (99).to_bytes(8), b"media")
            case "crash":
                threading.Thread(target=crash, args=(note,)).start()
            case "hang":
                link.send("hanging")
                time.sleep(60)
            case _:
                link.send(message)
    link.close()


if __name__ == "__main__":
    main()
