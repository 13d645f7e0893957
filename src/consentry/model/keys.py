"""How the household's key is kept, and what a member holds of it."""

from dataclasses import dataclass
from enum import StrEnum


class UnlockMode(StrEnum):
    """Where the household's private key is."""

    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a mode
    """Nowhere but sealed to members and recovery words: watching waits for a password."""
    KEY_FILE = "key_file"
    """In keys/household.key: whoever has the box has the recordings."""


@dataclass(frozen=True, slots=True)
class MemberKeys:
    """A member's key pair as the database keeps it.

    ``public`` is X25519 (32 bytes), ``lock`` the private half that only the password opens,
    ``household`` the household's private key sealed to ``public``: None for guests, in key-file
    mode, and for an account that was reset while nobody could open the recordings.
    """

    public: bytes
    lock: bytes
    household: bytes | None = None
