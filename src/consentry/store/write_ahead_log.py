"""SQLite's write-ahead log as it lies on the disk: which pages it holds, and if they are whole.

SQLite reads it up to the first frame that is spoilt and takes the rest for never written. Its pages
have no twin in the mirror yet; one of which a single bit has flipped is changed back all the same.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from consentry.store.page import PAGE, is_whole, without_flipped_bit

_HEADER, _FRAME_HEADER = 32, 24
_TRIED = 4
"""Frames in which a flipped bit is looked for; a power cut leaves more that were half written."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A page in the write-ahead log; ``commits`` where a transaction ends with it."""

    page: int
    offset: int
    commits: bool


class WriteAheadLog:
    """The log of one database. Raises OSError when its disk fails."""

    def __init__(self, database: Path, key: bytes) -> None:
        """Look beside ``database``, which is encrypted with the raw ``key``."""
        self._path = database.with_name(f"{database.name}-wal")
        self._key = key
        self._vain: set[bytes] = set()
        """Pages in which more than a bit has changed: looking for it again would only take time."""

    def frames(self) -> tuple[Frame, ...]:
        """Return the frames of the newest round, without judging whether they are whole.

        SQLite's file format, 4.1: the salts of older rounds differ from the header's. Where that
        one is spoilt, the first frame is of the newest round.
        """
        try:
            with self._path.open("rb") as file:
                header = file.read(_HEADER)
                heads = []
                while len(head := file.read(_FRAME_HEADER)) == _FRAME_HEADER:
                    heads.append(head)
                    file.seek(PAGE, os.SEEK_CUR)
        except FileNotFoundError:
            return ()
        salts = header[16:24] if _is_whole_header(header) else b"".join(heads[:1])[8:16]
        return tuple(
            Frame(
                int.from_bytes(head[:4]),
                offset=_HEADER + index * (_FRAME_HEADER + PAGE) + _FRAME_HEADER,
                commits=head[4:8] != bytes(4),
            )
            for index, head in enumerate(heads)
            if head[8:16] == salts
        )

    def mend(self) -> int:
        """Change flipped bits back; return how many pages are whole again."""
        if not (written := self.frames()):
            return 0
        mended = tried = 0
        with self._path.open("r+b", buffering=0) as file:
            for frame in written:
                page = os.pread(file.fileno(), PAGE, frame.offset)
                if tried == _TRIED or page in self._vain or is_whole(page, frame.page, self._key):
                    continue
                tried += 1
                if whole := without_flipped_bit(page, frame.page, self._key):
                    os.pwrite(file.fileno(), whole, frame.offset)
                    mended += 1
                else:
                    self._vain.add(page)
            os.fdatasync(file.fileno())
        return mended


def _is_whole_header(header: bytes) -> bool:
    """Tell whether the log's header carries its own checksum (file format, 4.2)."""
    order: Literal["big", "little"] = "big" if header[3:4] == b"\x83" else "little"
    words = [int.from_bytes(header[at : at + 4], order) for at in range(0, 24, 4)]
    first = second = 0
    for one, other in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) % 2**32
        second = (second + other + first) % 2**32
    return header[24:] == first.to_bytes(4) + second.to_bytes(4)
