"""Making recovery words: shown once, believed when three of them were typed, kept nowhere.

Between showing and believing they are in memory only: a hub that ends meanwhile has made none, and
the old ones, if there were any, still hold.
"""

import asyncio
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from consentry.clock import Clock
from consentry.home.stores import Stores
from consentry.model.errors import ConflictError, InputError, Reason
from consentry.model.time import Micros
from consentry.seal.authority import FILE as AUTHORITY
from consentry.seal.words import WORDS, is_word, new_words, recovery_pair
from consentry.store import backup, identity
from consentry.store.identity import Recovery

ASKED = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """New words, and the numbers (from 1) of those to be typed before they count."""

    words: tuple[str, ...]
    asked: tuple[int, ...]


class RecoveryWords:
    """One household's words; owned by the hub's event loop."""

    def __init__(self, stores: Stores, clock: Clock, *, keys: Path) -> None:
        """Know nothing yet; ``load`` reads whether there are words. ``keys`` is their folder."""
        self._authority = keys / AUTHORITY
        self._stores = stores
        self._database = stores.database
        self._keyring = stores.keyring
        self._clock = clock
        self._kept: Recovery | None = None
        self._offer: Offer | None = None

    @property
    def kept(self) -> Recovery | None:
        """What the words in force open; None while there are none."""
        return self._kept

    @property
    def public(self) -> bytes | None:
        """The words' public key (32 bytes), to seal to; None while there are none."""
        return self._kept.public if self._kept is not None else None

    async def load(self) -> None:
        """Read whether there are words."""
        self._kept = await self._database.run(identity.recovery)

    def offer(self) -> Offer:
        """Make new words; the old ones hold until these are confirmed.

        Raises LockedError: only who can open the recordings can seal their key to words.
        """
        _ = self._keyring.household
        numbers = secrets.SystemRandom().sample(range(1, WORDS + 1), ASKED)
        self._offer = Offer(new_words(), tuple(sorted(numbers)))
        return self._offer

    async def confirm(self, answers: Mapping[int, str]) -> Recovery:
        """Put the words that were offered last in force, when the asked ones were typed.

        Raises ConflictError when none were offered since the hub started, InputError that says
        which is wrong, LockedError.
        """
        offer = self._offer
        if offer is None:
            message = "No words were made since the hub started: let it make new ones."
            raise ConflictError(message, reason=Reason.WORDS_FORGOTTEN)
        for number in offer.asked:
            if not is_word(answers.get(number, ""), offer.words[number - 1]):
                message = f"Word {number} is another one: look it up on your paper."
                raise InputError(message, reason=Reason.WRONG_WORD, number=number)
        public = recovery_pair(offer.words).public
        kept = Recovery(public, self._keyring.seal_recovery(public), self._clock.wall())
        await self._database.run(identity.keep_recovery, kept)
        self._kept, self._offer = kept, None
        await asyncio.to_thread(self._database.checkpoint)  # the words before opened the row before
        return kept

    def backup(self) -> Iterator[bytes]:
        """Return a backup that only the words open, to be read on a thread.

        Raises ConflictError while there are no words, LockedError when it is read while locked.
        """
        if self._kept is None:
            message = "A backup is sealed to the recovery words: let the hub make them first."
            raise ConflictError(message, reason=Reason.WORDS_FIRST)
        return self._noted(self._kept.public)

    async def last_backup(self) -> Micros | None:
        """Return when a backup was read to its end last, None when none was."""
        return await self._database.run(identity.last_backup)

    def _noted(self, public: bytes) -> Iterator[bytes]:
        """Yield a backup, then remember that it was made: half of one is none."""
        stores, made = self._stores, self._clock.wall()
        yield from backup.chunks(
            stores.database, stores.volume, stores.keyring, public, authority=self._authority
        )
        self._database.call(identity.note_backup, made)
