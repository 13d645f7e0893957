"""``consentry run``: the hub."""

import argparse

from consentry.cli.command import Exit, Subparsers, add_command, add_data


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "run",
        run,
        text="Run the hub: record, watch, alert, and serve the page.",
        examples="  consentry run --data ~/consentry --port 8600",
    )
    add_data(parser)
    parser.add_argument("--port", type=int, metavar="P", help="TCP port of the page")


def run(_arguments: argparse.Namespace) -> int:
    """Run until SIGTERM."""
    return Exit.OK
