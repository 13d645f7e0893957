"""The diary of looks in the database: a transparency log whose leaves are salted commitments.

The tree covers SHA-256(salt + entry) and never the entry itself: destroying salt and entry erases
what is said about a person, and every proof still holds. What is signed, proven and kept by
browsers is ``tlog``'s; here is where it lies and how it is written.

``Log`` is the state needed to append. Its one owner (``home.diary``) replaces it by what ``append``
returns once the transaction is durable.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

import apsw

from consentry.model.diary import Leaf, Noted
from consentry.model.errors import ConflictError, IntegrityError, NotFoundError, Reason
from consentry.model.ids import CameraId, MemberId, random_id
from consentry.model.time import Micros
from consentry.store import document
from consentry.tlog import (
    Checkpoint,
    Frontier,
    Hashes,
    Signer,
    Tree,
    Verifier,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from consentry.tlog.frontier import Additions
from consentry.tlog.hashes import HASH_SIZE
from consentry.tlog.tile import Tile

log = logging.getLogger(__name__)

Proven = TypeVar("Proven")

SALT_SIZE = 32
_LOST = bytes(HASH_SIZE)  # stands for a commitment that is gone; no entry commits to it
_MENDED_AT_ONCE = 65_536


@dataclass(frozen=True, slots=True)
class Log:
    """The log as it stands. ``sound``: it still is what its last checkpoint signed."""

    signer: Signer
    frontier: Frontier
    sound: bool = True

    @property
    def verifier(self) -> Verifier:
        """Return the key that browsers keep."""
        return self.signer.verifier

    def checkpoint(self) -> Checkpoint:
        """Return the present state, to be signed."""
        return Checkpoint(self.verifier.name, self.frontier.size, self.frontier.root)


def open_log(connection: apsw.Connection) -> Log:
    """Return the log, begun at the first start.

    Tiles that do not fit the signed checkpoint are made anew from the leaves. When the leaves
    themselves do not fit it, the log goes on all the same (``sound`` is False): whoever kept a
    checkpoint will find that out, and looks must be written down.
    """
    row = connection.execute("SELECT origin, private, checkpoint FROM diary").fetchone()
    if row is None:
        return _begin(connection)
    origin, private, note = row
    signer, count = Signer(origin, private), _count(connection)
    signed = _signed(note, signer.verifier)
    root = signed.root if signed is not None and signed.size == count else None
    frontier = _stored(connection, count)
    if frontier is None or frontier.root != root:
        frontier = _mend(connection, count if signed is None else max(count, signed.size))
    log = Log(signer, frontier, sound=frontier.root == root)
    if not log.sound:
        _sign(connection, log)
    return log


def doubt(connection: apsw.Connection, now: Micros) -> None:
    """Remember that the log was found to be other than what was signed, unless that waits already.

    It has been signed anew since, so that only this tells of it at the next start.
    """
    connection.execute("UPDATE diary SET doubted = ifnull(doubted, ?)", (now,))


def doubted(connection: apsw.Connection) -> Micros | None:
    """Return since when a change of the log waits for somebody to take note; None: nothing does."""
    since: Micros | None = connection.execute("SELECT doubted FROM diary").get
    return since


def believe(connection: apsw.Connection) -> None:
    """Let the change rest: somebody took note of it."""
    connection.execute("UPDATE diary SET doubted = NULL")


def append(connection: apsw.Connection, log: Log, noted: Sequence[Noted]) -> Log:
    """Write entries and sign the new state; durable when the transaction is.

    Returns the log after them: the first entry has the index ``log.frontier.size``.
    """
    rows: list[tuple[int, bytes, bytes, str, str | None, str | None]] = []
    for index, each in enumerate(noted, log.frontier.size):
        salt, text = os.urandom(SALT_SIZE), document.dump(each.entry)
        rows.append((index, commitment(salt, text), salt, text, each.camera, each.member))
    frontier, added = log.frontier.grow(leaf_hash(row[1]) for row in rows)
    connection.executemany(
        "INSERT INTO diary_leaves (idx, commitment, salt, entry, camera, member)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        rows,
    )
    _write_tiles(connection, added)
    grown = Log(log.signer, frontier, sound=log.sound)
    _sign(connection, grown)
    return grown


def commitment(salt: bytes, text: str) -> bytes:
    """Return what the tree knows of an entry: SHA-256 over 32 random bytes and its text."""
    return sha256(salt + text.encode()).digest()


def signed_checkpoint(connection: apsw.Connection) -> str:
    """Return the newest checkpoint, a signed note."""
    (note,) = connection.execute("SELECT checkpoint FROM diary").fetchall()[0]
    return str(note)


def verifier_key(connection: apsw.Connection) -> str:
    """Return the key that the checkpoints are signed with. IntegrityError when it is gone."""
    row = connection.execute("SELECT origin, private FROM diary").fetchone()
    if row is None:
        message = "The diary has lost its key and its checkpoint."
        raise IntegrityError(message)
    origin, private = row
    return str(Signer(origin, private).verifier)


def is_begun(connection: apsw.Connection) -> bool:
    """Tell whether anything was ever written, or could have been."""
    rows = connection.execute("SELECT 1 FROM diary UNION ALL SELECT 1 FROM diary_leaves LIMIT 1")
    return rows.fetchone() is not None


def tree(connection: apsw.Connection, size: int) -> Tree:
    """Return the tree of the first ``size`` leaves, to ask for proofs within this transaction."""
    return Tree(size, lambda tile: read_tile(connection, tile))


def inclusions(
    connection: apsw.Connection, signed: Checkpoint, found: Iterable[Leaf]
) -> tuple[Hashes, ...]:
    """Return the proof that each leaf is in the signed tree.

    A flipped bit of a tile would make browsers believe that the past was rewritten: where a proof
    does not hold, and the leaves are what was signed, the tiles are made of them anew. Where they
    are not, the proofs are what the tiles say. Raises IntegrityError when those are cut short.
    """
    leaves = {leaf.index: leaf_hash(leaf.commitment) for leaf in found}

    def prove() -> dict[int, Hashes]:
        whole = tree(connection, signed.size)
        return {index: whole.inclusion(index) for index in leaves}

    def hold(proofs: dict[int, Hashes]) -> bool:
        return all(
            verify_inclusion(leaves[index], index, size=signed.size, root=signed.root, proof=proof)
            for index, proof in proofs.items()
        )

    return tuple(_proven(connection, signed, prove, hold).values())


def consistency(connection: apsw.Connection, signed: Checkpoint, *, old: int, size: int) -> Hashes:
    """Return the proof that the tree of ``size`` leaves grew from that of ``old``; see above.

    Only what leads to the signed tree can be seen to hold.
    """

    def prove() -> Hashes:
        return tree(connection, size).consistency(old)

    def holds(proof: Hashes) -> bool:
        before = tree(connection, old).root
        return size != signed.size or verify_consistency(
            old, before, size=size, root=signed.root, proof=proof
        )

    return _proven(connection, signed, prove, holds)


def _proven(
    connection: apsw.Connection,
    signed: Checkpoint,
    prove: Callable[[], Proven],
    holds: Callable[[Proven], bool],
) -> Proven:
    try:
        proven = prove()
        whole = holds(proven)
    except IntegrityError:
        if not _remade(connection, signed):
            raise
        return prove()
    if not whole and _remade(connection, signed):
        return prove()
    return proven


def _remade(connection: apsw.Connection, signed: Checkpoint) -> bool:
    """Make all tiles anew if the leaves are what was signed; tell whether they are."""
    connection.execute("SAVEPOINT before_mending")
    whole = _mend(connection, signed.size).root == signed.root
    if not whole:
        connection.execute("ROLLBACK TO before_mending")
    connection.execute("RELEASE before_mending")
    if not whole:
        return False
    log.warning("tiles of the diary were damaged and are made anew of its entries")
    return True


def read_tile(connection: apsw.Connection, tile: Tile) -> bytes:
    """Return a tile's hashes. Raises IntegrityError when they are not there."""
    row = connection.execute(
        "SELECT hashes FROM diary_tiles WHERE level = ? AND number = ?", (tile.level, tile.number)
    ).fetchone()
    if row is None or len(row[0]) < tile.width * HASH_SIZE:
        message = f"The diary's {tile.path} is missing or cut short: its history was changed."
        raise IntegrityError(message)
    hashes: bytes = row[0]
    return hashes[: tile.width * HASH_SIZE]


