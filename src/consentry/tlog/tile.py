"""Tiles: 256 neighbouring hashes of one level, the form in which a tree is stored and handed out.

A hash of level 0 is a leaf's; one of level n + 1 is the root of a full tile of level n. Partial
tiles are those at the right edge. See c2sp.org/tlog-tiles.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from consentry.tlog.hashes import HASH_SIZE

HEIGHT = 8
WIDTH = 1 << HEIGHT

ReadTile = Callable[["Tile"], bytes]
"""Returns the tile's hashes, at least its ``width`` of them; raises IntegrityError when missing."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """The place of a tile, and how many hashes it holds in a tree of a certain size."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return where C2SP logs serve it: ``tile/0/x001/x234/067.p/12``."""
        return f"tile/{self.level}/{number_path(self.number, self.width)}"


def number_path(number: int, width: int = WIDTH) -> str:
    """Return a tile's number in groups of three digits, all but the last marked with an x."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03}")
    return "/".join(groups) + ("" if width == WIDTH else f".p/{width}")


def tiles(size: int) -> Iterator[Tile]:
    """Yield every tile of a tree of ``size`` leaves, level by level."""
    level, hashes = 0, size
    while hashes:
        full, rest = divmod(hashes, WIDTH)
        yield from (Tile(level, number) for number in range(full))
        if rest:
            yield Tile(level, full, rest)
        level, hashes = level + 1, full


def hashes_of(tile: bytes) -> list[bytes]:
    """Return the single hashes of a tile's bytes."""
    return [tile[at : at + HASH_SIZE] for at in range(0, len(tile), HASH_SIZE)]
