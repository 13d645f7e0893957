"""Verifying a whole diary: signature, tree, and every entry that can be read.

Works on the database (``consentry check``) and on a bundle that left the house (``audit_bundle``).
What is damaged is named one by one, and the rest is still read: entries and tree are kept twice, as
commitments and as tiles, so that a flipped bit shows on which side it is.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from consentry.model.errors import IntegrityError
from consentry.store.diary import commitment
from consentry.tlog import Checkpoint, Frontier, Verifier, leaf_hash
from consentry.tlog.frontier import Additions
from consentry.tlog.hashes import HASH_SIZE
from consentry.tlog.tile import WIDTH, Tile, hashes_of

MOST_PROBLEMS = 100
"""Named one by one; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What an entry says, and the salt with which it was committed to."""

    index: int
    salt: bytes
    entry: str


class Source(Protocol):
    """Where a diary lies. Nothing changes while it is read.

    Each call raises IntegrityError with one sentence when its part is missing or unreadable.
    """

    def key(self) -> str:
        """Return the verifier key of its log."""

    def checkpoint(self) -> str:
        """Return the signed checkpoint."""

    def tile(self, tile: Tile) -> bytes:
        """Return a tile's hashes."""

    def commitments(self, tile: Tile) -> list[bytes]:
        """Return the commitments that the leaves of a tile of level 0 are hashes of."""

    def openings(self, tile: Tile) -> Iterable[Opening | str]:
        """Return those of the same leaves' entries that can be read; a sentence for one damaged."""


