"""The password desk: locks of passwords, away from the event loop and at most two at once.

A member's key pair has its private half in a lock that the password opens (``seal.lock``). There is
no hash beside it: a cheaper one would be what a thief guesses at. Two windows, of a thread each,
bound the memory that a flood of sign-ins can take to twice 256 MiB: whoever guesses from addresses
that nobody of the house ever came from waits at the strangers', keeps nobody from the other one,
and takes processor time only where recording, detection and live view leave some.
"""

import asyncio
import contextlib
import os
import threading
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
"""Sign-ins that may queue at a window, 8 s; beyond, the asker is told to come back."""

STRANGERS_NICENESS = 10
"""A tenth of the processor time of what records, where they compete (Linux: 110 to 1024)."""


class Window:
    """One thread, and those who wait for it."""

    def __init__(self, name: str, *, niceness: int = 0) -> None:
        """Begin the thread with the first work; it is shown by that name."""
        self._thread = ThreadPoolExecutor(
            1, thread_name_prefix=name, initializer=_give_way, initargs=(niceness,)
        )
        self._waiting = 0

    @property
    def crowded(self) -> bool:
        """Tell whether too many are waiting already."""
        return self._waiting >= MOST_WAITING

    async def run(self, work: Callable[[], T]) -> T:
        """Return ``work()`` when it was its turn."""
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the thread; what was asked is finished."""
        self._thread.shutdown()


def _give_way(niceness: int) -> None:
    """Let this thread, and those that it starts for the lanes of Argon2id, give way to others."""
    if niceness:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)


class PasswordDesk:
    """Two windows where passwords are locked and unlocked, so that the event loop never does it."""

    def __init__(self, cost: Cost | None = None) -> None:
        """Measure the cost when the first lock is made, unless it is given (tests)."""
        self._cost = cost
        self.residents = Window("argon2")
        self.strangers = Window("argon2 stranger", niceness=STRANGERS_NICENESS)

    def window(self, *, stranger: bool) -> Window:
        """Return where somebody waits whom the house does not know yet, or does."""
        return self.strangers if stranger else self.residents

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

        return await self.residents.run(work)

    async def open(
        self, password: Secret, account: Account, *, stranger: bool = False
    ) -> Pair | None:
        """Return the account's key pair, None when the password is wrong.

        Raises IntegrityError when the lock is damaged.
        """
        return await self.window(stranger=stranger).run(lambda: opened(account, password))

    def close(self) -> None:
        """End the threads; what was asked is finished."""
        self.residents.close()
        self.strangers.close()


def opened(account: Account, password: Secret) -> Pair | None:
    """Return the account's key pair, None when the password is wrong. Blocking, half a second."""
    secret = unlock(account.keys.lock, password, _context(account.id))
    return None if secret is None else Pair(secret)


def _context(member: MemberId) -> str:
    return f"member/{member}"
