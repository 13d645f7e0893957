"""One segment file being written: header, description, then unit after unit, each in one write.

A write that fails is undone by cutting the file back, so that a file holds whole units but for the
instant of a crash; recovery then cuts the torn tail. After ``sync`` returned, what was written
survives a power cut.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress

from consentry.model.media import KeyFrame, Part
from consentry.model.time import Micros
from consentry.seal import DataKey
from consentry.seal.key_file import sync_folder
from consentry.store.segment_file import (
    Description,
    Place,
    UnitFlag,
    file_header,
    pack_description,
    pack_parts,
    seal_unit,
)
from consentry.store.volume import Volume, cannot_write

Sync = Callable[[int], None]
"""Makes what was written to a file descriptor durable: ``os.fdatasync``, and what tests record."""


class Appender:
    """Owner: the thread that writes the stream. Methods raise StorageError with a sentence."""

    def __init__(
        self,
        volume: Volume,
        place: Place,
        *,
        key: DataKey,
        description: Description,
        sync: Sync = os.fdatasync,
    ) -> None:
        """Make the file and write what it is; nothing of it remains when that fails."""
        path = volume.segment_path(place.camera, place.stream, place.segment)
        self.size = 0
        self.key_frames: list[KeyFrame] = []
        self._volume, self._folder = volume, path.parent
        self._place = place
        self._key = key
        self._sync = sync
        self._sequence = 0
        self._folder_synced = False
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        except OSError as error:
            raise cannot_write(volume.path, error) from error
        try:
            described = self._sealed(
                pack_description(description), media_time=Micros(0), flags=UnitFlag.DESCRIPTION
            )
            self._write(file_header(place.segment) + described)
        except BaseException:
            os.close(self._file)
            with suppress(OSError):
                path.unlink()
            raise

    def append(self, parts: Sequence[Part], *, media_time: Micros, key_frame: bool) -> None:
        """Write the parts as one unit; ``media_time`` counts from the segment's start."""
        flags = UnitFlag.KEY_FRAME if key_frame else UnitFlag.PARTS
        offset = self.size
        self._write(self._sealed(pack_parts(parts), media_time=media_time, flags=flags))
        if key_frame:
            self.key_frames.append(KeyFrame(media_time, offset))

    def sync(self) -> None:
        """Make everything so far survive a power cut."""
        try:
            self._sync(self._file)
            if not self._folder_synced:  # the name of a new file is durable only with its folder
                sync_folder(self._folder)
                self._folder_synced = True
        except OSError as error:
            raise cannot_write(self._volume.path, error) from error

    def close(self) -> None:
        """Sync and close. The file is closed even when the sync fails."""
        try:
            self.sync()
        finally:
            os.close(self._file)

    def _sealed(self, plain: bytes, *, media_time: Micros, flags: UnitFlag) -> bytes:
        return seal_unit(
            self._key,
            self._place,
            plain,
            sequence=self._sequence,
            media_time=media_time,
            flags=flags,
        )

    def _write(self, unit: bytes) -> None:
        try:
            written = os.write(self._file, unit)
            while written < len(unit):  # a disk that fills up takes a part, then refuses
                written += os.write(self._file, memoryview(unit)[written:])
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._file, self.size)
            raise cannot_write(self._volume.path, error) from error
        self.size += len(unit)
        self._sequence += 1
