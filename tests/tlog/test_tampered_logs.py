"""Whatever is done to a log or to a proof, somebody who kept a checkpoint finds it out."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consentry.model.errors import IntegrityError
from consentry.tlog import (
    Checkpoint,
    Signer,
    Tree,
    Verifier,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from consentry.tlog.hashes import EMPTY_ROOT, node_hash, split
from tests.tlog.stored_log import StoredLog

SIGNER = Signer("consentry/diary/test", bytes(range(32)))
SIZES = st.integers(min_value=1, max_value=700)  # three levels of tiles would take minutes


def entries(count: int, *, start: int = 0) -> list[bytes]:
    """Return entries that are all different."""
    return [f"entry {number}".encode() for number in range(start, start + count)]


def defined_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root by the definition of RFC 6962, section 2.1."""
    if len(hashes) <= 1:
        return hashes[0] if hashes else EMPTY_ROOT
    left = split(len(hashes))
    return node_hash(defined_root(hashes[:left]), defined_root(hashes[left:]))


GROWN = StoredLog(entries(70_000))
"""Three levels of tiles, made once."""


@given(st.lists(st.integers(min_value=0, max_value=300), max_size=6))
def test_growth_in_any_steps_ends_in_the_defined_root(steps: list[int]) -> None:
    """However the entries were grouped, frontier, tiles and definition have one root."""
    log = StoredLog()
    for step in steps:
        log.append(entries(step, start=log.frontier.size))
    tree = Tree(log.frontier.size, log.read)
    root = defined_root([leaf_hash(entry) for entry in entries(log.frontier.size)])
    assert log.frontier.root == tree.root == root
    assert tree.frontier() == log.frontier


@given(st.integers(1, 70_000), st.data())
def test_every_leaf_has_a_proof(size: int, data: st.DataObject) -> None:
    """Inclusion verifies for the leaf at its place, and for no other leaf, place, size or root."""
    tree = Tree(size, GROWN.read)
    index = data.draw(st.integers(0, size - 1))
    proof, root, leaf = tree.inclusion(index), tree.root, leaf_hash(entries(1, start=index)[0])
    assert verify_inclusion(leaf, index, size=size, root=root, proof=proof)
    other = data.draw(st.integers(0, size - 1).filter(lambda place: place != index) | st.none())
    if other is not None:
        assert not verify_inclusion(leaf, other, size=size, root=root, proof=proof)
    assert not verify_inclusion(sha256(leaf).digest(), index, size=size, root=root, proof=proof)
    assert not verify_inclusion(leaf, index, size=size, root=leaf_hash(root), proof=proof)
    assert not verify_inclusion(leaf, index, size=size, root=root, proof=[*proof, root])
    assert not verify_inclusion(leaf, -1, size=size, root=root, proof=proof)
    if proof:
        assert not verify_inclusion(leaf, index, size=size, root=root, proof=proof[:-1])
        broken = data.draw(flipped(proof))
        assert not verify_inclusion(leaf, index, size=size, root=root, proof=broken)


@given(st.integers(1, 70_000), st.data())
def test_every_growth_has_a_proof(size: int, data: st.DataObject) -> None:
    """Consistency verifies from any earlier size, and never with anything about it changed."""
    tree = Tree(size, GROWN.read)
    old = data.draw(st.integers(1, size))
    before, root, proof = Tree(old, GROWN.read).root, tree.root, tree.consistency(old)
    assert verify_consistency(old, before, size=size, root=root, proof=proof)
    assert not verify_consistency(old, sha256(before).digest(), size=size, root=root, proof=proof)
    assert not verify_consistency(old, before, size=size, root=leaf_hash(root), proof=proof)
    assert not verify_consistency(old, before, size=size, root=root, proof=[*proof, root])
    assert not verify_consistency(size + 1, before, size=size, root=root, proof=proof)
    assert verify_consistency(0, EMPTY_ROOT, size=size, root=root, proof=())
    if proof:
        assert not verify_consistency(old, before, size=size, root=root, proof=proof[:-1])
        broken = data.draw(flipped(proof))
        assert not verify_consistency(old, before, size=size, root=root, proof=broken)


