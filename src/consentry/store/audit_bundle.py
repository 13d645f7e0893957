"""A diary as one file that leaves the house: a ZIP in the layout of c2sp.org/tlog-tiles.

    README.txt              what this is, for whoever finds it
    key                     verifier key of a signed note
    checkpoint              signed note
    tile/L/N[.p/W]          tiles of the tree
    tile/entries/N[.p/W]    commitments of 256 leaves, each after its length (u16)
    openings/N.jsonl        {"index", "salt" (base64), "entry"}, a line each, erased ones left out

Nothing is compressed and the ZIP's own checksums are not asked: the tree tells of every bit, and
one that flipped costs the entry it lies in and not its neighbours. See docs/design/formats.md.
"""

import base64
import binascii
import json
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import apsw

from consentry.model.errors import InputError, IntegrityError
from consentry.store import diary
from consentry.store.audit import Opening
from consentry.tlog import Checkpoint
from consentry.tlog.hashes import HASH_SIZE
from consentry.tlog.tile import WIDTH, Tile, number_path, tiles

_LENGTH_SIZE = 2
_README = """\
consentry diary bundle 1

The diary of looks of a Consentry hub: who looked through which camera, when and for how long.
"consentry audit verify" checks it without the hub. Layout: c2sp.org/tlog-tiles; the lines in
openings/ are the entries that were not erased.
"""
_LOCAL_HEADER = struct.Struct("<26xHH")
"""Of a ZIP's member, before its name: the lengths of name and extra field."""


class DatabaseDiary:
    """The diary in the database, within one transaction."""

    def __init__(self, connection: apsw.Connection) -> None:
        """Take the connection of ``Database.run`` or ``call``."""
        self._connection = connection

    def key(self) -> str:
        """Return the verifier key."""
        return diary.verifier_key(self._connection)

    def checkpoint(self) -> str:
        """Return the signed checkpoint."""
        return diary.signed_checkpoint(self._connection)

    def tile(self, tile: Tile) -> bytes:
        """Return a tile's hashes."""
        return diary.read_tile(self._connection, tile)

    def commitments(self, tile: Tile) -> list[bytes]:
        """Return the leaves' commitments."""
        leaves = diary.leaves(self._connection, start=_start(tile), end=_start(tile) + tile.width)
        if [leaf.index for leaf in leaves] != list(range(_start(tile), _start(tile) + tile.width)):
            message = f"Entries are missing between {_start(tile)} and {_start(tile) + tile.width}."
            raise IntegrityError(message)
        return [leaf.commitment for leaf in leaves]

    def openings(self, tile: Tile) -> Iterator[Opening]:
        """Return the entries that were not erased."""
        end = _start(tile) + tile.width
        for leaf in diary.leaves(self._connection, start=_start(tile), end=end):
            if leaf.salt is not None and leaf.entry is not None:
                yield Opening(leaf.index, leaf.salt, leaf.entry)


def write(connection: apsw.Connection, path: Path) -> Checkpoint:
    """Write the whole diary into a new file and return what its checkpoint says."""
    source = DatabaseDiary(connection)
    note = source.checkpoint()
    signed = Checkpoint.parse(note.rpartition("\n\n")[0] + "\n")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as bundle:
        bundle.writestr("README.txt", _README)
        bundle.writestr("key", source.key() + "\n")
        bundle.writestr("checkpoint", note)
        for tile in tiles(signed.size):
            bundle.writestr(tile.path, source.tile(tile))
            if tile.level == 0:
                packed = b"".join(
                    len(each).to_bytes(_LENGTH_SIZE, "big") + each
                    for each in source.commitments(tile)
                )
                bundle.writestr(_entries(tile), packed)
                bundle.writestr(_openings(tile), "".join(map(_line, source.openings(tile))))
    return signed


class BundleDiary:
    """A bundle, opened for reading. A context manager."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises InputError when it is no bundle at all."""
        try:
            self._file = path.open("rb")
        except OSError as error:
            message = f"{path} cannot be opened: {error.strerror}."
            raise InputError(message) from error
        try:
            self._bundle = zipfile.ZipFile(self._file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            self._file.close()
            message = f"{path} is no diary bundle, or its list of contents is damaged."
            raise InputError(message) from error

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._bundle.close()
        self._file.close()

    def key(self) -> str:
        """Return the verifier key."""
        return self._text("key")

    def checkpoint(self) -> str:
        """Return the signed checkpoint."""
        return self._text("checkpoint")

    def tile(self, tile: Tile) -> bytes:
        """Return a tile's hashes."""
        return self._read(tile.path)

    def commitments(self, tile: Tile) -> list[bytes]:
        """Return the leaves' commitments."""
        packed = self._read(_entries(tile))
        size = _LENGTH_SIZE + HASH_SIZE
        found = [packed[at : at + size] for at in range(0, len(packed), size)]
        length = HASH_SIZE.to_bytes(_LENGTH_SIZE, "big")
        if any(not each.startswith(length) for each in found):
            message = f"{_entries(tile)} in the bundle was changed: its lengths are wrong."
            raise IntegrityError(message)
        return [each.removeprefix(length) for each in found]

    def openings(self, tile: Tile) -> Iterator[Opening | str]:
        """Return the entries in the bundle; a sentence for a line that is none."""
        for line in self._text(_openings(tile)).removesuffix("\n").split("\n"):
            if line:
                yield _opening(line) or f"A line of {_openings(tile)} was changed: it is no entry."

    def _read(self, name: str) -> bytes:
        message = f"{name} is missing in the bundle."
        try:
            member = self._bundle.getinfo(name)
            self._file.seek(member.header_offset)
            lengths = _LOCAL_HEADER.unpack(self._file.read(_LOCAL_HEADER.size))
            self._file.seek(sum(lengths), 1)
            return self._file.read(member.file_size)
        except (KeyError, OSError, ValueError, struct.error):
            raise IntegrityError(message) from None

    def _text(self, name: str) -> str:
        """Return a member as text; bytes that are none spoil their own line only."""
        return self._read(name).decode(errors="replace")


def _line(opening: Opening) -> str:
    salt = base64.b64encode(opening.salt).decode("ascii")
    line = {"index": opening.index, "salt": salt, "entry": opening.entry}
    return json.dumps(line, ensure_ascii=False) + "\n"


def _opening(line: str) -> Opening | None:
    try:
        match json.loads(line):
            case {"index": int(index), "salt": str(salt), "entry": str(entry)}:
                return Opening(index, base64.b64decode(salt, validate=True), entry)
    except (ValueError, binascii.Error, RecursionError):
        pass
    return None


def _start(tile: Tile) -> int:
    return tile.number * WIDTH


def _entries(tile: Tile) -> str:
    return f"tile/entries/{number_path(tile.number, tile.width)}"


def _openings(tile: Tile) -> str:
    return f"openings/{number_path(tile.number)}.jsonl"
