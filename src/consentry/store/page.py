"""A page of the encrypted database as it lies on the disk: whether it is what was written.

SQLite3 Multiple Ciphers, scheme ``chacha20``: a page ends in a nonce (16 bytes) and a Poly1305 tag
(16) over everything before. The nonce's last four bytes, mixed with the page's number, are the
counter of ChaCha20 under the database's raw key, and its first block there is the tag's key. So a
page moved elsewhere is not whole either. Pages of the write-ahead log are made alike.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20
from cryptography.hazmat.primitives.poly1305 import Poly1305

PAGE = 4096
"""Bytes of a page; SQLite's default, which the schema never changes."""

_NONCE, _TAG = 16, 16


def is_whole(page: bytes, number: int, key: bytes) -> bool:
    """Tell whether page ``number`` (from 1) is what was written under the raw ``key``."""
    if len(page) != PAGE:
        return False
    nonce, tag = page[-_NONCE - _TAG : -_TAG], page[-_TAG:]
    counter = int.from_bytes(nonce[12:], "little") ^ number
    stream = ChaCha20(key, counter.to_bytes(4, "little") + nonce[:12])
    block = Cipher(stream, mode=None).encryptor().update(bytes(32))
    try:
        Poly1305.verify_tag(block, page[:-_TAG], tag)
    except InvalidSignature:
        return False
    return True


def without_flipped_bit(page: bytes, number: int, key: bytes) -> bytes | None:
    """Return the page as it was, where one bit of it has flipped: the one that makes it whole.

    Tries each, half a second at most. None where more has changed.
    """
    for bit in range(8 * len(page)):
        tried = bytearray(page)
        tried[bit // 8] ^= 1 << bit % 8
        if is_whole(bytes(tried), number, key):
            return bytes(tried)
    return None