def newest(
    connection: apsw.Connection,
    *,
    before: int,
    limit: int,
    camera: CameraId | None = None,
    member: MemberId | None = None,
) -> tuple[Leaf, ...]:
    """Return the leaves before an index, the newest first, of one camera or person if named."""
    conditions, named = ["idx < ?"], []
    for column, value in (("camera", camera), ("member", member)):
        if value is not None:
            conditions.append(f"{column} = ?")
            named.append(value)
    where = " AND ".join(conditions)
    found = connection.execute(
        f"SELECT {_LEAF} FROM diary_leaves WHERE {where} ORDER BY idx DESC LIMIT ?",  # noqa: S608
        (before, *named, limit),
    )
    return tuple(Leaf(*row) for row in found)


def leaves(connection: apsw.Connection, *, start: int, end: int) -> tuple[Leaf, ...]:
    """Return the leaves from ``start`` to before ``end``, in order."""
    found = connection.execute(
        f"SELECT {_LEAF} FROM diary_leaves WHERE idx >= ? AND idx < ? ORDER BY idx",  # noqa: S608
        (start, end),
    )
    return tuple(Leaf(*row) for row in found)


def erase_person(connection: apsw.Connection, member: MemberId) -> int:
    """Destroy what the diary says of a person; return how many entries that were.

    The commitments stay: without its 32 random bytes of salt one tells nothing, not even to
    somebody who guesses the entry. Raises ConflictError while they have an account,
    NotFoundError when the diary says nothing of them.
    """
    if connection.execute("SELECT 1 FROM accounts WHERE id = ?", (member,)).fetchone():
        message = "They still have an account here: remove the member first, then erase them."
        raise ConflictError(message, reason=Reason.STILL_MEMBER)
    connection.execute(
        "UPDATE diary_leaves SET salt = NULL, entry = NULL, camera = NULL, member = NULL"
        " WHERE member = ?",
        (member,),
    )
    count = connection.changes()
    if count == 0:
        message = "The diary says nothing of this person."
        raise NotFoundError(message)
    return count