@dataclass(slots=True)
class Report:
    """What was found; ``problems`` are sentences, none when everything holds."""

    origin: str = "?"
    size: int = 0
    readable: int = 0
    problems: list[str] = field(default_factory=list)
    more: int = 0
    """Problems beyond those named."""

    @property
    def sound(self) -> bool:
        """Tell whether everything holds."""
        return not self.problems

    def add(self, problem: str) -> None:
        """Note a problem."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more += 1


def verify(
    source: Source,
    *,
    since: str | None = None,
    show: Callable[[Opening], None] = lambda _: None,
) -> Report:
    """Verify everything; ``show`` gets each entry that is what was committed to.

    ``since`` is an earlier checkpoint, as somebody kept it: the diary must have grown from it.
    A million entries take about ten seconds.
    """
    report = Report()
    try:
        verifier = Verifier.parse(source.key().strip())
        signed = Checkpoint.open(source.checkpoint(), verifier)
    except IntegrityError as error:
        report.add(str(error))
        return report
    report.origin, report.size = signed.origin, signed.size
    before = _opened(since, verifier, report) if since is not None else None
    walk = _Walk(source, report, show, None if before is None else before.size)
    walk.run(signed.size)
    walk.judge(signed, before)
    return report


def _opened(note: str, verifier: Verifier, report: Report) -> Checkpoint | None:
    try:
        return Checkpoint.open(note, verifier)
    except IntegrityError as error:
        report.add(f"The earlier checkpoint is not this diary's: {error}")
        return None


class _Walk:
    """One pass over all leaves: two trees, one of what the tiles say and one of the commitments."""

    def __init__(
        self,
        source: Source,
        report: Report,
        show: Callable[[Opening], None],
        mark: int | None,
    ) -> None:
        self._source = source
        self._report = report
        self._show = show
        self._mark = mark
        self._stored = Frontier()
        self._computed = Frontier()
        self._marked: tuple[bytes, bytes] | None = None
        """The roots of both at ``mark`` leaves."""
        self._upper: Additions = {}
        """Tiles above level 0, as the leaves' tiles make them."""
        self._differing: list[int] = []

    def run(self, size: int) -> None:
        """Read everything."""
        self._note_mark()
        for number in range(-(-size // WIDTH)):
            self._tile(Tile(0, number, min(WIDTH, size - number * WIDTH)))

    def _tile(self, tile: Tile) -> None:
        stored = self._read(lambda: hashes_of(self._source.tile(tile)), tile)
        known = self._read(lambda: self._source.commitments(tile), tile)
        computed = [leaf_hash(each) for each in known]
        start = tile.number * WIDTH
        if stored and known:
            pairs = zip(stored, computed, strict=True)
            self._differing += (start + at for at, (one, other) in enumerate(pairs) if one != other)
        self._grow(stored or computed, computed or stored)
        self._open(tile, known)

    def _grow(self, stored: list[bytes], computed: list[bytes]) -> None:
        """Grow both trees, stopping where the earlier checkpoint stood."""
        cut = len(stored)
        if self._mark is not None and 0 < self._mark - self._stored.size < cut:
            cut = self._mark - self._stored.size
        for part in (slice(0, cut), slice(cut, None)):
            self._stored, added = self._stored.grow(stored[part])
            self._computed, _ = self._computed.grow(computed[part])
            for place, hashes in added.items():
                if place.level:
                    self._upper[place] = hashes
            self._note_mark()

    def _note_mark(self) -> None:
        if self._stored.size == self._mark:
            self._marked = (self._stored.root, self._computed.root)

    def _open(self, tile: Tile, known: list[bytes]) -> None:
        """Check each entry that can be read against its commitment."""
        start = tile.number * WIDTH
        for opening in self._opened(tile):
            if isinstance(opening, str):
                self._report.add(opening)
                continue
            at = opening.index - start
            if not 0 <= at < tile.width:
                self._report.add(f"Entry {opening.index} lies where it does not belong.")
            elif known and _commits(opening) != known[at]:
                self._report.add(f"Entry {opening.index} was changed: it is not what was written.")
            else:
                self._report.readable += 1
                self._show(opening)

    def _opened(self, tile: Tile) -> Iterator[Opening | str]:
        try:
            yield from self._source.openings(tile)
        except IntegrityError as error:
            self._report.add(str(error))

    def _read(self, read: Callable[[], list[bytes]], tile: Tile) -> list[bytes]:
        """Return what was read; nothing when it is not whole."""
        try:
            found = read()
        except IntegrityError as error:
            self._report.add(str(error))
            return []
        if len(found) != tile.width or any(len(each) != HASH_SIZE for each in found):
            self._report.add(f"{tile.path}, or the entries below it, are cut short.")
            return []
        return found

    def judge(self, signed: Checkpoint, before: Checkpoint | None) -> None:
        """Tell which side is what was signed, and name what is wrong with the other."""
        if self._stored.root == signed.root:
            self._compare_upper()
            for index in self._differing:
                self._report.add(
                    f"The commitment of entry {index} was changed: the tree holds another one."
                )
        elif self._computed.root == signed.root:
            for number in sorted({index // WIDTH for index in self._differing}):
                path = Tile(0, number).path
                self._report.add(f"{path} was changed; the entries below it are whole.")
        else:
            self._report.add(
                "The entries do not add up to what the checkpoint signed: the history was changed."
            )
        if before is not None:
            self._compare_earlier(signed, before)

    def _compare_upper(self) -> None:
        """Compare the tiles above the leaves with what the leaves make of them."""
        whole: dict[tuple[int, int], bytes] = {}
        widest: dict[tuple[int, int], Tile] = {}
        for tile, hashes in self._upper.items():
            place = (tile.level, tile.number)
            whole[place] = whole.get(place, b"") + hashes
            widest[place] = max(tile, widest.get(place, tile))
        for place, tile in widest.items():
            try:
                if self._source.tile(tile) != whole[place]:
                    self._report.add(f"{tile.path} was changed; the entries below it are whole.")
            except IntegrityError as error:
                self._report.add(str(error))

    def _compare_earlier(self, signed: Checkpoint, before: Checkpoint) -> None:
        if self._marked is None:
            self._report.add(
                f"The earlier checkpoint covers {before.size} entries, this diary has "
                f"{signed.size}: it was cut short or rewound."
            )
        elif before.root not in self._marked:
            self._report.add(
                f"The first {before.size} entries are not those of the earlier checkpoint."
            )


def _commits(opening: Opening) -> bytes | None:
    try:
        return commitment(opening.salt, opening.entry)
    except UnicodeEncodeError:  # JSON can spell half of a surrogate pair; no entry ever did
        return None
