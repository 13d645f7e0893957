"""A stored tree of a given size: its root and its proofs, read from tiles.

With a million leaves a proof touches at most six tiles of 255 hashes (0.5 ms). What was computed is
kept for the life of the object, so that the proofs of neighbours cost less: make one for a request
and drop it.
"""

from consentry.tlog.frontier import Frontier
from consentry.tlog.hashes import EMPTY_ROOT, node_hash, split
from consentry.tlog.tile import HEIGHT, WIDTH, ReadTile, Tile, hashes_of

Hashes = tuple[bytes, ...]


class Tree:
    """The first ``size`` leaves of a log; ``read`` gives its tiles. Not for several threads."""

    def __init__(self, size: int, read: ReadTile) -> None:
        """Read nothing yet."""
        self.size = size
        self._read = read
        self._layers: dict[tuple[int, int], list[list[bytes]]] = {}

    @property
    def root(self) -> bytes:
        """Return the root hash."""
        return self._range(0, self.size) if self.size else EMPTY_ROOT

    def frontier(self) -> Frontier:
        """Return the right edge, to append to."""
        peaks, start = [], 0
        for height in reversed(range(self.size.bit_length())):
            if self.size >> height & 1:
                peaks.append(self._node(height, start >> height))
                start += 1 << height
        return Frontier(self.size, tuple(peaks))

    def leaf(self, index: int) -> bytes:
        """Return the hash of one leaf."""
        return self._node(0, index)

    def inclusion(self, index: int) -> Hashes:
        """Return the proof that leaf ``index`` is in this tree (RFC 6962, 2.1.1)."""
        proof: list[bytes] = []
        start, end = 0, self.size
        while end - start > 1:
            middle = start + split(end - start)
            if index < middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start = middle
        return tuple(reversed(proof))

    def consistency(self, old: int) -> Hashes:
        """Return the proof that the tree of ``old`` leaves is where this one began (2.1.2)."""
        if old in {0, self.size}:
            return ()
        proof: list[bytes] = []
        start, end = 0, self.size
        while old < end:
            middle = start + split(end - start)
            if old <= middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start = middle
        if start:
            proof.append(self._range(start, end))
        return tuple(reversed(proof))

    def _range(self, start: int, end: int) -> bytes:
        """Return the root over leaves ``start`` to ``end``."""
        size = end - start
        if size & (size - 1) == 0:
            height = size.bit_length() - 1
            return self._node(height, start >> height)
        middle = start + split(size)
        return node_hash(self._range(start, middle), self._range(middle, end))

    def _node(self, height: int, place: int) -> bytes:
        """Return the root of a full subtree of ``2 ** height`` leaves."""
        level, above = divmod(height, HEIGHT)
        number, at = divmod(place << above, WIDTH)
        layers = self._layers.get((level, number))
        if layers is None:
            layers = self._layers[level, number] = self._layered(level, number)
        return layers[above][at >> above]

    def _layered(self, level: int, number: int) -> list[list[bytes]]:
        """Return a tile's hashes, the nodes over each pair of them, and so on to its root."""
        width = min(WIDTH, (self.size >> (HEIGHT * level)) - number * WIDTH)
        layers = [hashes_of(self._read(Tile(level, number, width)))]
        while len(layers[-1]) > 1:
            pairs = iter(layers[-1])  # an odd one out at the edge has no node yet
            layers.append(
                [node_hash(left, right) for left, right in zip(pairs, pairs, strict=False)]
            )
        return layers
