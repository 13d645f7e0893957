"""Restoring a house from a backup on a new machine: the words open it, a new key seals it."""

from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import apsw

from consentry.clock import SystemClock
from consentry.config import Config
from consentry.home.keyring import Turn
from consentry.home.lock import FolderLock
from consentry.home.stores import HOUSEHOLD_KEY, Stores
from consentry.model.account import Account
from consentry.model.errors import ConflictError, StorageError
from consentry.model.keys import UnlockMode
from consentry.model.rights import Role
from consentry.model.secret import Secret
from consentry.seal.authority import FILE as AUTHORITY
from consentry.seal.authority import Authority
from consentry.seal.household import HouseholdPublic
from consentry.seal.key_file import destroy_key_file
from consentry.seal.pair import Pair
from consentry.seal.words import recovery_pair
from consentry.store import identity
from consentry.store.backup import House
from consentry.store.backup_file import opened
from consentry.store.identity import Recovery
from consentry.store.restore import Restored, furnish, read_house, settle


def restore(config: Config, file: BinaryIO, words: Secret) -> Restored:
    """Make a data folder of a backup. Blocking.

    Raises InputError for words that are none, ConflictError where there is a house already,
    IntegrityError when the backup does not open or is damaged, StorageError.
    """
    pair = recovery_pair(words.reveal().split())
    if (config.data / "consentry.db").exists():
        message = f"{config.data} holds a house already: restore into a new folder."
        raise ConflictError(message)
    records = opened(file, pair)
    house = read_house(records)
    try:
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = f"The data folder {config.data} cannot be made: {error.strerror}."
        raise StorageError(message) from error
    with FolderLock(config.data):
        stores = Stores.open(config)
        try:
            furnish(stores.database, stores.volume, stores.keyring.public, house, records)
            # As at a first start with a passphrase: the key that lay in a file is changed.
            turn = stores.keyring.next()
            anew = house.mode is not UnlockMode.KEY_FILE
            household = turn.household.public if anew else stores.keyring.public
            _bring_authority(config.data / "keys" / AUTHORITY, house, pair, household)
            share = turn.recovery(pair.public)
            kept = Recovery(pair.public, share, SystemClock().wall())
            if not anew:
                kept = replace(kept, share=stores.keyring.seal_recovery(pair.public))
                return stores.database.call(settle, house, house.accounts, kept)
            restored = stores.database.call(_settle_anew, house, kept, turn)
            destroy_key_file(config.data / "keys" / HOUSEHOLD_KEY)
            return restored
        finally:
            stores.database.close()


def _bring_authority(path: Path, house: House, words: Pair, household: HouseholdPublic) -> None:
    """Let devices go on trusting the hub: the same root, with an issuer of this machine's own.

    One that was never sealed to these words stays behind: the hub makes another.
    """
    if not house.authority:
        return
    authority = Authority.parse(house.authority.encode())
    if words.id in authority.keepers:
        brought = authority.with_new_issuer(words)
        brought.kept_by((household.raw, words.public), opener=words).save(path)


def _settle_anew(connection: apsw.Connection, house: House, kept: Recovery, turn: Turn) -> Restored:
    """Let everybody in with a share of a key that never touched the disk; guests without."""
    identity.change(connection, turn.household.public, turn.sealed_old)
    everybody = [_with_share(account, turn) for account in house.accounts]
    return settle(connection, house, everybody, kept)


def _with_share(account: Account, turn: Turn) -> Account:
    if account.role is Role.GUEST:
        return account
    return replace(account, keys=turn.share(account))
