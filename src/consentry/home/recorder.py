"""The recorder process: a thread for each stream of at most eight cameras.

``python -m consentry.home.recorder PIPE WATCHER LOCK NOTE`` with inherited descriptors: the pipe
to the hub, the pipe to the watcher, the data folder's lock, which thereby stays taken until the
last recorder has closed its segments, and the crash note. EOF from the hub ends it cleanly.
"""

import gc
import logging
import signal
import socket
import sys
import time
from dataclasses import replace

from consentry.clock import SystemClock
from consentry.home.access_units import AccessUnitWriter
from consentry.home.crash_note import CrashNote
from consentry.home.link import HubLink
from consentry.home.logs import set_up_logging
from consentry.home.messages import (
    BeginRecorder,
    CutSegments,
    SealTo,
    StartStream,
    StopStream,
    StreamPlan,
    Unwatch,
    Watch,
)
from consentry.home.stream import Pipes, StreamRecorder
from consentry.model.ids import CameraId
from consentry.model.media import StreamName
from consentry.store.messages import KeyGranted

log = logging.getLogger(__name__)

END_TIMEOUT_S = 2.5
"""How long streams may take to close their segments; the hub waits 4 s before it kills."""

Key = tuple[CameraId, StreamName]


class Recorder:
    """The streams of this process; owned by its main thread."""

    def __init__(self, pipes: Pipes) -> None:
        """Start with no stream."""
        self._pipes = pipes
        self._begin: BeginRecorder | None = None
        self._streams: dict[Key, StreamRecorder] = {}
        self._ending: list[StreamRecorder] = []

    def handle(self, message: object) -> None:
        """Do what the hub says."""
        match message:
            case BeginRecorder():
                self._begin = message
            case SealTo():
                self._seal_to(message)
            case StartStream(plan):
                self._start(plan)
            case StopStream(camera, stream):
                self._stop((camera, stream))
            case KeyGranted(camera, stream) | Watch(camera, stream) | Unwatch(camera, stream):
                if recorder := self._streams.get((camera, stream)):
                    recorder.handle(message)
            case CutSegments(camera):
                for each in [s for (owner, _), s in self._streams.items() if owner == camera]:
                    each.handle(message)
            case _:
                log.error("unknown message: %s", type(message).__name__)

    def close(self) -> None:
        """End every stream, all at once, each closing its segment."""
        for key in list(self._streams):
            self._stop(key)
        latest = time.monotonic() + END_TIMEOUT_S
        for recorder in self._ending:
            recorder.join(max(0.0, latest - time.monotonic()))

    def _seal_to(self, message: SealTo) -> None:
        if self._begin is not None:
            self._begin = replace(self._begin, public=message.public)
        for recorder in self._streams.values():
            recorder.handle(message)

    def _start(self, plan: StreamPlan) -> None:
        if self._begin is None:
            log.error("stream before begin: camera=%s", plan.camera)
            return
        key = (plan.camera, plan.stream)
        before = self._streams.get(key)
        watched = before is not None and before.tap.is_wanted
        self._stop(key)
        recorder = self._streams[key] = StreamRecorder(plan, self._begin, self._pipes)
        if watched:
            recorder.tap.watch()
        recorder.start()

    def _stop(self, key: Key) -> None:
        if recorder := self._streams.pop(key, None):
            recorder.ask_to_stop()
            self._ending = [old for old in self._ending if old.is_alive()]
            self._ending.append(recorder)


def main() -> None:
    """Run until the hub closes the pipe."""
    set_up_logging()
    gc.freeze()  # what was imported stays: collections need not walk through it again and again
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the hub's to handle
    pipe, watcher, _lock, note = (int(argument) for argument in sys.argv[1:5])
    crash_note = CrashNote(note)
    crash_note.arm()
    link = HubLink(socket.socket(fileno=pipe))
    pipes = Pipes(link, AccessUnitWriter(socket.socket(fileno=watcher)), crash_note, SystemClock())
    recorder = Recorder(pipes)
    signal.signal(signal.SIGTERM, lambda *_: link.hang_up())
    for message in link.receive():
        recorder.handle(message)
    recorder.close()
    link.close()


if __name__ == "__main__":
    main()
