"""What every command shares: how it is registered, and the argument that names the data folder."""

import argparse
import sys
import textwrap
from collections.abc import Callable
from enum import IntEnum
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from consentry.model.secret import Secret

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001
CONTROL_SOCKET = "control.sock"
"""In the data folder while a hub runs, mode 0600: its HTTP API, the caller is its owner."""
_WIDEST = 88
"""Columns of prose in a wide terminal: longer lines are hard to read."""

Handler = Callable[[argparse.Namespace], int]


class Exit(IntEnum):
    """Exit codes of every command."""

    OK = 0
    FAILED = 1
    USAGE = 2


class TeachingFormatter(argparse.RawDescriptionHelpFormatter):
    """Wraps prose to the terminal's width; examples and columns stay as they are written."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        width = min(width, _WIDEST)
        lines: list[str] = []
        for flows, group in groupby(text.splitlines(), _flows):
            written = list(group)
            lines += _wrapped(" ".join(written), width) if flows else written
        return "\n".join(indent + line for line in lines)


def _flows(line: str) -> bool:
    return bool(line) and "  " not in line and not line.startswith(" ")


def _wrapped(prose: str, width: int) -> list[str]:
    return textwrap.wrap(prose, width, break_long_words=False, break_on_hyphens=False)


def add_command(
    subparsers: Subparsers, name: str, handler: Handler, *, text: str, examples: str
) -> argparse.ArgumentParser:
    """Add a command whose ``--help`` teaches: ``text`` (first line: the summary) and examples."""
    parser = subparsers.add_parser(
        name,
        help=text.partition("\n")[0],
        description=text,
        epilog=f"examples:\n{examples}\n\nexit codes: 0 done, 1 failed, 2 wrong usage or input",
        formatter_class=TeachingFormatter,
    )
    parser.set_defaults(handler=handler)
    return parser


def add_action(actions: Subparsers, name: str, text: str) -> argparse.ArgumentParser:
    """Add an action of a command, such as ``camera add``: ``text`` says what it does."""
    sentence = f"{text[0].upper()}{text[1:]}."
    return actions.add_parser(name, help=text, description=sentence)


class _FirstLine(argparse.Action):
    """Reads a secret from the first line of standard input: no command line shows it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - argparse calls it so
        namespace: argparse.Namespace,
        values: object,  # noqa: ARG002
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        setattr(namespace, self.dest, Secret(sys.stdin.readline().rstrip("\r\n")))


def named(text: str) -> str:
    """Take an argument that names something: an empty one is a shell variable that was not set."""
    if not text:
        message = "nothing is named"
        raise argparse.ArgumentTypeError(message)
    return text


def path(text: str) -> Path:
    """Take the name of a file or folder; an empty one would be the folder one happens to be in."""
    return Path(named(text))


def add_data(parser: argparse.ArgumentParser, *, opens: bool = True) -> None:
    """Add ``--data DIR``; with ``opens`` also how a locked database of it is opened."""
    parser.add_argument(
        "--data",
        type=path,
        default=Path("~/consentry"),
        metavar="DIR",
        help="the hub's data folder (default: %(default)s)",
    )
    if opens:
        parser.add_argument(
            "--passphrase-stdin",
            action=_FirstLine,
            nargs=0,
            dest="passphrase",
            help="read the database's passphrase from the first line of standard input",
        )
