"""The format of a backup: a stream of sealed records that only the recovery words open.

    header   "CNSTRYBK" | u8 version = 1 | 3 zero bytes | envelope of the file's key (85)
    record   u32 length of the sealed part | nonce (12) | AES-256-GCM ciphertext and tag

The envelope is HPKE to the words' public key, purpose "backup". Plaintext of a record: u8 kind,
then its content; associated data: the header, then the record's number, u64. The last record is
END: a file that was cut short says so.
"""

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import BinaryIO

from consentry.model.errors import IntegrityError
from consentry.seal import DataKey, Pair, seal_to
from consentry.seal.data_key import NONCE_SIZE, TAG_SIZE

_MAGIC = b"CNSTRYBK\x01\x00\x00\x00"
_ENVELOPE = 85
_LENGTH = struct.Struct(">I")
_NUMBER = struct.Struct(">Q")
_LARGEST = 64 * 1024 * 1024
"""Far above a unit of footage (half a megabyte) or a household's settings."""

_PURPOSE, _CONTEXT = "backup", "backup"


class Kind(IntEnum):
    """What a record is."""

    END = 0
    HOUSE = 1
    """JSON of ``backup.House``; the first record."""
    PIECE = 2
    """JSON of ``backup.Piece``: units that follow belong to it."""
    UNIT = 3
    """u8 1 where it begins with a key frame, then a unit's plaintext as in a segment file."""


class Sealing:
    """Writes a backup: the header, then ``record`` after record."""

    def __init__(self, public: bytes) -> None:
        """Seal to recovery words by their public key."""
        key = DataKey.random()
        self.header = _MAGIC + seal_to(public, key.reveal(), _PURPOSE, _CONTEXT)
        self._key = key
        self._number = 0

    def record(self, kind: Kind, content: bytes | bytearray = b"") -> bytes:
        """Return the next record as it stands in the file."""
        aad = self.header + _NUMBER.pack(self._number)
        nonce, sealed = self._key.seal(bytes([kind]) + content, aad)
        self._number += 1
        return _LENGTH.pack(len(sealed)) + nonce + sealed


def opened(file: BinaryIO, pair: Pair) -> Iterator[tuple[Kind, bytes]]:
    """Yield the records of a backup up to its end.

    Raises IntegrityError when it is none, was sealed to other words, changed, or cut short.
    """
    header = file.read(len(_MAGIC) + _ENVELOPE)
    if len(header) != len(_MAGIC) + _ENVELOPE or not header.startswith(_MAGIC):
        message = "This is no backup of Consentry, or one of a newer version."
        raise IntegrityError(message)
    try:
        key = DataKey(pair.open(header[len(_MAGIC) :], _PURPOSE, _CONTEXT))
    except IntegrityError:
        message = "These words do not open this backup: it was made with others."
        raise IntegrityError(message) from None
    number = 0
    while True:
        kind, content = _record(file, key, header + _NUMBER.pack(number))
        if kind is Kind.END:
            return
        yield kind, content
        number += 1


def _record(file: BinaryIO, key: DataKey, aad: bytes) -> tuple[Kind, bytes]:
    head = file.read(_LENGTH.size + NONCE_SIZE)
    length = _LENGTH.unpack_from(head)[0] if len(head) == _LENGTH.size + NONCE_SIZE else 0
    sealed = file.read(length) if TAG_SIZE < length <= _LARGEST else b""
    if not sealed or len(sealed) != length:
        message = "The backup is cut short: what came before is whole."
        raise IntegrityError(message)
    plain = key.open(head[_LENGTH.size :], sealed, aad)
    return Kind(plain[0]), plain[1:]
