"""The household's key pair: everything recorded is sealed to one half, opened by the other.

Recorders hold only ``HouseholdPublic``: after a power cut the hub records with nobody there to
unlock anything. Two kinds of envelope, both to the pair (``pair.py``):

    key envelope   01 | key id (4) | HPKE of the data key (80)
    blob envelope  01 | key id (4) | HPKE of this blob's key (80) | nonce (12) | AES-256-GCM
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from consentry.model.errors import IntegrityError, StorageError
from consentry.seal.data_key import KEY_SIZE, NONCE_SIZE, TAG_SIZE, DataKey
from consentry.seal.key_file import read_key_file, write_key_file
from consentry.seal.pair import ID_SIZE, OVERHEAD, Pair, info, key_id, seal_to

_WRAPPED_SIZE = OVERHEAD + KEY_SIZE
_FILE_MAGIC = b"consentry household key 1\n"


@dataclass(frozen=True, slots=True)
class HouseholdPublic:
    """The half that seals: 32 raw bytes of X25519, safe to give to any process."""

    raw: bytes

    @property
    def id(self) -> bytes:
        """What envelopes name this key by."""
        return self.raw[:ID_SIZE]

    def seal_key(self, key: DataKey, context: str) -> bytes:
        """Return the envelope of a data key (85 bytes, about 0.3 ms)."""
        return seal_to(self.raw, key.reveal(), "key", context)

    def seal_blob(self, plain: bytes, context: str) -> bytes:
        """Return the envelope of a small thing with a key of its own: a picture, an embedding."""
        key = DataKey.random()
        nonce, sealed = key.seal(plain, info("blob", context))
        return seal_to(self.raw, key.reveal(), "blob", context) + nonce + sealed


class Opener(Protocol):
    """What opens recordings: a ``Household``, or a keyring that may be locked.

    Any thread may ask. Both methods raise IntegrityError when the envelope was changed or made for
    another place or home, and LockedError while nobody has unlocked the keyring.
    """

    @property
    def public(self) -> HouseholdPublic:
        """The half that seals; there also while locked."""

    def open_key(self, sealed: bytes, context: str) -> DataKey:
        """Open an envelope of ``HouseholdPublic.seal_key`` made for the same context."""

    def open_blob(self, sealed: bytes, context: str) -> bytes:
        """Open an envelope of ``HouseholdPublic.seal_blob`` made for the same context."""


class Household:
    """The half that opens, and while the key is being changed also the one before."""

    __slots__ = ("_pairs", "current", "public")

    def __init__(self, current: Pair, previous: Pair | None = None) -> None:
        """Open what is sealed to either; ``public`` is always the current one's."""
        self.current = current
        self.public = HouseholdPublic(current.public)
        self._pairs = {pair.id: pair for pair in (previous, current) if pair is not None}

    @classmethod
    def create(cls) -> "Household":
        """Make a new pair."""
        return cls(Pair.create())

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Household":
        """Take the 32 raw bytes of a private key."""
        return cls(Pair(raw))

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
        write_key_file(path, _FILE_MAGIC + self.current.reveal(), what="household key")

    def open_key(self, sealed: bytes, context: str) -> DataKey:
        """Open an envelope of ``HouseholdPublic.seal_key`` made for the same context (0.12 ms)."""
        return DataKey(self._pair(sealed, context).open(sealed, "key", context))

    def open_blob(self, sealed: bytes, context: str) -> bytes:
        """Open an envelope of ``HouseholdPublic.seal_blob`` made for the same context."""
        pair = self._pair(sealed, context)
        wrapped, rest = sealed[:_WRAPPED_SIZE], sealed[_WRAPPED_SIZE:]
        if len(rest) < NONCE_SIZE + TAG_SIZE:
            message = f"The sealed {context} is cut short ({len(sealed)} bytes)."
            raise IntegrityError(message)
        key = DataKey(pair.open(wrapped, "blob", context))
        return key.open(rest[:NONCE_SIZE], rest[NONCE_SIZE:], info("blob", context))

    def rewrap(self, wrapped: bytes, purpose: str, context: str) -> bytes:
        """Return an envelope to the key before as one to the current key; the secret is the same.

        IntegrityError when it opens with neither.
        """
        secret = self._pair(wrapped, context).open(wrapped, purpose, context)
        return seal_to(self.public.raw, secret, purpose, context)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The current pair, and while the key is being changed the one before."""
        return tuple(reversed(self._pairs.values()))

    def _pair(self, sealed: bytes, context: str) -> Pair:
        pair = self._pairs.get(key_id(sealed, context))
        if pair is None:
            message = f"The key of {context} was sealed for another home."
            raise IntegrityError(message)
        return pair

    def __repr__(self) -> str:
        """Show nothing of the private key."""
        return f"Household(public={self.public.raw.hex()[:16]}…)"
