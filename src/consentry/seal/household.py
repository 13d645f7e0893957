"""The household's key pair: everything recorded is sealed to one half, opened by the other.

Recorders hold only ``HouseholdPublic``: after a power cut the hub records with nobody there to
unlock anything. Envelopes begin with one byte that names the algorithm, so that a stronger one can
come without guessing:

    key envelope   01 | HPKE (RFC 9180 base mode, X25519, HKDF-SHA256, AES-256-GCM) of the data key
    blob envelope  01 | the HPKE-sealed key of this blob (80 bytes) | nonce (12) | AES-256-GCM

HPKE's ``info`` is "consentry/1/<purpose>/<context>": an envelope opened for another purpose, or
moved to another camera, segment or event, fails to open.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from consentry.model.errors import IntegrityError, StorageError
from consentry.seal.data_key import KEY_SIZE, NONCE_SIZE, TAG_SIZE, DataKey
from consentry.seal.key_file import read_key_file, write_key_file

X25519_AES256GCM = 1
"""Algorithm id of every envelope so far."""

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_WRAPPED_SIZE = 32 + KEY_SIZE + TAG_SIZE  # the ephemeral public key, then the sealed data key
_FILE_MAGIC = b"consentry household key 1\n"


def _info(purpose: str, context: str) -> bytes:
    return f"consentry/1/{purpose}/{context}".encode()


@dataclass(frozen=True, slots=True)
class HouseholdPublic:
    """The half that seals: 32 raw bytes of X25519, safe to give to any process."""

    raw: bytes

    def seal_key(self, key: DataKey, context: str) -> bytes:
        """Return the envelope of a data key (81 bytes, about 0.3 ms)."""
        return bytes([X25519_AES256GCM]) + self._wrap(key, "key", context)

    def seal_blob(self, plain: bytes, context: str) -> bytes:
        """Return the envelope of a small thing with a key of its own: a picture, an embedding."""
        key = DataKey.random()
        nonce, sealed = key.seal(plain, _info("blob", context))
        return bytes([X25519_AES256GCM]) + self._wrap(key, "blob", context) + nonce + sealed

    def _wrap(self, key: DataKey, purpose: str, context: str) -> bytes:
        public = X25519PublicKey.from_public_bytes(self.raw)
        return _SUITE.encrypt(key.reveal(), public, info=_info(purpose, context))


class Household:
    """The half that opens. Kept in a 0600 file; ``repr`` shows nothing of it."""

    __slots__ = ("_private", "public")

    def __init__(self, private: X25519PrivateKey) -> None:
        """Wrap an existing private key."""
        self._private = private
        self.public = HouseholdPublic(private.public_key().public_bytes_raw())

    @classmethod
    def create(cls) -> "Household":
        """Make a new pair."""
        return cls(X25519PrivateKey.generate())

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Household":
        """Take the 32 raw bytes of a private key."""
        return cls(X25519PrivateKey.from_private_bytes(raw))

    @classmethod
    def load(cls, path: Path) -> "Household":
        """Read the pair from its file; StorageError says in one sentence what is wrong with it."""
        content = read_key_file(path, what="household key")
        if not content.startswith(_FILE_MAGIC) or len(content) != len(_FILE_MAGIC) + 32:
            message = (
                f"{path} is not a household key: put the right file back, "
                "for without it no recording can be watched."
            )
            raise StorageError(message)
        return cls.from_bytes(content.removeprefix(_FILE_MAGIC))

    @classmethod
    def load_or_create(cls, path: Path) -> "Household":
        """Read the pair, or make and save one at the first start."""
        if path.exists():
            return cls.load(path)
        household = cls.create()
        household.save(path)
        return household

    def save(self, path: Path) -> None:
        """Write a new file, 0600 and durable; StorageError when there is one already."""
        raw = self._private.private_bytes_raw()
        write_key_file(path, _FILE_MAGIC + raw, what="household key")

    def open_key(self, sealed: bytes, context: str) -> DataKey:
        """Open an envelope of ``HouseholdPublic.seal_key`` made for the same context (0.12 ms)."""
        return self._unwrap(self._body(sealed, context), "key", context)

    def open_blob(self, sealed: bytes, context: str) -> bytes:
        """Open an envelope of ``HouseholdPublic.seal_blob`` made for the same context."""
        body = self._body(sealed, context)
        wrapped, rest = body[:_WRAPPED_SIZE], body[_WRAPPED_SIZE:]
        if len(rest) < NONCE_SIZE + TAG_SIZE:
            message = f"The sealed {context} is cut short ({len(sealed)} bytes)."
            raise IntegrityError(message)
        key = self._unwrap(wrapped, "blob", context)
        return key.open(rest[:NONCE_SIZE], rest[NONCE_SIZE:], _info("blob", context))

    def _body(self, sealed: bytes, context: str) -> bytes:
        match sealed[:1]:
            case b"\x01":
                return sealed[1:]
            case b"":
                message = f"The sealed {context} is empty."
            case other:
                message = (
                    f"The sealed {context} uses algorithm {other[0]}, unknown to this version."
                )
        raise IntegrityError(message)

    def _unwrap(self, wrapped: bytes, purpose: str, context: str) -> DataKey:
        try:
            secret = _SUITE.decrypt(wrapped, self._private, info=_info(purpose, context))
        except (InvalidTag, ValueError):
            message = (
                f"The key of {context} does not open: it was changed, or sealed for another home."
            )
            raise IntegrityError(message) from None
        return DataKey(secret)

    def __repr__(self) -> str:
        """Show nothing of the private key."""
        return f"Household(public={self.public.raw.hex()[:16]}…)"
