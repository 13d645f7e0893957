"""``consentry restore``: a house out of its backup, on another machine."""

import argparse
import getpass
import sys
from pathlib import Path

from consentry import config as settings_file
from consentry.cli.command import Exit, Subparsers, add_command, add_data
from consentry.home.restoring import restore
from consentry.model.errors import InputError
from consentry.model.secret import Secret
from consentry.seal.words import WORDS


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "restore",
        run,
        text="Make a data folder of a backup, by the recovery words.\n\n"
        "Settings, cameras, members and kept clips come back; everybody signs in with their\n"
        "password of then. Authenticator codes, passkeys, tokens, links and the diary of looks do\n"
        "not come back. The words are asked for, or read from standard input.",
        examples="  consentry restore house.backup --data /srv/consentry",
    )
    parser.add_argument("file", type=Path, metavar="IN")
    add_data(parser, opens=False)


def run(arguments: argparse.Namespace) -> int:
    """Ask for the words, restore, and say what came back."""
    config = settings_file.load(arguments.data)
    try:
        with arguments.file.open("rb") as file:
            if sys.stdin.isatty():
                words = getpass.getpass(f"The {WORDS} recovery words, with blanks between them: ")
            else:
                words = sys.stdin.readline()
            restored = restore(config, file, Secret(words))
    except OSError as error:
        message = f"Cannot read {arguments.file}: {error.strerror}."
        raise InputError(message) from error
    sys.stdout.write(
        f"Restored {restored.cameras} cameras, {restored.members} members and "
        f"{restored.clips} kept clips. Start it: consentry run --data {config.data}\n"
    )
    return Exit.OK
