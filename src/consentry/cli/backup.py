"""``consentry backup``: settings, members and kept clips as one file that the words open."""

import argparse
import sys
from functools import partial
from pathlib import Path

import httpx

from consentry.cli.client import with_hub
from consentry.cli.command import Exit, Subparsers, add_command, add_data, path
from consentry.cli.unlocking import add_unlocking, unlock
from consentry.cli.written_file import download, written_file


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
    parser.add_argument("file", type=path, metavar="OUT")
    add_data(parser)
    add_unlocking(parser)


def run(arguments: argparse.Namespace) -> int:
    """Fetch the backup into the file, whole or not at all."""
    target: Path = arguments.file

    async def fetch(client: httpx.AsyncClient, to: Path) -> None:
        await unlock(client, arguments)
        await download(client, "POST", "/api/backup", file=to)

    with written_file(target) as file:
        with_hub(arguments, partial(fetch, to=file))
    sys.stdout.write(f"Wrote {target}, {target.stat().st_size / 1e6:.1f} MB.\n")
    return Exit.OK
