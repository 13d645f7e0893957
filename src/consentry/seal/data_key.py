"""A data key: 32 random bytes that seal many messages, each under a random 96-bit nonce.

AES-256-GCM throughout. A segment holds some hundred units, a picture is one message. Random nonces
are safe to 2^32 messages a key (NIST SP 800-38D, 8.3), so that no counter has to survive a crash.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from consentry.model.errors import IntegrityError

KEY_SIZE = 32
NONCE_SIZE = 12
TAG_SIZE = 16


class DataKey:
    """One AES-256-GCM key. ``repr`` shows nothing of it; only a household's envelope carries it."""

    __slots__ = ("_cipher", "_secret")

    def __init__(self, secret: bytes) -> None:
        """Take the 32 bytes of an existing key."""
        if len(secret) != KEY_SIZE:
            message = f"A data key has {KEY_SIZE} bytes, not {len(secret)}."
            raise IntegrityError(message)
        self._secret = secret
        self._cipher = AESGCM(secret)

    @classmethod
    def random(cls) -> "DataKey":
        """Make a new key."""
        return cls(os.urandom(KEY_SIZE))

    def seal(
        self, plain: bytes | bytearray, aad: bytes, *, nonce: bytes | None = None
    ) -> tuple[bytes, bytes]:
        """Return (nonce, ciphertext with 16-byte tag). A given ``nonce`` is for test vectors."""
        nonce = os.urandom(NONCE_SIZE) if nonce is None else nonce
        return nonce, self._cipher.encrypt(nonce, plain, aad)

    def open(self, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
        """Return what was sealed; IntegrityError when one bit of it, or of ``aad``, differs."""
        try:
            return self._cipher.decrypt(nonce, sealed, aad)
        except InvalidTag:
            message = "Sealed bytes do not open: they were changed, cut, or belong elsewhere."
            raise IntegrityError(message) from None

    def reveal(self) -> bytes:
        """Return the key itself: for sealing it to a household, and nothing else."""
        return self._secret

    def __repr__(self) -> str:
        """Show nothing."""
        return "DataKey(•••)"
