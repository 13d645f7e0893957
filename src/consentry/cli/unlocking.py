"""How a command opens recordings whose key is behind a password."""

import argparse
import getpass
import sys

import httpx

from consentry.cli.client import checked
from consentry.model.errors import InputError
from consentry.model.secret import Secret


def add_unlocking(parser: argparse.ArgumentParser) -> None:
    """Add ``--name`` and ``--password-stdin``."""
    parser.add_argument(
        "--name", metavar="NAME", help="whose password unlocks the recordings (the first account's)"
    )
    parser.add_argument(
        "--password-stdin", action="store_true", help="read that password from standard input"
    )


def asked_password(arguments: argparse.Namespace) -> Secret | None:
    """Return the password from standard input or the terminal; None where nobody can be asked."""
    if arguments.password_stdin:
        return Secret(sys.stdin.readline().rstrip("\r\n"))
    if sys.stdin.isatty():
        whose = arguments.name or "the owner"
        return Secret(getpass.getpass(f"The recordings are locked. Password of {whose}: "))
    return None


async def unlock(client: httpx.AsyncClient, arguments: argparse.Namespace) -> None:
    """Make sure that the hub can open recordings, with a password if it must be.

    Raises InputError when it needs one and nobody can be asked, or when it is wrong.
    """
    session = (await checked(await client.get("/api/session"))).json()
    if not session["locked"]:
        return
    password = asked_password(arguments)
    if password is None:
        message = (
            "The recordings are locked: sign in on the hub's page, or give the password with "
            "--password-stdin."
        )
        raise InputError(message)
    body = {"password": password.reveal(), "name": arguments.name}
    answer = (await checked(await client.post("/api/unlock", json=body))).json()
    if answer["locked"]:
        message = "This account cannot unlock the recordings: name another with --name."
        raise InputError(message)
