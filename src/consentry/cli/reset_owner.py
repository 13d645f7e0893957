"""``consentry reset-owner``: a new password for the owner, from the shell of the hub's machine."""

import argparse
import getpass
import sys

import httpx

from consentry.cli.client import Json, checked, with_hub
from consentry.cli.command import Exit, Subparsers, add_command, add_data
from consentry.model.errors import InputError


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "reset-owner",
        run,
        text="Give the owner a new password, from a shell of the hub's own machine.\n\n"
        "For an owner who lost it. Every browser of theirs is signed out, and it is written into\n"
        "the diary of looks. Where recordings wait for a password this opens none of them: only\n"
        "the recovery words do (consentry recover), or the password of another adult, whose\n"
        "sign-in then lets the owner in, too.",
        examples="  consentry reset-owner --data /srv/consentry\n"
        "  consentry reset-owner --data /srv/consentry --password-stdin < password.txt",
    )
    add_data(parser)
    parser.add_argument("--name", metavar="NAME", help="which owner, where there are several")
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the new password from standard input"
    )


def run(arguments: argparse.Namespace) -> int:
    """Ask, reset, and say what it cannot do."""
    if arguments.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass.getpass("The owner's new password: ")
    else:
        message = "No terminal to ask for the new password: use --password-stdin."
        raise InputError(message)
    body = {"password": password, "name": arguments.name}

    async def work(client: httpx.AsyncClient) -> Json:
        answer: Json = (await checked(await client.post("/api/reset-owner", json=body))).json()
        return answer

    answer = with_hub(arguments, work)
    sys.stdout.write(f"{answer['name']} has the new password and is signed out everywhere.\n")
    if answer["locked_out"]:
        sys.stdout.write(
            "It does not open the recordings: use the 24 recovery words (consentry recover), or "
            "let another adult sign in, whose password opens them for the owner, too.\n"
        )
    return Exit.OK
