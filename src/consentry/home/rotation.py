"""Changing the household's key, second half: sealing everything to the new one, in the background.

Recording goes on. A crash at any moment leaves two keys, of which the new one opens the old; the
next start, or the next unlocking, goes on. When nothing is sealed to the old key any more it is
destroyed, in the database and in the memory.
"""

import asyncio
import logging
from dataclasses import dataclass

from consentry.home.keyring import Keyring
from consentry.model.errors import ConsentryError, IntegrityError, LockedError
from consentry.seal import Household, HouseholdPublic
from consentry.store import identity, reseal
from consentry.store.database import Database
from consentry.store.reseal import Column, Stale

log = logging.getLogger(__name__)

BATCH = 200
"""Envelopes at once: 80 ms of a core, one fsync."""

PAUSE_S = 0.05
GRACE_S = 2.0
"""What was being sealed when the key turned is in the database by then."""

RETRY_S = 5.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a change of the key is: ``done`` of ``total`` envelopes."""

    done: int
    total: int


class Rotation:
    """The background work; owned by the hub's event loop."""

    def __init__(self, database: Database, keyring: Keyring, *, grace_s: float = GRACE_S) -> None:
        """Do nothing until woken."""
        self._database = database
        self._keyring = keyring
        self._grace_s = grace_s
        self._woken = asyncio.Event()
        self._progress: Progress | None = None

    @property
    def progress(self) -> Progress | None:
        """Return how far it is; None while there is nothing to do."""
        if not self._keyring.changing:
            return None
        return self._progress or Progress(0, 0)

    def wake(self) -> None:
        """Look whether there is something to do: the key was changed, or unlocked."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self._finish()
            except LockedError:
                log.info("sealing to the new key waits until somebody unlocks the old one")
            except ConsentryError as error:
                log.error("sealing to the new key must wait: %s", error)  # noqa: TRY400
                await self._again()
            except Exception:
                # A bug here must not end the recording.
                log.exception("sealing to the new key failed")
                await self._again()

    async def _again(self) -> None:
        await asyncio.sleep(RETRY_S)
        self.wake()

    async def _finish(self) -> None:
        """Seal all that is left, then destroy the old key."""
        while self._keyring.changing:
            household = self._keyring.household
            old = HouseholdPublic(household.pairs[1].public)
            left = await self._database.run(reseal.left, old)
            self._progress = Progress(0, left)
            given_up = 0
            for column in reseal.COLUMNS:
                given_up += await self._seal(column, household, old)
            await asyncio.sleep(self._grace_s)
            if await self._database.run(identity.forget_old, given_up=given_up):
                await asyncio.to_thread(self._database.checkpoint)
                self._keyring.forget_old()
                self._progress = None
                log.info("everything is sealed to the new key, the old one is destroyed")

    async def _seal(self, column: Column, household: Household, old: HouseholdPublic) -> int:
        """Seal a column to the new key; return how many envelopes are damaged."""
        after = given_up = 0
        while found := await self._database.run(
            reseal.stale, column, old, after=after, limit=BATCH
        ):
            _ = self._keyring.household  # locked meanwhile: stop
            after = found[-1].row
            done = await asyncio.to_thread(_rewrapped, household, found)
            given_up += len(found) - len(done)
            await self._database.run(reseal.put, done)
            if self._progress is not None:
                done_now = self._progress.done + len(found)
                self._progress = Progress(done_now, max(done_now, self._progress.total))
            await asyncio.sleep(PAUSE_S)
        return given_up


def _rewrapped(household: Household, found: tuple[Stale, ...]) -> tuple[tuple[Stale, bytes], ...]:
    """Return each with its new envelope; what opens with neither key is left, and said."""
    done = []
    for each in found:
        try:
            done.append((each, reseal.rewrapped(household, each)))
        except IntegrityError as error:
            log.warning("left as it is: %s", error)
    return tuple(done)
