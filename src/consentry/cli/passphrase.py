"""``consentry passphrase``: let each start of the hub ask for the database's passphrase, or not."""

import argparse
import getpass
import os
import sys
from pathlib import Path

from consentry.cli.command import Exit, Subparsers, add_command, add_data
from consentry.home import database_lock
from consentry.home.lock import FolderLock
from consentry.model.errors import InputError
from consentry.model.secret import Secret
from consentry.seal.key_file import read_key_file

CREDENTIAL = "consentry"
"""Name of the systemd credential that holds the passphrase (LoadCredential=consentry:...)."""


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "passphrase",
        run,
        text="Let each start of the hub ask for a passphrase of the database, or let it be.\n\n"
        "Without one the hub starts by itself after a power cut. A thief of the box then reads\n"
        "names of cameras, when something moved and what it was, but sees no picture. With one\n"
        "they read nothing, and nothing is recorded after a power cut until somebody types it:\n"
        "in the terminal of consentry run, by --passphrase-stdin, or as systemd credential.\n"
        "Stop the hub first. A lost passphrase cannot be replaced by anything.",
        examples="  consentry passphrase set --data /srv/consentry\n"
        "  consentry passphrase remove --data /srv/consentry",
    )
    parser.add_argument(
        "action", choices=("set", "remove"), help="set (or change) it, or remove it"
    )
    add_data(parser, opens=False)
    parser.add_argument(
        "--passphrase-stdin",
        action="store_true",
        help="read from standard input: the old one if there is one, then the new one, a line each",
    )


def run(arguments: argparse.Namespace) -> int:
    """Set, change or remove it, while no hub runs."""
    data = arguments.data.expanduser().absolute()
    keys = data / "keys"
    if not (data / "consentry.db").exists():
        message = f"{data} is not a Consentry data folder: name another with --data."
        raise InputError(message)
    with FolderLock(data):
        old = _line() if arguments.passphrase_stdin and database_lock.is_locked(keys) else None
        key = database_key_of(data, old)
        if arguments.action == "remove":
            _remove(keys, key)
        else:
            _set(keys, key, from_stdin=arguments.passphrase_stdin)
    return Exit.OK


def _remove(keys: Path, key: bytes | None) -> None:
    if key is None:
        message = "The database waits for no passphrase."
        raise InputError(message)
    database_lock.remove_lock(keys, key)
    sys.stdout.write("The hub starts without a passphrase.\n")


def _set(keys: Path, key: bytes | None, *, from_stdin: bool) -> None:
    secret = key or read_key_file(keys / database_lock.KEY, what="database key")
    if from_stdin:
        new = _line()
    else:
        new = Secret(getpass.getpass("New passphrase of the database: "))
        if new != Secret(getpass.getpass("Once more: ")):
            message = "These were two different passphrases: nothing was changed."
            raise InputError(message)
    database_lock.make_lock(keys, secret, new)
    sys.stdout.write("From now on each start of the hub asks for the passphrase.\n")


def database_key_of(data: Path, passphrase: Secret | None = None) -> bytes | None:
    """Return the key of a database that waits for its passphrase; None when it waits for none.

    A ``passphrase`` that was not given is asked from systemd, or in the terminal. Raises InputError
    when there is nobody to ask, or when it is wrong.
    """
    keys = data.expanduser().absolute() / "keys"
    if not database_lock.is_locked(keys):
        return None
    return database_lock.open_lock(keys, passphrase or _asked())


def _line() -> Secret:
    return Secret(sys.stdin.readline().rstrip("\r\n"))


def _asked() -> Secret:
    credential = Path(os.environ.get("CREDENTIALS_DIRECTORY", "/nowhere"), CREDENTIAL)
    if credential.exists():
        return Secret(credential.read_text("utf-8").rstrip("\r\n"))
    if sys.stdin.isatty():
        return Secret(getpass.getpass("Passphrase of the database: "))
    message = (
        "The database waits for its passphrase: type it into a terminal, give it with "
        "--passphrase-stdin, or as the systemd credential named consentry."
    )
    raise InputError(message)
