"""The keyring: the household's key, locked or open.

Recording, detection and alerts need only ``public``. What was recorded opens after somebody's
password did: from then until the hub ends, or somebody locks it again. With a key file it is open
from the start and stays so.

It is handed to everything that opens recordings as an ``Opener``; any thread may ask. Only the
hub's event loop opens and locks it.
"""

from dataclasses import replace

from consentry.model.account import Account
from consentry.model.errors import IntegrityError, LockedError
from consentry.model.ids import MemberId
from consentry.model.keys import MemberKeys, UnlockMode
from consentry.seal import DataKey, Household, HouseholdPublic, Pair, seal_to

_PURPOSE = "household"
_RECOVERY = "recovery"


class Keyring:
    """One household's keys as this process holds them. ``repr`` shows nothing of them."""

    def __init__(
        self, public: HouseholdPublic, *, mode: UnlockMode, household: Household | None
    ) -> None:
        """Begin open with a ``household``, locked without."""
        self.mode = mode
        self._public = public
        self._household = household

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
        secret = self.household.current.reveal()
        sealed = seal_to(keys.public, secret, _PURPOSE, f"member/{member}")
        return replace(keys, household=sealed)

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
        self._household = self._household or household

    def keep(self, mode: UnlockMode) -> None:
        """From now on keep the key as ``mode`` says; it must be open."""
        self.mode = mode

    def lock(self) -> None:
        """Forget the private half; a key file keeps it open."""
        if self.mode is UnlockMode.PASSPHRASE:
            self._household = None

    def __repr__(self) -> str:
        """Show no key."""
        return f"Keyring({self.mode}, locked={self.locked})"
