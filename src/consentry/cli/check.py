"""``consentry check``: are the recordings whole, and does what the index says hold?"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

import httpx

from consentry import config as settings_file
from consentry.cli.client import checked, is_running, with_hub
from consentry.cli.command import Exit, Subparsers, add_command, add_data
from consentry.cli.passphrase import database_key_of
from consentry.cli.unlocking import add_unlocking, asked_password
from consentry.home.database_lock import is_locked
from consentry.home.passwords import opened
from consentry.home.stores import Stores
from consentry.model.errors import InputError
from consentry.model.secret import Secret
from consentry.store import accounts
from consentry.store.check import Report, check
from consentry.store.inspection import Breach


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "check",
        run,
        text="Verify the numbered invariants of docs/design/invariants.md.\n\n"
        "Every file is compared with the index, and a sample of units decrypted, whether the hub\n"
        "runs or not.\n\n"
        "Prints each breach and exits 1 when there is one. Nothing is changed.\n\n"
        "Recordings that wait for a password ask for it, unless the running hub was unlocked.\n"
        "Without one everything is verified that needs no key, and what was left out is said.",
        examples="  consentry check --data /srv/consentry\n"
        "  consentry check --data /srv/consentry --samples 100000 --json",
    )
    add_data(parser)
    add_unlocking(parser)
    parser.add_argument(
        "--samples", type=int, default=64, metavar="N", help="files to decrypt (%(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a breach")


def run(arguments: argparse.Namespace) -> int:
    """Check beside a hub or without one: reading needs no lock."""
    data = arguments.data.expanduser().absolute()
    if not (data / "consentry.db").exists():
        message = f"{data} is not a Consentry data folder: name another with --data."
        raise InputError(message)
    report = _report(data, arguments)
    for breach in report.breaches:
        text = f"{breach.invariant} {breach.where}: {breach.sentence}"
        sys.stdout.write((json.dumps(asdict(breach)) if arguments.json else text) + "\n")
    if not arguments.json:
        sys.stdout.write(
            f"{len(report.breaches) or 'No'} breaches in {report.segments} segments; decrypted "
            f"{report.opened_units} units of {report.opened_segments} of them and "
            f"{report.opened_pictures} pictures.\n"
        )
    if report.locked:
        sys.stderr.write(_LOCKED)
    return Exit.FAILED if report.breaches else Exit.OK


def _report(data: Path, arguments: argparse.Namespace) -> Report:
    """Check from here; let the hub do it when only the hub has been unlocked."""
    if is_locked(data / "keys") and is_running(data):
        return _by_hub(arguments)
    key = database_key_of(data, arguments.passphrase)
    stores = Stores.open(settings_file.load(data), last_used=True, key=key, alone=False)
    try:
        if stores.keyring.locked and not arguments.password_stdin and is_running(data):
            asked = _by_hub(arguments)
            if not asked.locked:
                return asked
        if stores.keyring.locked and (password := asked_password(arguments)) is not None:
            _unlock(stores, password, arguments.name)
        return check(stores.database, stores.volume, stores.keyring, samples=arguments.samples)
    finally:
        stores.database.close()


def _by_hub(arguments: argparse.Namespace) -> Report:
    async def work(client: httpx.AsyncClient) -> Report:
        asked = {"samples": arguments.samples}
        found = (await checked(await client.post("/api/check", json=asked, timeout=None))).json()
        breaches = tuple(Breach(**breach) for breach in found.pop("breaches"))
        return Report(breaches=breaches, **found)

    return with_hub(arguments, work)


def _unlock(stores: Stores, password: Secret, name: str | None) -> None:
    """Open the keyring with an account's password; InputError when it does not."""
    account = (
        stores.database.call(accounts.account_named, name)
        if name is not None
        else stores.database.call(accounts.first)
    )
    pair = None if account is None else opened(account, password)
    if account is None or pair is None:
        message = "This name and password do not belong together."
        raise InputError(message)
    if not stores.keyring.open_with(account, pair):
        message = f"{account.name} cannot unlock the recordings: name another with --name."
        raise InputError(message)


_LOCKED = (
    "consentry: The recordings are locked: whether units and pictures open (I5, I6, I9) was left "
    "out; sign in on the hub's page or give the password with --password-stdin.\n"
)
