"""The two hashes of RFC 6962, told apart by their first byte: no node can pass for a leaf."""

from hashlib import sha256

HASH_SIZE = 32

EMPTY_ROOT = sha256().digest()
"""Root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Return how many leaves stand left of the root: the largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)
