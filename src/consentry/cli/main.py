"""The ``consentry`` command."""

import argparse
import errno
import os
import sys
from importlib import import_module
from typing import Protocol, cast

from consentry import __version__
from consentry.cli.command import Exit, Subparsers
from consentry.model.errors import ConsentryError, InputError
from consentry.model.secret import redact

COMMANDS = (
    "run",
    "demo",
    "camera",
    "events",
    "export",
    "check",
    "recover",
    "reset-owner",
    "passphrase",
    "rotate",
    "backup",
    "restore",
    "audit",
    "trust",
    "analyze",
    "bench",
)
"""Every command, in the order of ``--help``; each is a module of this package (- for _)."""


class Command(Protocol):
    """What a command's module offers."""

    def register(self, subparsers: Subparsers) -> None:
        """Add the command's parser, with a handler that returns an exit code."""


def parser(names: tuple[str, ...] = COMMANDS) -> argparse.ArgumentParser:
    """Build the parser of the commands ``names``."""
    top = argparse.ArgumentParser(
        prog="consentry",
        description="The home camera system that gets better without anyone watching you, "
        "unless you say so.",
        epilog="Start with:  consentry demo   or   consentry run --data ~/consentry",
    )
    top.add_argument("--version", action="version", version=f"consentry {__version__}")
    subparsers = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in names:
        module = name.replace("-", "_")
        command = cast("Command", import_module(f"consentry.cli.{module}"))
        command.register(subparsers)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; every expected error is one sentence on stderr."""
    words = sys.argv[1:] if arguments is None else arguments
    # Only the named command is imported: each brings its own weight (FFmpeg, ONNX, the server).
    named = tuple(name for name in COMMANDS if words[:1] == [name])
    parsed = parser(named or COMMANDS).parse_args(words)
    try:
        status = int(parsed.handler(parsed))
        sys.stdout.flush()  # what the output does not take is said below, not by Python at exit
    except BrokenPipeError:
        # The reader of our output left (as in "| head"); Python would complain again at exit.
        _drop_output()
        return Exit.OK
    except OSError as error:
        if error.errno != errno.ENOSPC or error.filename is not None:
            raise
        sys.stderr.write("consentry: The output cannot be written: its disk is full.\n")
        _drop_output()
        return Exit.FAILED
    except ConsentryError as error:
        sys.stderr.write(f"consentry: {redact(str(error))}\n")
        return Exit.USAGE if isinstance(error, InputError) else Exit.FAILED
    except KeyboardInterrupt:
        return Exit.FAILED
    return status


def _drop_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
