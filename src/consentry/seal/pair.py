"""An X25519 pair: what is sealed to its public half opens with its private half alone.

The house has one, each member has one, the recovery words make one. An envelope is HPKE (RFC 9180,
base mode, X25519, HKDF-SHA256, AES-256-GCM) behind five bytes that say how and for whom:

    01 | first 4 bytes of the public key | encapsulated key (32) | sealed (n + 16)

The first names the algorithm, so that a stronger one can come without guessing; the next four name
the key, so that while the house changes its key it is known which of two opens what. HPKE's
``info`` is "consentry/1/<purpose>/<context>": moved elsewhere, an envelope does not open.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from consentry.model.errors import IntegrityError

X25519_AES256GCM = 1
"""Algorithm id of every envelope to a public key so far."""

ID_SIZE = 4
HEAD_SIZE = 1 + ID_SIZE
OVERHEAD = HEAD_SIZE + 32 + 16
"""Bytes an envelope is longer than what it holds."""

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def info(purpose: str, context: str) -> bytes:
    """Return what binds an envelope to its place."""
    return f"consentry/1/{purpose}/{context}".encode()


def seal_to(public: bytes, secret: bytes, purpose: str, context: str) -> bytes:
    """Seal a short secret to a public key (32 bytes); about 0.3 ms."""
    key = X25519PublicKey.from_public_bytes(public)
    head = bytes([X25519_AES256GCM]) + public[:ID_SIZE]
    return head + _SUITE.encrypt(secret, key, info=info(purpose, context))


def key_id(sealed: bytes, context: str) -> bytes:
    """Return for which key an envelope was made; IntegrityError when it is none we know."""
    match sealed[:1]:
        case b"\x01":
            return sealed[1:HEAD_SIZE]
        case b"":
            message = f"The sealed {context} is empty."
        case other:
            message = f"The sealed {context} uses algorithm {other[0]}, unknown to this version."
    raise IntegrityError(message)


class Pair:
    """Both halves. ``repr`` shows nothing of the private one."""

    __slots__ = ("_private", "public")

    def __init__(self, private: bytes) -> None:
        """Take the 32 raw bytes of a private key."""
        self._private = X25519PrivateKey.from_private_bytes(private)
        self.public = self._private.public_key().public_bytes_raw()

    @classmethod
    def create(cls) -> "Pair":
        """Make a new pair."""
        return cls(X25519PrivateKey.generate().private_bytes_raw())

    @property
    def id(self) -> bytes:
        """What envelopes to this pair name it by."""
        return self.public[:ID_SIZE]

    def open(self, sealed: bytes, purpose: str, context: str) -> bytes:
        """Open an envelope of ``seal_to`` (0.12 ms); IntegrityError when it is not for us."""
        if key_id(sealed, context) != self.id:
            message = f"The sealed {context} was sealed for another key than the one at hand."
            raise IntegrityError(message)
        try:
            return _SUITE.decrypt(sealed[HEAD_SIZE:], self._private, info=info(purpose, context))
        except (InvalidTag, ValueError):
            message = (
                f"The key of {context} does not open: it was changed, or sealed for another home."
            )
            raise IntegrityError(message) from None

    def reveal(self) -> bytes:
        """Return the private key itself: for sealing it to somebody, and nothing else."""
        return self._private.private_bytes_raw()

    def __repr__(self) -> str:
        """Show nothing of the private half."""
        return f"Pair(public={self.public.hex()[:16]}…)"