def flipped(proof: Sequence[bytes]) -> st.SearchStrategy[list[bytes]]:
    """Return the proof with one bit of it flipped."""

    def flip(bit: int) -> list[bytes]:
        whole = bytearray(b"".join(proof))
        whole[bit // 8] ^= 1 << bit % 8
        return [bytes(whole[at : at + 32]) for at in range(0, len(whole), 32)]

    return st.integers(0, 256 * len(proof) - 1).map(flip)


def rewritten(count: int) -> st.SearchStrategy[list[bytes]]:
    """Return the first ``count`` entries edited, reordered, with one missing or one too many."""
    old = entries(count)
    place = st.integers(0, count - 1)
    edited = place.map(lambda at: [*old[:at], b"something else", *old[at + 1 :]])
    lost = place.map(lambda at: [*old[:at], *old[at + 1 :]])
    added = place.map(lambda at: [*old[:at], b"never happened", *old[at:]])
    swapped = st.tuples(place, place).map(lambda pair: exchanged(old, *pair))
    return st.one_of(edited, lost, added, swapped)


def exchanged(old: list[bytes], one: int, other: int) -> list[bytes]:
    """Return the entries with two of them exchanged."""
    new = list(old)
    new[one], new[other] = new[other], new[one]
    return new


@given(SIZES, st.integers(0, 300), st.data())
def test_a_rewritten_log_never_follows_from_the_kept_checkpoint(
    count: int, more: int, data: st.DataObject
) -> None:
    """Edited, reordered, shortened or lengthened in its past, no proof of the new log helps it."""
    kept = StoredLog(entries(count)).frontier
    history = data.draw(rewritten(count))
    assume(history != entries(count))
    forged = StoredLog([*history, *entries(more, start=count)])
    size, root = forged.frontier.size, forged.frontier.root
    for old in {min(count, size), min(len(history), size)}:
        proof = Tree(size, forged.read).consistency(old)
        assert not verify_consistency(count, kept.root, size=size, root=root, proof=proof)


@given(SIZES, st.integers(0, 699))
def test_a_rewound_log_is_shorter_than_the_kept_checkpoint(count: int, rewound: int) -> None:
    """A log put back to an earlier state has no proof, whatever is offered."""
    assume(rewound < count)
    kept, earlier = StoredLog(entries(count)), StoredLog(entries(rewound))
    proof = Tree(count, kept.read).consistency(rewound)
    for offered in ((), proof):
        assert not verify_consistency(
            count,
            kept.frontier.root,
            size=rewound,
            root=earlier.frontier.root,
            proof=offered,
        )


@given(st.integers(min_value=0))
def test_one_flipped_bit_of_a_checkpoint_never_opens(position: int) -> None:
    """Any flipped bit of a signed checkpoint is an IntegrityError, or another key's note."""
    note = Checkpoint(SIGNER.verifier.name, 7, sha256(b"root").digest()).sign(SIGNER)
    raw = bytearray(note.encode())
    raw[position // 8 % len(raw)] ^= 1 << position % 8
    with pytest.raises(IntegrityError):
        Checkpoint.open(raw.decode("utf-8", "replace"), SIGNER.verifier)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    """A key that signs for two logs cannot pass one off as the other."""
    note = Checkpoint("consentry/diary/other", 7, sha256(b"root").digest()).sign(SIGNER)
    with pytest.raises(IntegrityError, match="of consentry/diary/other, not of"):
        Checkpoint.open(note, SIGNER.verifier)


@pytest.mark.parametrize(
    "text",
    [
        "origin\n07\n" + "A" * 43 + "=\n",
        "origin\n-1\n" + "A" * 43 + "=\n",
        "origin\n7\nAAAA\n",
        "origin\n7\n" + "A" * 43 + "=\nextension\n",
        "\n7\n" + "A" * 43 + "=\n",
        "origin\n7\n",
        "",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    """Leading zeros, negative sizes, short roots, extension lines and missing lines are refused."""
    with pytest.raises(IntegrityError, match="no checkpoint"):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    ("key", "complaint"),
    [
        ("consentry+00000000+" + str(SIGNER.verifier).split("+", 2)[2], "its own id"),
        (str(SIGNER.verifier)[:-4], "no Ed25519 key"),
        ("a b" + str(SIGNER.verifier), "cannot name a key"),
        ("", "no Ed25519 key"),
    ],
)
def test_a_malformed_key_is_refused(key: str, complaint: str) -> None:
    """Keys whose id, length or name is wrong are refused."""
    with pytest.raises(IntegrityError, match=complaint):
        Verifier.parse(key)


def test_the_private_key_is_not_shown() -> None:
    """A signer's repr names it and shows nothing of its key."""
    assert repr(SIGNER) == "Signer(consentry/diary/test)"
