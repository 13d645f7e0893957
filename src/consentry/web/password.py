"""Password hashing with argon2id, away from the event loop and never more than two at once.

64 MiB, 3 passes, 4 lanes takes about 0.15 s on two cores: slow enough for a guesser, and two at a
time bound the memory a flood of sign-ins can take to 128 MiB (``../design/trust.md``).
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from consentry.model.errors import InputError
from consentry.model.secret import Secret

SHORTEST = 8
LONGEST = 256
MOST_WAITING = 16
"""Sign-ins that may queue for the two threads; beyond, the asker is told to come back."""

_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$Q29uc2VudHJ5bm9ib2R5"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""Verified when the name is unknown, so that the answer takes as long as for a known one."""


def hash_password(password: Secret) -> Secret:
    """Return the PHC string. Blocking, about 0.15 s. Raises InputError for a useless password."""
    text = password.reveal()
    if not SHORTEST <= len(text) <= LONGEST:
        message = f"A password needs {SHORTEST} to {LONGEST} characters."
        raise InputError(message)
    return Secret(_HASHER.hash(text))


def matches(password: Secret, hashed: Secret | None) -> bool:
    """Tell whether ``password`` is right; None costs the same time and never matches. Blocking."""
    try:
        _HASHER.verify(hashed.reveal() if hashed is not None else _NOBODY, password.reveal())
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


class PasswordDesk:
    """Two threads that hash, so that the event loop never does."""

    def __init__(self) -> None:
        """Start no thread yet: the first sign-in does."""
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="argon2")
        self._waiting = 0

    @property
    def crowded(self) -> bool:
        """Tell whether too many are waiting already."""
        return self._waiting >= MOST_WAITING

    async def hash(self, password: Secret) -> Secret:
        """Hash on one of the two threads."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, hash_password, password
        )

    async def matches(self, password: Secret, hashed: Secret | None) -> bool:
        """Verify on one of the two threads."""
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, matches, password, hashed
            )
        finally:
            self._waiting -= 1
