"""The locksmith: everything that changes who can open the household's key.

Making the first owner, unlocking, changing a password, changing the key itself. What must not be
half done is one transaction of the database; a key file is destroyed after the key it held is
durable elsewhere.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import apsw

from consentry.clock import Clock
from consentry.home.keyring import Keyring, Turn
from consentry.home.members import Members
from consentry.home.passwords import PasswordDesk
from consentry.home.stores import NEXT_KEY
from consentry.model.account import Account
from consentry.model.errors import ConflictError, InputError, Reason
from consentry.model.ids import MemberId, random_id
from consentry.model.keys import MemberKeys, UnlockMode
from consentry.model.rights import Role
from consentry.model.secret import Secret
from consentry.seal import Household, Pair
from consentry.seal.key_file import destroy_key_file, replace_key_file
from consentry.seal.words import recovery_pair
from consentry.store import accounts, identity
from consentry.store.database import Database

log = logging.getLogger(__name__)


class Locksmith:
    """Works on one household's keys; owned by the hub's event loop."""

    def __init__(  # noqa: PLR0913 - the hub puts it together once
        self,
        database: Database,
        keyring: Keyring,
        passwords: PasswordDesk,
        clock: Clock,
        members: Members,
        *,
        key_file: Path,
        opened: Callable[[], Awaitable[None]],
        turned: Callable[[], None],
    ) -> None:
        """Call ``opened`` whenever the keyring was opened: there may be work that waited for it.

        ``turned`` is called when the household has another key: recorders must know it.
        """
        self._database = database
        self._keyring = keyring
        self._passwords = passwords
        self._clock = clock
        self._members = members
        self._key_file = key_file
        self._opened = opened
        self._turned = turned
        self._changing = asyncio.Lock()

    @asynccontextmanager
    async def steady(self) -> AsyncIterator[None]:
        """Let the household's key not change inside: what is shared there is stored there.

        Else a share made just before a change and stored just after it would open nothing.
        """
        async with self._changing:
            yield

    async def found(self, name: str, password: Secret, *, mode: UnlockMode) -> Account:
        """Make the owner of a house that has none, and keep its key from now on as ``mode`` says.

        Raises InputError for a useless password, ConflictError when there is an owner already.
        """
        await self._database.run(accounts.demand_nobody)  # nor is a locked house's key changed
        member = MemberId(random_id())
        keys = await self._passwords.lock(password, member)
        account = Account(member, name, Role.OWNER, self._clock.wall(), keys)
        async with self._changing:
            if mode is UnlockMode.PASSPHRASE:
                # The key so far lay in a file, and flash cells forget slowly: it is worth nothing
                # once everything is sealed to one that never touched the disk.
                turn = self._keyring.next()
                account = replace(account, keys=turn.share(account))
                await self._database.run(_found_anew, account, turn)
                self._keyring.keep(mode)
                await asyncio.to_thread(destroy_key_file, self._key_file)
                self._turn(turn)
            else:
                await self._database.run(accounts.create_owner, account, mode)
        await self._members.load()
        log.info("the house has an owner: unlock=%s", mode.value)
        return account

    async def admit(self, name: str, password: Secret, *, role: Role) -> Account:
        """Return a new account, not stored yet (``steady``); guests get no share of the key.

        Raises InputError for a useless password, LockedError while the key cannot be shared.
        """
        member = MemberId(random_id())
        keys = await self._passwords.lock(password, member)
        if role is not Role.GUEST:
            keys = self._keyring.share(member, keys)
        return Account(member, name, role, self._clock.wall(), keys)

    async def keys_as(self, member: MemberId, role: Role) -> MemberKeys:
        """Return the member's keys as they are to be in that role: with a share, or without.

        Raises LockedError when there is none yet and the key cannot be shared.
        """
        account = await self._database.run(accounts.account_with_id, member)
        if role is Role.GUEST:
            return replace(account.keys, household=None)
        if account.keys.household is not None:
            return account.keys
        return self._keyring.share(member, account.keys)

    async def open_with(self, account: Account, pair: Pair) -> bool:
        """Open the keyring with what ``account`` holds, if it is locked and the account may.

        Tells whether that was news. Raises IntegrityError when its share of the key is damaged.
        """
        if not self._keyring.open_with(account, pair):
            return False
        log.info("recordings were unlocked: member=%s", account.id)
        await self._after_opening()
        return True

    async def open_by_words(self, words: Sequence[str]) -> None:
        """Open the keyring by the recovery words, if it is locked.

        Raises InputError when the words are not this house's.
        """
        pair = recovery_pair(words)
        async with self._changing:  # else the key may be another one than the words' share of it
            kept = await self._database.run(identity.recovery)
            if kept is None or pair.public != kept.public:
                message = "These are not the recovery words of this house, or newer ones were made."
                raise InputError(message, reason=Reason.OTHER_WORDS)
            was_locked = self._keyring.locked
            self._keyring.open_by_words(kept.share, pair)
        if was_locked:
            await self._after_opening()

    async def reset(self, password: Secret, name: str | None) -> Account:
        """Return an owner with a new password and key pair, not stored yet (``steady``).

        Whoever may call this is the caller's care. While the recordings are locked the account gets
        no share of their key: it gets one when somebody else opens them. Raises InputError,
        NotFoundError.
        """
        account = await self._database.run(accounts.owner, name)
        keys = await self._passwords.lock(password, account.id)
        if not self._keyring.locked:
            keys = self._keyring.share(account.id, keys)
        log.info("an owner's password was reset: member=%s", account.id)
        return replace(account, keys=keys)

    async def relock(self, account: Account, pair: Pair, password: Secret) -> MemberKeys:
        """Return the account's keys behind another password; what is sealed to them stays.

        Raises InputError for a useless password.
        """
        return await self._passwords.relock(pair, password, account.id)

    async def rotate(self) -> None:
        """Put another household key in force; what was recorded is sealed to it in the background.

        Every member who could open recordings still can, and the recovery words, too. Raises
        LockedError, ConflictError while the last change is not finished, StorageError.
        """
        async with self._changing:
            turn = self._keyring.next()
            if self._keyring.mode is UnlockMode.KEY_FILE:
                aside = self._key_file.with_name(NEXT_KEY)
                await asyncio.to_thread(turn.household.save, aside)
                try:
                    await self._database.run(_change, turn)
                except ConflictError:
                    await asyncio.to_thread(destroy_key_file, aside)
                    raise
                await asyncio.to_thread(_put_file, self._key_file, aside, turn.household)
            else:
                await self._database.run(_change, turn)
            self._turn(turn)
        log.info("the household has another key")

    def _turn(self, turn: Turn) -> None:
        self._keyring.turn(turn)
        self._turned()

    async def _after_opening(self) -> None:
        """Give a share to those who should have one and could get none while it was locked."""
        async with self.steady():
            for account in await self._database.run(accounts.without_share):
                keys = self._keyring.share(account.id, account.keys)
                await self._database.run(accounts.give_share, account.id, keys)
        await self._opened()


def _found_anew(connection: apsw.Connection, account: Account, turn: Turn) -> None:
    """Make the owner and put a new key in force, which only their password opens."""
    accounts.create_owner(connection, account, UnlockMode.PASSPHRASE)
    identity.change(connection, turn.household.public, turn.sealed_old)


def _change(connection: apsw.Connection, turn: Turn) -> None:
    """Put a new key in force, sealed to everybody who had the old one."""
    identity.change(connection, turn.household.public, turn.sealed_old)
    for account in accounts.with_share(connection):
        accounts.give_share(connection, account.id, turn.share(account))
    words = identity.recovery(connection)
    if words is not None:
        sealed = replace(words, share=turn.recovery(words.public))
        identity.keep_recovery(connection, sealed)


def _put_file(path: Path, aside: Path, household: Household) -> None:
    """Put the key that the database has now in the place of the old one. Raises StorageError."""
    if not aside.exists():  # whatever happened to it meanwhile: nothing else holds this key
        household.save(aside)
    replace_key_file(path, aside, what="household key")
