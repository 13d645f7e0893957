"""Vectors published by others: RFC 6962's reference tree, Go's sumdb/note, and C2SP's examples."""

import pytest

from consentry.model.errors import IntegrityError
from consentry.tlog import (
    Checkpoint,
    Frontier,
    Signer,
    Tree,
    Verifier,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from consentry.tlog.hashes import EMPTY_ROOT
from consentry.tlog.tile import number_path, tiles
from tests.tlog.stored_log import StoredLog

# The eight entries and roots of Certificate Transparency's reference tree, with its proofs:
# transparency-dev/merkle testonly/constants.go, as in merkletree/merkle_verifier_test.go of CT.
ENTRIES = tuple(
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
ROOTS = tuple(
    bytes.fromhex(root)
    for root in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
)
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"

INCLUSION = (  # index from 0, size, proof
    (0, 1, ()),
    (0, 8, (A, B, C)),
    (5, 8, (D, E, ROOTS[3].hex())),
    (2, 3, (ROOTS[1].hex(),)),
    (1, 5, (ROOTS[0].hex(), B, D)),
)
CONSISTENCY = (  # old, size, proof
    (1, 1, ()),
    (1, 8, (A, B, C)),
    (6, 8, (F, E, ROOTS[3].hex())),
    (2, 5, (B, D)),
)

# golang.org/x/mod/sumdb/note, package documentation.
GO_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_SIGNATURE = (
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqd"
    "ngotpRZb6KE6RyyBwJnAM=\n"
)
GO_OTHER = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
GO_OTHER_SIGNATURE = (
    "\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGw"
    "nWLox33WWd1RvMc+QQ=\n"
)

# c2sp.org/signed-note, its example key and message; c2sp.org/tlog-checkpoint, its example.
SPEC_VERIFIER = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n"
    "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3m"
    "FXmRKuwHjG1Yu72IneyaQM=\n"
)
SPEC_CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
)


@pytest.fixture(scope="module")
def log() -> StoredLog:
    """Return the reference tree."""
    return StoredLog(ENTRIES)


def test_roots_of_the_reference_tree() -> None:
    """Growing entry by entry passes through every published root."""
    frontier = Frontier()
    assert frontier.root == EMPTY_ROOT
    for entry, root in zip(ENTRIES, ROOTS, strict=True):
        frontier, _ = frontier.grow([leaf_hash(entry)])
        assert frontier.root == root


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_inclusion_in_the_reference_tree(
    log: StoredLog, index: int, size: int, proof: tuple[str, ...]
) -> None:
    """The published inclusion proofs are made and verified."""
    published = tuple(bytes.fromhex(hash_) for hash_ in proof)
    assert Tree(size, log.read).inclusion(index) == published
    leaf = leaf_hash(ENTRIES[index])
    assert verify_inclusion(leaf, index, size=size, root=ROOTS[size - 1], proof=published)


@pytest.mark.parametrize(("old", "size", "proof"), CONSISTENCY)
def test_consistency_in_the_reference_tree(
    log: StoredLog, old: int, size: int, proof: tuple[str, ...]
) -> None:
    """The published consistency proofs are made and verified."""
    published = tuple(bytes.fromhex(hash_) for hash_ in proof)
    assert Tree(size, log.read).consistency(old) == published
    assert verify_consistency(old, ROOTS[old - 1], size=size, root=ROOTS[size - 1], proof=published)


def test_note_of_the_reference_implementation() -> None:
    """Go's example key signs its example text to the same bytes, and its verifier opens them."""
    signer = Signer.parse(GO_KEY)
    assert str(signer.verifier) == GO_VERIFIER
    note = signer.sign(GO_TEXT)
    assert note == f"{GO_TEXT}\n{GO_SIGNATURE}"
    assert Verifier.parse(GO_VERIFIER).open(note) == GO_TEXT


def test_signatures_of_strangers_are_ignored() -> None:
    """A note with two signatures opens with either key and not with a third."""
    note = f"{GO_TEXT}\n{GO_SIGNATURE}{GO_OTHER_SIGNATURE}"
    assert Verifier.parse(GO_VERIFIER).open(note) == GO_TEXT
    assert Verifier.parse(GO_OTHER).open(note) == GO_TEXT
    with pytest.raises(IntegrityError, match=r"not signed by example\.com/foo"):
        Verifier.parse(SPEC_VERIFIER).open(note)


def test_example_of_the_note_specification() -> None:
    """C2SP's example note opens with its example key."""
    assert Verifier.parse(SPEC_VERIFIER).open(SPEC_NOTE) == "This is an example message.\n"


def test_example_of_the_checkpoint_specification() -> None:
    """C2SP's example checkpoint is read and written to the same bytes."""
    checkpoint = Checkpoint.parse(SPEC_CHECKPOINT)
    assert checkpoint.origin == "example.com/behind-the-sofa"
    assert checkpoint.size == 20_852_163
    assert checkpoint.text == SPEC_CHECKPOINT


def test_examples_of_the_tiles_specification() -> None:
    """C2SP's example path and its tree of 70 000 leaves come out as written there."""
    assert number_path(1_234_067) == "x001/x234/067"
    assert number_path(273, 112) == "273.p/112"
    found = list(tiles(70_000))
    assert [(tile.level, tile.width) for tile in found if tile.width < 256] == [
        (0, 112),
        (1, 17),
        (2, 1),
    ]
    assert sum(tile.level == 0 and tile.width == 256 for tile in found) == 273
    assert [tile.path for tile in tiles(256)] == ["tile/0/000", "tile/1/000.p/1"]
