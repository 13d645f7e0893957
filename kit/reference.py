"""Write what is derived from the code and committed: ``python -m kit.reference``.

That is docs/reference/cli.md, and the page's types of the API. ``tests/docs`` compares both with
what this makes, so that no option lacks its line and the page knows the API of today. Our own
layout and not argparse's, which differs between versions of Python.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from consentry.cli.main import parser
from consentry.web import openapi
from kit import page

CHECKOUT = Path(__file__).resolve().parent.parent
TARGET = CHECKOUT / "docs" / "reference" / "cli.md"
PAGE_TYPES = CHECKOUT / "ui" / "src" / "lib" / "api" / "schema"

_HEAD = """\
# Commands

Made by `make reference` from the commands themselves; `consentry COMMAND --help` says the same.
Every command exits with 0 (done), 1 (failed, or found a breach) or 2 (wrong usage or input), and
says what is wrong in one sentence on stderr. Commands that take `--data` work while the hub runs
(through its control socket, as the machine's owner) and when it doesn't.
"""


def cli() -> str:
    """Return docs/reference/cli.md."""
    return _HEAD + "".join(_command(each) for each in _commands(parser()))


def write_page_types(folder: Path) -> None:
    """Write the page's types of the API into ``folder``, which is emptied first."""
    page.write_types(CHECKOUT / "ui", json.dumps(openapi.document()), folder)


def _commands(top: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    for action in top._actions:  # noqa: SLF001 - argparse has no other way to list them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for each in action.choices.values():
                yield each
                yield from _commands(each)


def _command(command: argparse.ArgumentParser) -> str:
    lines = [f"\n## {command.prog}\n"]
    if command.description:
        lines.append(f"\n{command.description.strip()}\n")
    rows = [row for action in command._actions if (row := _row(command, action))]  # noqa: SLF001
    if rows:
        lines.append("\n| argument | |\n|---|---|\n")
        lines += rows
    if command.epilog:
        lines.append(f"\n```text\n{command.epilog.strip()}\n```\n")
    return "".join(lines)


def _row(command: argparse.ArgumentParser, action: argparse.Action) -> str:
    if isinstance(action, argparse._HelpAction | argparse._SubParsersAction):  # noqa: SLF001
        return ""
    value = action.metavar or (
        "{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper()
    )
    names = ", ".join(action.option_strings)
    shown = str(value) if not names else names if action.nargs == 0 else f"{names} {value}"
    explained = (action.help or "") % {"default": action.default, "prog": command.prog}
    required = " (required)" if names and action.required else ""
    return f"| `{shown}` | {explained}{required} |\n"


if __name__ == "__main__":
    TARGET.write_text(cli(), encoding="utf-8")
    write_page_types(PAGE_TYPES)