_LEAF = "idx, commitment, salt, entry, member"


def _begin(connection: apsw.Connection) -> Log:
    """Begin a new log under a name and a key of its own.

    Where there are leaves already, somebody took the key away: they go on under the new one.
    """
    origin, private = f"consentry/diary/{random_id()}", os.urandom(32)
    count = _count(connection)
    log = Log(Signer(origin, private), _mend(connection, count), sound=count == 0)
    connection.execute(
        "INSERT INTO diary (id, origin, private, checkpoint) VALUES (1, ?, ?, '')",
        (origin, private),
    )
    _sign(connection, log)
    return log


def _signed(note: str, verifier: Verifier) -> Checkpoint | None:
    """Return what was signed last, None when that is gone or not ours."""
    try:
        return Checkpoint.open(note, verifier)
    except IntegrityError:
        return None


def _stored(connection: apsw.Connection, size: int) -> Frontier | None:
    """Return the right edge as the tiles have it, None where they are missing."""
    try:
        return tree(connection, size).frontier()
    except IntegrityError:
        return None


def _sign(connection: apsw.Connection, log: Log) -> None:
    note = log.checkpoint().sign(log.signer)
    connection.execute("UPDATE diary SET checkpoint = ?", (note,))


def _write_tiles(connection: apsw.Connection, added: Additions) -> None:
    connection.executemany(
        "INSERT INTO diary_tiles (level, number, hashes) VALUES (?, ?, ?)"
        # Of two blobs || makes text of the same bytes.
        " ON CONFLICT DO UPDATE SET hashes = CAST(hashes || excluded.hashes AS BLOB)",
        [(tile.level, tile.number, hashes) for tile, hashes in added.items()],
    )


def _count(connection: apsw.Connection) -> int:
    """Return one more than the last index in use."""
    (count,) = connection.execute("SELECT ifnull(max(idx) + 1, 0) FROM diary_leaves").fetchall()[0]
    assert isinstance(count, int)  # noqa: S101 - of an INTEGER PRIMARY KEY
    return count


def _mend(connection: apsw.Connection, size: int) -> Frontier:
    """Make all tiles anew from the commitments; what is missing counts as lost."""
    connection.execute("DELETE FROM diary_tiles")
    frontier = Frontier()
    for start in range(0, size, _MENDED_AT_ONCE):
        end = min(size, start + _MENDED_AT_ONCE)
        found = dict(_commitments(connection, start, end))
        hashes: Iterable[bytes] = (leaf_hash(found.get(i, _LOST)) for i in range(start, end))
        frontier, added = frontier.grow(hashes)
        _write_tiles(connection, added)
    return frontier


def _commitments(connection: apsw.Connection, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    yield from connection.execute(
        "SELECT idx, commitment FROM diary_leaves WHERE idx >= ? AND idx < ?", (start, end)
    )
