"""The watcher process: decodes at most 16 cameras' watched streams and sees what moves.

``python -m consentry.home.watcher PIPE ACCESS_UNITS DETECTOR NOTE`` with inherited descriptors. One
thread does it all: messages of the hub and the detector's readiness as they come, access units of
the recorders in bursts, camera by camera. What moves is offered to the detector, newest first; what
it does not take in time is dropped and counted. EOF from the hub ends the process.
"""

import selectors
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from consentry.clock import SystemClock
from consentry.home.access_units import AccessUnit, BurstReader, TrackSeen
from consentry.home.crash_note import CrashNote
from consentry.home.link import STATUS_EVERY, HubLink, begin_child
from consentry.home.looks import CameraSighting, LookSender
from consentry.home.messages import (
    ForgetCamera,
    PictureTaken,
    PictureWanted,
    Seen,
    WatchCamera,
    WatcherStatus,
)
from consentry.model.camera import Camera
from consentry.model.ids import CameraId
from consentry.model.media import VideoTrack
from consentry.model.time import SECOND
from consentry.model.vision import Look, Sighting
from consentry.vision.decoder import StreamDecoder
from consentry.vision.frame import Frame
from consentry.vision.jpeg import encode_jpeg
from consentry.vision.watch import Watch


@dataclass(slots=True)
class _Watched:
    """One camera as this process knows it."""

    camera: Camera
    watch: Watch
    track: VideoTrack | None = None
    decoder: StreamDecoder | None = None
    newest: Frame | None = None


class Watcher:
    """The cameras of this process; owned by its one thread."""

    def __init__(self, link: HubLink, looks: LookSender, note: CrashNote) -> None:
        """Start with no camera."""
        self._link = link
        self._looks = looks
        self._note = note
        self._watched: dict[int, _Watched] = {}
        self._indexes: dict[CameraId, int] = {}
        self._decoded = 0
        self._dropped_looks = 0

    def handle(self, message: object) -> None:
        """Do what the hub says."""
        match message:
            case WatchCamera(index, camera):
                self._put(index, camera)
            case ForgetCamera(camera):
                self._forget(camera)
            case PictureWanted(camera, width):
                self._link.send(PictureTaken(camera, width, self._picture(camera, width)))
            case _:
                pass

    def take(self, items: Iterable[AccessUnit | TrackSeen]) -> None:
        """Decode what the recorders sent, and see what moved."""
        for item in items:
            self._take(item)

    def _take(self, item: AccessUnit | TrackSeen) -> None:
        watched = self._watched.get(item.index)
        if watched is None:
            return
        if isinstance(item, TrackSeen):
            if item.track != watched.track:
                watched.track, watched.decoder = item.track, StreamDecoder(item.track)
            return
        if watched.decoder is None:
            return
        self._note.working_on(item.index)
        for frame in watched.decoder.decode(item.data, item.time, key=item.key):
            self._decoded += 1
            watched.newest = frame
            self._step(watched, frame)

    def found(self, answer: CameraSighting) -> None:
        """Learn what the detector found."""
        watched = self._watched.get(self._indexes.get(answer.camera, -1))
        if watched is not None:
            watched.watch.found(answer.sighting)

    def status(self) -> WatcherStatus:
        """Return the counters."""
        broken = sum(w.decoder.skipped for w in self._watched.values() if w.decoder)
        return WatcherStatus(self._decoded, broken, self._dropped_looks)

    def _step(self, watched: _Watched, frame: Frame) -> None:
        camera = watched.camera.id
        match watched.watch.step(frame):
            case Look() as look:
                replaced = self._looks.put(camera, look)
                if replaced is not None:
                    self._dropped_looks += 1
                    time = replaced.picture.time
                    unseen = Sighting(time, replaced.motion, (), looked=False)
                    self._link.offer(Seen(camera, unseen))
            case Sighting() as sighting:
                self._link.offer(Seen(camera, sighting))
            case None:
                pass

    def _put(self, index: int, camera: Camera) -> None:
        """Watch a camera, or take its changed settings without losing what was learned."""
        known = self._watched.get(index)
        if known is not None and known.camera.masks == camera.masks:
            known.camera = camera
            known.watch.closely = bool(camera.zones)
            return
        self._forget(camera.id)
        self._indexes[camera.id] = index
        self._watched[index] = _Watched(camera, Watch(camera.masks, closely=bool(camera.zones)))

    def _forget(self, camera: CameraId) -> None:
        index = self._indexes.pop(camera, None)
        if index is not None:
            del self._watched[index]
        self._looks.forget(camera)

    def _picture(self, camera: CameraId, width: int | None) -> bytes | None:
        watched = self._watched.get(self._indexes.get(camera, -1))
        if watched is None or watched.newest is None:
            return None
        rgb = watched.newest.picture().rgb
        if width is not None and width < rgb.shape[1]:
            height = max(1, round(rgb.shape[0] * width / rgb.shape[1]))
            rgb = np.asarray(Image.fromarray(rgb).resize((width, height)))
        return encode_jpeg(rgb)


class Loop:
    """Everything the process waits for, on its one thread."""

    def __init__(self, link: HubLink, units: socket.socket, detector: socket.socket) -> None:
        """Take over the three pipes."""
        self._link, self._detector = link, detector
        self._clock = SystemClock()
        self._bursts, self._looks = BurstReader(units, self._clock), LookSender(detector)
        self._selector = selectors.DefaultSelector()
        for pipe in (link, detector):
            self._selector.register(pipe, selectors.EVENT_READ)
        self._writing = False

    def run(self, note: CrashNote) -> None:
        """Work until the hub closes its pipe."""
        watcher = Watcher(self._link, self._looks, note)
        monotonic, bursts = self._clock.monotonic, self._bursts
        told = monotonic()
        while True:
            for key, events in self._selector.select(max(bursts.due - monotonic(), 0) / SECOND):
                if key.fileobj is self._detector:
                    self._serve_detector(watcher, events)
                elif (message := self._link.receive_one()) is not None:
                    if isinstance(message, PictureWanted):
                        watcher.take(bursts.read_all())  # the newest may still wait in the pipe
                    watcher.handle(message)
                else:
                    return
            if monotonic() >= bursts.due:
                watcher.take(bursts.read())
            self._expect_room()
            if monotonic() - told >= STATUS_EVERY:
                told = monotonic()
                self._link.offer(watcher.status())

    def _serve_detector(self, watcher: Watcher, events: int) -> None:
        if events & selectors.EVENT_READ:
            for answer in self._looks.read():
                watcher.found(answer)
        self._looks.flush()

    def _expect_room(self) -> None:
        """Wake up when the detector's pipe has room again, while a look is half sent."""
        if self._looks.wants_to_write is not self._writing:
            self._writing = not self._writing
            interest = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._writing else 0)
            self._selector.modify(self._detector, interest)


def main() -> None:
    """Watch until the hub closes the pipe."""
    pipe, units, detector, number = (int(argument) for argument in sys.argv[1:5])
    link, note = begin_child(pipe, number)
    Loop(link, socket.socket(fileno=units), socket.socket(fileno=detector)).run(note)
    link.close()


if __name__ == "__main__":
    main()
