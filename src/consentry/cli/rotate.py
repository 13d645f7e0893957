"""``consentry rotate``: another household key, and new recovery words in a terminal."""

import argparse
import asyncio
import sys
from functools import partial

import httpx

from consentry.cli.client import Json, checked, with_hub
from consentry.cli.command import Exit, Subparsers, add_command, add_data
from consentry.cli.unlocking import add_unlocking, unlock
from consentry.model.errors import InputError
from consentry.thread import in_thread

_LOOK_S = 0.5


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "rotate",
        run,
        text="Put another household key in force, while recording goes on.\n\n"
        "For when somebody who knew a password may have copied the disk: that copy opens nothing\n"
        "that is recorded from now on. What was recorded is sealed to the new key in the\n"
        "background; the command waits until that is done and may be ended: the hub goes on.\n"
        "In a terminal it shows 24 new recovery words, once, and asks for three of them; until\n"
        "they are typed, and without a terminal, the old words hold. Locked recordings need a\n"
        "password.",
        examples="  consentry rotate --data /srv/consentry\n"
        "  consentry rotate --data /srv/consentry --password-stdin < password.txt",
    )
    add_data(parser)
    add_unlocking(parser)


def run(arguments: argparse.Namespace) -> int:
    """Change the key, let the words be confirmed, and wait until everything is sealed to it."""

    async def work(client: httpx.AsyncClient) -> None:
        await unlock(client, arguments)
        before: Json = (await checked(await client.get("/api/keys"))).json()
        if before["changing"] is not None:
            sys.stdout.write("An earlier change is finished first.\n")
            await _sealed(client, before)
        answer: Json = (await checked(await client.post("/api/keys/rotate"))).json()
        sys.stdout.write("The household has another key.\n")
        if sys.stdin.isatty():
            await _confirm(client, answer["words"])
        else:
            sys.stdout.write("The recovery words stay as they are.\n")
        await _sealed(client, answer["keys"])
        sys.stdout.write("Everything is sealed to the new key; the old one is destroyed.\n")

    try:
        with_hub(arguments, work)
    except EOFError:  # Ctrl-D
        return Exit.FAILED
    return Exit.OK


async def _confirm(client: httpx.AsyncClient, words: Json) -> None:
    """Show the new words and ask for three; the old ones hold until these are right."""
    sys.stdout.write("New recovery words. Write them down: they are not shown again.\n\n")
    for row in range(0, len(words["words"]), 6):
        line = words["words"][row : row + 6]
        sys.stdout.write("  ".join(f"{row + n:2}. {word}" for n, word in enumerate(line, 1)) + "\n")
    sys.stdout.write("\n")
    try:
        while True:
            answers = {number: await _typed(number) for number in words["ask"]}
            try:
                await checked(await client.post("/api/recovery/confirm", json={"answers": answers}))
            except InputError as error:
                sys.stdout.write(f"{error}\n")
            else:
                break
    except (EOFError, asyncio.CancelledError):
        sys.stdout.write("\nThese words were not confirmed: forget them, the old ones hold.\n")
        raise
    sys.stdout.write("From now on these words count, and the old ones open nothing.\n")


async def _typed(number: int) -> str:
    """Return the word typed at the terminal.

    Not in a thread of the executor: whoever leaves by Ctrl-C would be kept until the Enter key.
    """
    return (await in_thread("terminal", partial(input, f"Word {number}: "))).strip()


async def _sealed(client: httpx.AsyncClient, keys: Json) -> None:
    """Say how far it is until nothing is sealed to the key before."""
    told = None
    while (changing := keys["changing"]) is not None:
        if changing != told:
            sys.stdout.write(f"Sealed to it: {changing['done']} of {changing['total']}.\n")
            sys.stdout.flush()
            told = changing
        await asyncio.sleep(_LOOK_S)
        keys = (await checked(await client.get("/api/keys"))).json()
