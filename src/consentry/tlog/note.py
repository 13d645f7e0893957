"""Signed notes (c2sp.org/signed-note): a text and the signature lines below it. Ed25519 only.

    text, ends in a newline
    (empty line)
    — key name base64(key id || signature)

Key ids are SHA-256(name || newline || 01 || public key)[:4]. Keys are written as Go's sumdb/note
writes them: ``name+id in hex+base64(01 || key)``, and ``PRIVATE+KEY+`` before the secret half.
"""

import base64
import binascii
import unicodedata
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from consentry.model.errors import IntegrityError

_ED25519 = b"\x01"
_KEY_SIZE = 32
_ID_SIZE = 4
_DASH = "\u2014 "
_PRIVATE = "PRIVATE+KEY+"
_MOST_SIGNATURES = 16
_LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Verifier:
    """Whose signature is trusted: a name and 32 bytes of an Ed25519 public key."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read ``name+id+key``. Raises IntegrityError."""
        name, id_, key = _parts(text)
        verifier = cls(name, key)
        if verifier.id != id_:
            message = f"The key of {name} does not match its own id: it was changed."
            raise IntegrityError(message)
        return verifier

    @property
    def id(self) -> bytes:
        """The four bytes that name the key in a signature."""
        named = self.name.encode() + b"\n" + _ED25519 + self.public
        return sha256(named).digest()[:_ID_SIZE]

    def __str__(self) -> str:
        """Return ``name+id+key``, to be kept by whoever verifies."""
        return f"{self.name}+{self.id.hex()}+{_base64(_ED25519 + self.public)}"

    def open(self, note: str) -> str:
        """Return the text of a note that this key signed, newline included.

        Raises IntegrityError when the note is malformed, or not or wrongly signed by this key.
        Signatures of other keys are ignored, as the specification asks.
        """
        text, signatures = _divide(note)
        own = [
            signature[_ID_SIZE:]
            for name, signature in signatures
            if name == self.name and signature[:_ID_SIZE] == self.id
        ]
        if not own:
            message = f"The note is not signed by {self.name}."
            raise IntegrityError(message)
        public = Ed25519PublicKey.from_public_bytes(self.public)
        try:
            for signature in own:
                public.verify(signature, text.encode())
        except InvalidSignature:
            message = (
                f"The signature of {self.name} is not over this text: one of them was changed."
            )
            raise IntegrityError(message) from None
        return text


class Signer:
    """The half that signs; ``repr`` shows nothing of it."""

    __slots__ = ("_private", "verifier")

    def __init__(self, name: str, private: bytes) -> None:
        """Take a key name without spaces or plus, and the 32 bytes of an Ed25519 private key."""
        _require_name(name)
        self._private = Ed25519PrivateKey.from_private_bytes(private)
        self.verifier = Verifier(name, self._private.public_key().public_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> "Signer":
        """Read ``PRIVATE+KEY+name+id+key``. Raises IntegrityError."""
        name, id_, key = _parts(text.removeprefix(_PRIVATE))
        signer = cls(name, key)
        if not text.startswith(_PRIVATE) or signer.verifier.id != id_:
            message = f"The private key of {name} does not match its own id: it was changed."
            raise IntegrityError(message)
        return signer

    def sign(self, text: str) -> str:
        """Return ``text`` (ends in a newline) as a signed note."""
        signature = self.verifier.id + self._private.sign(text.encode())
        return f"{text}\n{_DASH}{self.verifier.name} {_base64(signature)}\n"

    def __repr__(self) -> str:
        """Show nothing of the private key."""
        return f"Signer({self.verifier.name})"


def _divide(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text and the signatures, each with the name it claims."""
    text, gap, lines = note.rpartition("\n\n")
    printable = all(character == "\n" or character >= " " for character in note)
    if not gap or not lines.endswith("\n") or not printable or len(note) > _LARGEST:
        message = "This is no signed note: a text, an empty line, and signatures are missing."
        raise IntegrityError(message)
    found = [_signature(line) for line in lines.removesuffix("\n").split("\n")]
    if len(found) > _MOST_SIGNATURES:
        message = f"A note with {len(found)} signatures is refused."
        raise IntegrityError(message)
    return text + "\n", found


def _signature(line: str) -> tuple[str, bytes]:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    signature = _unbase64(encoded)
    if not line.startswith(_DASH) or not space or not name or len(signature) <= _ID_SIZE:
        message = f"A signature line of the note is malformed: {line[:80]!r}."
        raise IntegrityError(message)
    return name, signature


def _parts(text: str) -> tuple[str, bytes, bytes]:
    """Return name, id and key of ``name+id+key``."""
    name, _, rest = text.partition("+")
    id_, _, encoded = rest.partition("+")
    key = _unbase64(encoded)
    if len(key) != 1 + _KEY_SIZE or key[:1] != _ED25519 or len(id_) != 2 * _ID_SIZE:
        message = f"{text[:80]!r} is no Ed25519 key of a signed note."
        raise IntegrityError(message)
    try:
        id_bytes = bytes.fromhex(id_)
    except ValueError:
        id_bytes = b""
    _require_name(name)
    return name, id_bytes, key[1:]


def _require_name(name: str) -> None:
    if not name or "+" in name or any(_is_space(character) for character in name):
        message = f"{name!r} cannot name a key: it must have no space and no plus."
        raise IntegrityError(message)


def _is_space(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cc"}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unbase64(text: str) -> bytes:
    """Return the bytes; none for what is not strict base64."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return data if _base64(data) == text else b""
