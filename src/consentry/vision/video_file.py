"""Frames of a video file, whatever container and codec FFmpeg reads."""

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from consentry.model.errors import InputError
from consentry.model.time import SECOND, Micros
from consentry.vision.frame import Frame

_ODD_PACKETS = 64
"""So many undecodable packets in a row mean that nothing more will come."""


class VideoFile:
    """A video file opened for reading once, from front to back.

    Iterating yields a ``Frame`` for every picture, its time counted from the first one. Raises
    InputError, one sentence that names the file, when it is no readable video; a file that breaks
    off is read as far as it goes, and ``broken`` then says so.
    """

    def __init__(self, path: Path) -> None:
        """Remember the path; ``with`` opens it."""
        self.path = path
        self.broken: str | None = None
        self.duration = Micros(0)
        """From the first frame to the end of the newest one read."""
        self._container: InputContainer | None = None

    def __enter__(self) -> Self:
        """Open the file and find its video."""
        if not self.path.is_file():
            what = "this is a folder" if self.path.is_dir() else "there is no such file"
            message = f"{self.path}: {what}."
            raise InputError(message)
        if self.path.stat().st_size == 0:
            message = f"{self.path}: the file is empty."
            raise InputError(message)
        try:
            self._container = av.open(str(self.path), metadata_errors="replace")
        except (FFmpegError, ValueError, OSError) as error:
            message = f"{self.path}: this is not a video that FFmpeg can read."
            raise InputError(message) from error
        if not self._container.streams.video:
            self._container.close()
            message = f"{self.path}: there is no video in this file."
            raise InputError(message)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        if self._container is not None:
            self._container.close()

    def __iter__(self) -> Iterator[Frame]:
        """Yield every decodable picture in order of time."""
        assert self._container is not None  # noqa: S101 - iterate inside `with`
        stream = self._container.streams.video[0]
        stream.codec_context.thread_count = (
            1  # the work of one core, so that figures mean something
        )
        times = _Times(_usual_step(stream))
        for decoded in self._decode(stream):
            time = times.next(_shown(decoded))
            self.duration = Micros(time + times.step)
            yield Frame(decoded, time, _aspect(stream), turns=round(decoded.rotation / 90))
        if not self.duration:
            message = f"{self.path}: not one picture in this file can be decoded."
            raise InputError(message)
        self._notice_a_missing_end(stream)

    def _decode(self, stream: VideoStream) -> Iterator[VideoFrame]:
        """Decode packet by packet: one bad packet must not cost the rest of the file."""
        assert self._container is not None  # noqa: S101 - see __iter__
        bad = 0
        packets = self._container.demux(stream)
        while bad < _ODD_PACKETS:
            try:
                packet = next(packets, None)
            except FFmpegError:
                self.broken = f"{self.path}: the file breaks off; only what came before was read."
                packet = None
            if packet is None:
                break
            try:
                yield from packet.decode()
                bad = 0
            except FFmpegError:
                bad += 1
                self.broken = f"{self.path}: some of its pictures are damaged and were left out."
        with contextlib.suppress(FFmpegError):
            yield from stream.codec_context.decode(None)

    def _notice_a_missing_end(self, stream: VideoStream) -> None:
        """Compare with what the container promised: a cut file often decodes without error."""
        assert self._container is not None  # noqa: S101 - see __iter__
        promised = (
            float(stream.duration * (stream.time_base or 0))
            if stream.duration
            else (self._container.duration or 0) / av.time_base
        )
        read = self.duration / SECOND
        if promised - read > max(1.0, 0.02 * promised):
            self.broken = (
                f"{self.path}: only {read:.1f} s of {promised:.1f} s could be read; "
                "the file is damaged or incomplete."
            )


class _Times:
    """Counts time from the first frame; what has no time of its own follows the frame before."""

    def __init__(self, step: Micros) -> None:
        self.step = step
        self._first: Micros | None = None
        self._newest = Micros(0)

    def next(self, shown: Micros | None) -> Micros:
        """Return when a frame is shown, given its time in the file."""
        if self._first is None:
            self._first = shown or Micros(0)
            return self._newest
        elapsed = self.step if shown is None else shown - self._first - self._newest
        if shown is not None and elapsed < -SECOND:  # the times begin anew in mid-file
            elapsed = self.step
            self._first = Micros(shown - self._newest - elapsed)
        elif elapsed <= 0:  # repeated, or a little back: keep the order decoded
            elapsed = 1
        elif elapsed <= SECOND:
            self.step = Micros(elapsed)
        self._newest = Micros(self._newest + elapsed)
        return self._newest


def _shown(frame: VideoFrame) -> Micros | None:
    """Return the frame's time in its file, exactly, or None where the file has none."""
    if frame.pts is None or frame.time_base is None:
        return None
    return Micros(int(frame.pts * frame.time_base * SECOND))


def _usual_step(stream: VideoStream) -> Micros:
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    return Micros(int(SECOND / rate)) if rate > 0 else Micros(40_000)


def _aspect(stream: VideoStream) -> Fraction:
    aspect = stream.codec_context.sample_aspect_ratio or stream.sample_aspect_ratio
    if aspect is None or not Fraction(1, 8) <= aspect <= 8:  # noqa: PLR2004 - beyond is a broken header
        return Fraction(1)
    return Fraction(aspect)
