"""``consentry check``: are the recordings whole, and does what the index says hold?"""

import argparse
import json
import sys
from dataclasses import asdict

from consentry import config as settings_file
from consentry.cli.command import Exit, Subparsers, add_command, add_data
from consentry.home.stores import Stores
from consentry.model.errors import InputError
from consentry.store.check import check


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "check",
        run,
        text="Verify the numbered invariants of docs/design/invariants.md, whether the hub runs\n"
        "or not: every file against the index, and a sample of units by decrypting them.\n\n"
        "Prints each breach and exits 1 when there is one. Nothing is changed.",
        examples="  consentry check --data /srv/consentry\n"
        "  consentry check --data /srv/consentry --samples 100000 --json",
    )
    add_data(parser)
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
    stores = Stores.open(settings_file.load(data), last_used=True)
    try:
        report = check(stores.database, stores.volume, stores.household, samples=arguments.samples)
    finally:
        stores.database.close()
    for breach in report.breaches:
        text = f"{breach.invariant} {breach.where}: {breach.sentence}"
        sys.stdout.write((json.dumps(asdict(breach)) if arguments.json else text) + "\n")
    if not arguments.json:
        sys.stdout.write(
            f"{len(report.breaches) or 'No'} breaches in {report.segments} segments; decrypted "
            f"{report.opened_units} units of {report.opened_segments} of them and "
            f"{report.opened_pictures} pictures.\n"
        )
    return Exit.FAILED if report.breaches else Exit.OK
