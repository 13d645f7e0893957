"""``consentry backup``: settings, members and kept clips as one file that the words open."""

import argparse
import sys
from pathlib import Path

import httpx

from consentry.cli.client import checked, with_hub
from consentry.cli.command import Exit, Subparsers, add_command, add_data
from consentry.cli.unlocking import add_unlocking, unlock
from consentry.model.errors import InputError


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "backup",
        run,
        text="Write settings, members and kept clips to a file for the recovery words only.\n\n"
        "Footage that nobody kept is not in it, nor any key that could open it: what is deleted\n"
        "stays deleted, whatever backups there are. An existing file is replaced.\n\n"
        "Recordings that wait for a password ask for it, unless the running hub was unlocked.",
        examples="  consentry backup /mnt/stick/house.backup --data /srv/consentry",
    )
    parser.add_argument("file", type=Path, metavar="OUT")
    add_data(parser)
    add_unlocking(parser)


def run(arguments: argparse.Namespace) -> int:
    """Fetch the backup into the file, whole or not at all."""
    target: Path = arguments.file
    partial = target.with_name(target.name + ".part")

    async def work(client: httpx.AsyncClient) -> None:
        await unlock(client, arguments)
        async with client.stream("POST", "/api/backup") as answer:
            await checked(answer)
            with partial.open("wb") as file:
                async for chunk in answer.aiter_bytes():
                    file.write(chunk)

    try:
        with_hub(arguments, work)
        partial.replace(target)
    except OSError as error:
        message = f"Cannot write {target}: {error.strerror}."
        raise InputError(message) from error
    finally:
        partial.unlink(missing_ok=True)
    sys.stdout.write(f"Wrote {target}, {target.stat().st_size / 1e6:.1f} MB.\n")
    return Exit.OK
