"""The password desk: locks of passwords, away from the event loop and at most two at once.

A member's key pair has its private half in a lock that the password opens (``seal.lock``). There is
no hash beside it: a cheaper one would be what a thief guesses at. Two threads bound the memory that
a flood of sign-ins can take to twice 256 MiB.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from consentry.model.account import Account
from consentry.model.errors import InputError, Reason
from consentry.model.ids import MemberId
from consentry.model.keys import MemberKeys
from consentry.model.secret import Secret
from consentry.seal import Pair
from consentry.seal.lock import Cost, lock, unlock

T = TypeVar("T")

SHORTEST = 8
LONGEST = 256
MOST_WAITING = 16
"""Sign-ins that may queue for the two threads; beyond, the asker is told to come back."""


class PasswordDesk:
    """Two threads that lock and unlock, so that the event loop never does."""

    def __init__(self, cost: Cost | None = None) -> None:
        """Measure the cost when the first lock is made, unless it is given (tests)."""
        self._cost = cost
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="argon2")
        self._waiting = 0

    @property
    def crowded(self) -> bool:
        """Tell whether too many are waiting already."""
        return self._waiting >= MOST_WAITING

    async def lock(self, password: Secret, member: MemberId) -> MemberKeys:
        """Make a member's key pair behind a new password, without a share of the household's key.

        Raises InputError for a useless password.
        """
        return await self.relock(Pair.create(), password, member)

    async def relock(self, pair: Pair, password: Secret, member: MemberId) -> MemberKeys:
        """Do the same for a pair there is: the password changes, what is sealed to it stays."""
        if not SHORTEST <= len(password.reveal()) <= LONGEST:
            message = f"A password needs {SHORTEST} to {LONGEST} characters."
            raise InputError(
                message, reason=Reason.PASSWORD_LENGTH, shortest=SHORTEST, longest=LONGEST
            )

        def work() -> MemberKeys:
            self._cost = self._cost or Cost.calibrated()
            locked = lock(pair.reveal(), password, _context(member), cost=self._cost)
            return MemberKeys(pair.public, locked)

        return await self._run(work)

    async def open(self, password: Secret, account: Account) -> Pair | None:
        """Return the account's key pair, None when the password is wrong.

        Raises IntegrityError when the lock is damaged.
        """
        return await self._run(lambda: opened(account, password))

    def close(self) -> None:
        """End the threads; what was asked is finished."""
        self._threads.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def opened(account: Account, password: Secret) -> Pair | None:
    """Return the account's key pair, None when the password is wrong. Blocking, half a second."""
    secret = unlock(account.keys.lock, password, _context(account.id))
    return None if secret is None else Pair(secret)


def _context(member: MemberId) -> str:
    return f"member/{member}"
