"""The keyring: the household's key, locked or open.

Recording, detection and alerts need only ``public``. What was recorded opens after somebody's
password did: from then until the hub ends, or somebody locks it again. With a key file it is open
from the start and stays so.

It is handed to everything that opens recordings as an ``Opener``; any thread may ask. Only the
hub's event loop opens and locks it.
"""

import asyncio
from dataclasses import dataclass, replace

from consentry.model.account import Account
from consentry.model.errors import IntegrityError, LockedError
from consentry.model.ids import MemberId
from consentry.model.keys import MemberKeys, UnlockMode
from consentry.seal import DataKey, Household, HouseholdPublic, Pair, seal_to

_PURPOSE = "household"
_RECOVERY = "recovery"
_OLD = "old"


@dataclass(frozen=True, slots=True)
class Turn:
    """A new household key, and the one before sealed to it."""

    household: Household
    sealed_old: bytes

    def share(self, account: Account) -> MemberKeys:
        """Return the account's keys with the new key sealed to it."""
        return _shared(self.household, account.id, account.keys)

    def recovery(self, public: bytes) -> bytes:
        """Return the new key sealed to recovery words."""
        return seal_to(public, self.household.current.reveal(), _PURPOSE, _RECOVERY)


class Keyring:
    """One household's keys as this process holds them. ``repr`` shows nothing of them."""

    def __init__(
        self,
        public: HouseholdPublic,
        *,
        mode: UnlockMode,
        household: Household | None,
        previous: bytes | None = None,
    ) -> None:
        """Begin open with a ``household``, locked without.

        ``previous`` is the private key before, sealed to this one, while the key is being changed.
        """
        self.mode = mode
        self._public = public
        self._previous = previous
        self._household = None if household is None else self._with_previous(household)
        self._locking = asyncio.Event()

    @property
    def public(self) -> HouseholdPublic:
        """The half that seals."""
        return self._public

    @property
    def locked(self) -> bool:
        """Tell whether a password is needed before anything opens."""
        return self._household is None

    @property
    def household(self) -> Household:
        """The half that opens. Raises LockedError."""
        household = self._household
        if household is None:
            raise LockedError
        return household

    def open_key(self, sealed: bytes, context: str) -> DataKey:
        """Open the envelope of a data key. Raises LockedError, or IntegrityError."""
        return self.household.open_key(sealed, context)

    def open_blob(self, sealed: bytes, context: str) -> bytes:
        """Open the envelope of a picture or the like. Raises LockedError, or IntegrityError."""
        return self.household.open_blob(sealed, context)

    def share(self, member: MemberId, keys: MemberKeys) -> MemberKeys:
        """Return ``keys`` with the household's key sealed to the member.

        Raises LockedError while locked. With a key file there is nothing to share: unchanged.
        """
        return keys if self.mode is UnlockMode.KEY_FILE else self.seal_to(member, keys)

    def seal_to(self, member: MemberId, keys: MemberKeys) -> MemberKeys:
        """Do so whatever the mode. Raises LockedError while locked."""
        return _shared(self.household, member, keys)

    def open_with(self, account: Account, pair: Pair) -> bool:
        """Open it with the share of ``account``; tell whether that was news.

        Nothing happens when it is open already or the account has no share. Raises IntegrityError
        when the share is damaged.
        """
        share = account.keys.household
        if not self.locked or share is None:
            return False
        secret = pair.open(share, _PURPOSE, f"member/{account.id}")
        self._put(Household.from_bytes(secret), f"What {account.name} holds")
        return True

    def seal_recovery(self, public: bytes) -> bytes:
        """Return the household's key sealed to recovery words. Raises LockedError while locked."""
        return seal_to(public, self.household.current.reveal(), _PURPOSE, _RECOVERY)

    def open_by_words(self, share: bytes, pair: Pair) -> None:
        """Open it, if it is locked, with what was sealed to recovery words.

        Raises IntegrityError when that was changed.
        """
        household = Household.from_bytes(pair.open(share, _PURPOSE, _RECOVERY))
        self._put(household, "What the recovery words open")

    def _put(self, household: Household, what: str) -> None:
        if household.public != self._public:
            message = f"{what} is not the key of this household."
            raise IntegrityError(message)
        self._household = self._household or self._with_previous(household)

    def _with_previous(self, household: Household) -> Household:
        """Return the key with the one before beside it. Raises IntegrityError."""
        if self._previous is None:
            return household
        secret = household.current.open(self._previous, _PURPOSE, _OLD)
        return Household(household.current, Pair(secret))

    @property
    def changing(self) -> bool:
        """Tell whether something is still sealed to the key before."""
        return self._previous is not None

    def next(self) -> "Turn":
        """Return another household key, to be put in force. Raises LockedError.

        The one before is sealed to it, so that whoever opens the new opens both.
        """
        old, new = self.household.current, Pair.create()
        while new.id == old.id:  # one in four billion, and then envelopes would not tell
            new = Pair.create()
        return Turn(Household(new, old), seal_to(new.public, old.reveal(), _PURPOSE, _OLD))

    def turn(self, turn: "Turn") -> None:
        """Use the new key from now on: the database has it."""
        self._public, self._previous = turn.household.public, turn.sealed_old
        self._household = turn.household

    def forget_old(self) -> None:
        """Let go of the key before: nothing is sealed to it any more."""
        self._previous = None
        if self._household is not None:
            self._household = Household(self._household.current)

    def keep(self, mode: UnlockMode) -> None:
        """From now on keep the key as ``mode`` says; it must be open."""
        self.mode = mode

    def lock(self) -> None:
        """Forget the private half, and wake ``until_locked``; a key file keeps it open."""
        if self.mode is UnlockMode.PASSPHRASE:
            self._household = None
            self._locking.set()
            self._locking = asyncio.Event()

    async def until_locked(self) -> None:
        """Wait until somebody locks it. For the hub's event loop."""
        await self._locking.wait()

    def __repr__(self) -> str:
        """Show no key."""
        return f"Keyring({self.mode}, locked={self.locked})"


def _shared(household: Household, member: MemberId, keys: MemberKeys) -> MemberKeys:
    secret = household.current.reveal()
    return replace(keys, household=seal_to(keys.public, secret, _PURPOSE, f"member/{member}"))
