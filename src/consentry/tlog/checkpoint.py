"""Checkpoints (c2sp.org/tlog-checkpoint): how large a log was and what its root was, signed."""

import base64
import binascii
from dataclasses import dataclass

from consentry.model.errors import IntegrityError
from consentry.tlog.hashes import HASH_SIZE
from consentry.tlog.note import Signer, Verifier

_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's name, its size, and the root hash at that size."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return what is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"

    def sign(self, signer: Signer) -> str:
        """Return the signed note."""
        return signer.sign(self.text)

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a note. Raises IntegrityError.

        Extension lines are refused: we write none, and one that nobody shows says something to
        nobody.
        """
        lines = text.removesuffix("\n").split("\n")
        try:
            origin, size, root = lines
            parsed = cls(origin, int(size), base64.b64decode(root, validate=True))
        except (ValueError, binascii.Error):
            parsed = cls("", 0, b"")
        if (
            not parsed.origin
            or parsed.size < 0
            or len(parsed.root) != HASH_SIZE
            or parsed.text != text
        ):
            message = f"This is no checkpoint of {_LINES} lines: origin, size and root hash."
            raise IntegrityError(message)
        return parsed

    @classmethod
    def open(cls, note: str, verifier: Verifier) -> "Checkpoint":
        """Return the checkpoint that ``verifier``'s key signed for its own log.

        Raises IntegrityError when it is not signed by that key, or speaks of another log.
        """
        checkpoint = cls.parse(verifier.open(note))
        if checkpoint.origin != verifier.name:
            message = f"The checkpoint is of {checkpoint.origin}, not of {verifier.name}."
            raise IntegrityError(message)
        return checkpoint
