"""The right edge of a tree: all that is needed to append to it and to know its root.

The peaks are the roots of the full subtrees from left to right, one for each bit set in the size:
at most 20 for a million leaves. An append costs two hashes on average, whatever the size.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from consentry.tlog.hashes import EMPTY_ROOT, node_hash
from consentry.tlog.tile import HEIGHT, WIDTH, Tile

Additions = dict[Tile, bytes]
"""Hashes to append to tiles: the key's ``width`` is the tile's after it."""


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree's size and the roots of its full subtrees, the largest first. Immutable."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """Return the tree's root."""
        if not self.peaks:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self.peaks))

    def grow(self, leaf_hashes: Iterable[bytes]) -> tuple["Frontier", Additions]:
        """Return the frontier after these leaves, and what to append to which tile."""
        size, peaks = self.size, list(self.peaks)
        added: dict[tuple[int, int], bytearray] = {}
        for leaf in leaf_hashes:
            _put(added, 0, size, leaf)
            peaks.append(leaf)
            size += 1
            height = 0
            while size % (2 << height) == 0:
                right = peaks.pop()
                peaks[-1] = node_hash(peaks[-1], right)
                height += 1
                if height % HEIGHT == 0:
                    _put(added, height // HEIGHT, (size >> height) - 1, peaks[-1])
        grown = {
            Tile(level, number, _width(size, level, number)): bytes(hashes)
            for (level, number), hashes in added.items()
        }
        return Frontier(size, tuple(peaks)), grown


def _put(added: dict[tuple[int, int], bytearray], level: int, place: int, hash_: bytes) -> None:
    added.setdefault((level, place // WIDTH), bytearray()).extend(hash_)


def _width(size: int, level: int, number: int) -> int:
    return min(WIDTH, (size >> (HEIGHT * level)) - number * WIDTH)
