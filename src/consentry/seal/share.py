"""What is handed out of the house by a link: a sealed file, and the envelope of its key.

The file is one Cobblestone-256 message (C2SP chunked-encryption v1, HKDF-Expand with SHA-512 and
AES-256-GCM, chunks of 16 KiB, key commitment) under a random key of its own; its context is
"consentry/1/share/<id>". The link carries 32 random bytes in its fragment, which no server ever
reads; they open the envelope, with a passphrase where the owner chose one:

    envelope   01 | iterations (4, big-endian; 0: no passphrase) | salt (16) | nonce (12) | GCM

    KEK = HKDF-SHA-256(link secret, salt = PBKDF2-HMAC-SHA-256(passphrase, salt, iterations) or "",
                       info = "consentry/1/share-key/<id>")

PBKDF2 and not Argon2id, because WebCrypto has no other; whoever guesses needs the link as well.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from consentry.model.errors import IntegrityError
from consentry.model.secret import Secret

HKDF_AES256GCM = 1
"""Algorithm id of every envelope so far."""

ITERATIONS = 600_000
"""Rounds of PBKDF2 (OWASP, 2023): 0.15 s here, about 0.5 s on a phone."""

_KEY, _SALT, _NONCE = 32, 16, 12
_HEAD = 1 + 4 + _SALT


@dataclass(frozen=True, slots=True)
class ShareKey:
    """The random key of one shared file; ``id`` is the share's, and binds both to it."""

    id: str
    raw: bytes = field(default_factory=lambda: os.urandom(_KEY), repr=False)

    def seal(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the sealed file: 56 bytes, then 16 bytes more for each 16 KiB. Once per key."""
        encryptor = Cobblestone256Encryptor(self.raw, self._context)
        for chunk in chunks:
            if sealed := encryptor.update(chunk):
                yield sealed
        yield encryptor.finalize()

    def open(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield what was sealed; IntegrityError where it was changed or cut."""
        decryptor = Cobblestone256Decryptor(self.raw, self._context)
        try:
            for chunk in chunks:
                if plain := decryptor.update(chunk):
                    yield plain
            yield decryptor.finalize()
        except (InvalidTag, ValueError):
            message = "The shared file does not open: it was changed, cut, or belongs elsewhere."
            raise IntegrityError(message) from None

    def wrap(self, secret: bytes, passphrase: Secret | None = None) -> bytes:
        """Return the envelope that ``secret`` (32 bytes, the link's) opens. Blocks for PBKDF2."""
        iterations = ITERATIONS if passphrase is not None else 0
        salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
        head = bytes([HKDF_AES256GCM]) + iterations.to_bytes(4, "big") + salt
        key = _key_encryption_key(self.id, secret, passphrase, salt, iterations)
        return head + nonce + AESGCM(key).encrypt(nonce, self.raw, head)

    @classmethod
    def unwrap(
        cls, id_: str, envelope: bytes, secret: bytes, passphrase: Secret | None = None
    ) -> "ShareKey":
        """Open an envelope; IntegrityError for another link or passphrase, or a changed bit."""
        head, nonce = envelope[:_HEAD], envelope[_HEAD : _HEAD + _NONCE]
        if envelope[:1] != bytes([HKDF_AES256GCM]) or len(nonce) != _NONCE:
            message = "The envelope of this share is of a kind unknown to this version."
            raise IntegrityError(message)
        iterations = int.from_bytes(head[1:5], "big")
        key = _key_encryption_key(id_, secret, passphrase, head[5:], iterations)
        try:
            raw = AESGCM(key).decrypt(nonce, envelope[_HEAD + _NONCE :], head)
        except InvalidTag:
            message = "The link or the passphrase is not the one this was shared with."
            raise IntegrityError(message) from None
        return cls(id_, raw)

    @property
    def _context(self) -> bytes:
        return f"consentry/1/share/{self.id}".encode()


def link_secret() -> bytes:
    """Return 32 random bytes for the fragment of a link."""
    return os.urandom(_KEY)


def _key_encryption_key(
    id_: str, secret: bytes, passphrase: Secret | None, salt: bytes, iterations: int
) -> bytes:
    stretched = b""
    if iterations:
        spoken = (passphrase or Secret("")).reveal().encode()
        stretched = PBKDF2HMAC(SHA256(), _KEY, salt, iterations).derive(spoken)
    info = f"consentry/1/share-key/{id_}".encode()
    return HKDF(SHA256(), _KEY, stretched or None, info).derive(secret)
