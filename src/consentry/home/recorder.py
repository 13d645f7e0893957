"""The recorder process: a thread for each stream of at most eight cameras.

``python -m consentry.home.recorder PIPE WATCHER LOCK NOTE`` with inherited descriptors: the pipe
to the hub, the pipe to the watcher, the data folder's lock, which thereby stays taken until the
last recorder has closed its segments, and the crash note. EOF from the hub ends it cleanly.
"""

import logging
import os
import socket
import sys
import time
import traceback
from dataclasses import replace
from typing import NoReturn

from consentry.clock import Clock, SystemClock
from consentry.home.access_units import AccessUnitWriter
from consentry.home.crash_note import STOOD_STILL, CrashNote
from consentry.home.link import Beat, begin_child
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
"""How long streams may take to close their segments; the hub kills after 3.5 s (``child``)."""

LOOK_SECONDS = 0.5
"""Beats that come faster waited in the pipe while this process stood still: they are one look."""

Key = tuple[CameraId, StreamName]


class Recorder:
    """The streams of this process; owned by its main thread."""

    def __init__(self, pipes: Pipes) -> None:
        """Start with no stream."""
        self._pipes = pipes
        self._begin: BeginRecorder | None = None
        self._streams: dict[Key, StreamRecorder] = {}
        self._ending: list[StreamRecorder] = []
        self._looked_at = time.monotonic()
        self.stuck: StreamRecorder | None = None
        """The stream whose thread stands still: this process should end and be replaced."""

    def handle(self, message: object) -> None:
        """Do what the hub says."""
        match message:
            case Beat():
                self._look_after_threads()
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
        """End every stream, all at once, each closing its segment; who is stuck is left behind."""
        for key in list(self._streams):
            self._stop(key)
        latest = time.monotonic() + END_TIMEOUT_S
        for recorder in self._ending:
            if recorder is not self.stuck:
                recorder.join(max(0.0, latest - time.monotonic()))

    def _look_after_threads(self) -> None:
        """Find the stream whose thread stands still; what waits for its disk is told as trouble."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = now
        for recorder in (*self._streams.values(), *self._ending):
            stands = recorder.pulse.stood_still() and recorder.is_alive()
            waits = stands and recorder.pulse.at_disk.busy
            recorder.tell_of_disk(mute=waits)
            if stands and not waits:
                self.stuck = recorder

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


def main(clock: Clock | None = None) -> None:
    """Run until the hub closes the pipe, or a thread stands still."""
    pipe, watcher, _lock, note = (int(argument) for argument in sys.argv[1:5])
    link, crash_note = begin_child(pipe, note)
    units = AccessUnitWriter(socket.socket(fileno=watcher))
    recorder = Recorder(Pipes(link, units, crash_note, clock or SystemClock()))
    for message in link.receive():
        recorder.handle(message)
        if recorder.stuck is not None:
            break
    recorder.close()
    link.close()
    if recorder.stuck is not None:
        _give_up(recorder.stuck, crash_note)


def _give_up(stuck: StreamRecorder, note: CrashNote) -> NoReturn:
    """End the process at once, saying because of which thread and where that stands.

    A thread cannot be ended from outside, and what it holds (a lock, a connection that the camera
    grants once) only goes with its process. The other streams have closed their segments.
    """
    thread = stuck.ident or 0
    note.accuse(thread)
    where = "".join(traceback.format_stack(sys._current_frames().get(thread)))  # noqa: SLF001
    log.error("a thread stands still: %s\n%s", stuck.name, where)
    os._exit(STOOD_STILL)


if __name__ == "__main__":
    main()
