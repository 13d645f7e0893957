"""``consentry recover``: a new password for the owner, by the recovery words."""

import argparse
import getpass
import sys

import httpx

from consentry.cli.client import checked, with_hub
from consentry.cli.command import Exit, Subparsers, add_command, add_data
from consentry.seal.words import WORDS


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "recover",
        run,
        text="Give the owner a new password, by the 24 recovery words.\n\n"
        "For a house whose passwords are all lost: the words open the recordings, and the new\n"
        "password opens them from now on. Words and password are asked for, or read from standard\n"
        "input: a line with the words, a line with the password. Whether the hub runs or not.",
        examples="  consentry recover --data /srv/consentry\n"
        "  consentry recover --data /srv/consentry --name Ada < words-and-password.txt",
    )
    add_data(parser)
    parser.add_argument("--name", metavar="NAME", help="which owner, where there are several")


def run(arguments: argparse.Namespace) -> int:
    """Ask, restore, and say how it went."""
    if sys.stdin.isatty():
        words = getpass.getpass(f"The {WORDS} recovery words, with blanks between them: ")
        password = getpass.getpass("The owner's new password: ")
    else:
        words, password = sys.stdin.readline(), sys.stdin.readline().rstrip("\r\n")
    body = {"words": words, "password": password, "name": arguments.name}

    async def work(client: httpx.AsyncClient) -> str:
        answer = await checked(await client.post("/api/recovery/restore", json=body))
        return str(answer.json()["name"])

    name = with_hub(arguments, work)
    sys.stdout.write(f"{name} has the new password, and it opens the recordings.\n")
    return Exit.OK
