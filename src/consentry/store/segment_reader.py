"""Reads one segment file: finds its units without a key, opens them with it.

Works on a file that is still being written: a unit that is not whole yet is simply not there.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from consentry.model.errors import IntegrityError, NotFoundError, StorageError
from consentry.model.media import KeyFrame, Part
from consentry.seal import DataKey
from consentry.store.segment_file import (
    HEADER_SIZE,
    UNIT_HEADER_SIZE,
    Description,
    Place,
    UnitFlag,
    UnitHeader,
    check_file_header,
    open_unit,
    parse_unit_header,
    unpack_description,
    unpack_parts,
)


class SegmentReader:
    """An open segment file. Reads by ``pread``: no position is shared, threads may."""

    def __init__(self, path: Path, place: Place) -> None:
        """Open the file; NotFoundError when it is gone, IntegrityError when it is another."""
        self._place = place
        try:
            self._file = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            message = f"The file of segment {place.segment} is missing."
            raise NotFoundError(message) from None
        except OSError as error:
            message = f"The recording {path} cannot be read: {error.strerror}."
            raise StorageError(message) from error
        try:
            check_file_header(self._read(0, HEADER_SIZE), place.segment)
        except BaseException:
            os.close(self._file)
            raise

    @property
    def size(self) -> int:
        """Bytes of the file now."""
        return os.fstat(self._file).st_size

    def headers(self, offset: int = HEADER_SIZE, end: int | None = None) -> Iterator[UnitHeader]:
        """Walk the whole units from ``offset`` on, 32 bytes each, up to ``end`` or a torn tail.

        IntegrityError where something else than a unit or its beginning stands.
        """
        size = self.size
        stop = size if end is None else min(end, size)
        while offset + UNIT_HEADER_SIZE <= stop:
            header = parse_unit_header(self._read(offset, UNIT_HEADER_SIZE), offset)
            if header.end > size:
                return
            yield header
            offset = header.end

    def parts(self, header: UnitHeader, key: DataKey) -> tuple[Part, ...]:
        """Open a unit of parts; none in a description."""
        if header.flags is UnitFlag.DESCRIPTION:
            return ()
        return unpack_parts(self._open(header, key))

    def description(self, key: DataKey) -> Description:
        """Open unit 0; IntegrityError when it is not there."""
        header = next(self.headers(), None)
        if header is None or header.flags is not UnitFlag.DESCRIPTION:
            message = f"The file of segment {self._place.segment} has no description."
            raise IntegrityError(message)
        return unpack_description(self._open(header, key))

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _open(self, header: UnitHeader, key: DataKey) -> bytes:
        sealed = self._read(header.offset + UNIT_HEADER_SIZE, header.length)
        return open_unit(key, self._place, header, sealed)

    def _read(self, offset: int, size: int) -> bytes:
        try:
            return os.pread(self._file, size, offset)
        except OSError as error:
            message = (
                f"The recording disk fails at segment {self._place.segment}: {error.strerror}."
            )
            raise StorageError(message) from error


def key_frames_of(headers: Iterator[UnitHeader]) -> tuple[KeyFrame, ...]:
    """Return the table of key frames that the headers tell."""
    return tuple(
        KeyFrame(header.media_time, header.offset)
        for header in headers
        if header.flags is UnitFlag.KEY_FRAME
    )
