"""A log in memory, with every tile it ever wrote."""

from collections.abc import Iterable

from consentry.tlog import Frontier, leaf_hash
from consentry.tlog.tile import Tile


class StoredLog:
    """A log whose tiles lie in a dict; ``frontier`` is its right edge."""

    def __init__(self, entries: Iterable[bytes] = ()) -> None:
        """Append the entries in one go."""
        self.frontier = Frontier()
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.append(entries)

    def append(self, entries: Iterable[bytes]) -> None:
        """Append more."""
        self.frontier, added = self.frontier.grow(map(leaf_hash, entries))
        for tile, hashes in added.items():
            place = (tile.level, tile.number)
            self.tiles[place] = self.tiles.get(place, b"") + hashes
            assert len(self.tiles[place]) == tile.width * 32

    def read(self, tile: Tile) -> bytes:
        """Return a tile."""
        return self.tiles[tile.level, tile.number]
