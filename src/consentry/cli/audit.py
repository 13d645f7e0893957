"""``consentry audit``: the diary of looks as one file, and whether it is whole."""

import argparse
import json
import os
import sys
from pathlib import Path

from consentry.cli.command import Exit, Subparsers, add_action, add_command, add_data
from consentry.cli.passphrase import database_key_of
from consentry.cli.written_file import written_file
from consentry.home import database_lock
from consentry.model.errors import InputError
from consentry.store import audit, audit_bundle
from consentry.store.database import Database, database_key


def register(subparsers: Subparsers) -> None:
    """Add the command and its two actions."""
    parser = add_command(
        subparsers,
        "audit",
        _no_action,
        text="Take the diary of looks out of the house as one file, and verify it anywhere.\n\n"
        "export works beside a running hub and changes nothing. verify needs nothing but the\n"
        "file: it checks the signature, the whole tree, and every entry that was not erased; with\n"
        "--since also that the diary grew from a checkpoint that somebody kept. It exits with 0\n"
        "when all of it holds, 1 when something does not (a sentence each), 2 for what is no\n"
        "bundle.",
        examples="  consentry audit export --data /srv/consentry diary.zip\n"
        "  consentry audit verify diary.zip\n"
        "  consentry audit verify diary.zip --since checkpoint-of-may.txt --print",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    export = add_action(actions, "export", "write the diary into a file")
    add_data(export)
    export.add_argument("file", type=Path, metavar="OUT.zip", help="an existing one is replaced")
    export.set_defaults(handler=_export)
    verify = add_action(actions, "verify", "verify a diary that was written into a file")
    verify.add_argument("file", type=Path, metavar="BUNDLE")
    verify.add_argument(
        "--since", type=Path, metavar="FILE", help="a checkpoint kept earlier: a file with its text"
    )
    verify.add_argument(
        "--print", action="store_true", help="print each entry that holds, one JSON object a line"
    )
    verify.set_defaults(handler=_verify)


def _no_action(_arguments: argparse.Namespace) -> int:
    return Exit.USAGE


def _export(arguments: argparse.Namespace) -> int:
    data = arguments.data.expanduser().absolute()
    path = data / "consentry.db"
    if not path.exists():
        message = f"{data} is not a Consentry data folder: name another with --data."
        raise InputError(message)
    target: Path = arguments.file
    key = database_key_of(data, arguments.passphrase)
    key = key or database_key(data / "keys" / database_lock.KEY, database=path)
    with written_file(target) as file:
        with Database.open(path, key) as db:
            written = db.call(audit_bundle.write, file)
        file.chmod(0o600)
    sys.stdout.write(f"Wrote {target}: {written.size} entries of {written.origin}.\n")
    return Exit.OK


def _verify(arguments: argparse.Namespace) -> int:
    since = _kept(arguments.since) if arguments.since is not None else None
    with audit_bundle.BundleDiary(arguments.file) as bundle:
        show = _print if arguments.print else _ignore
        report = audit.verify(bundle, since=since, show=show)
    for problem in report.problems:
        sys.stderr.write(f"{problem}\n")
    if report.more:
        sys.stderr.write(f"And {report.more} more.\n")
    out = sys.stderr if arguments.print else sys.stdout
    unread = report.size - report.readable
    verdict = "everything holds" if report.sound else "NOT everything holds"
    out.write(
        f"{report.origin}: {report.size} entries, {report.readable} readable, "
        f"{unread} erased or unreadable; {verdict}.\n"
    )
    return Exit.OK if report.sound else Exit.FAILED


def _print(opening: audit.Opening) -> None:
    entry = json.dumps({"index": opening.index}).removesuffix("}")
    sys.stdout.write(f"{entry}, {opening.entry.removeprefix('{')}{os.linesep}")


def _ignore(_opening: audit.Opening) -> None:
    pass


def _kept(path: Path) -> str:
    """Return a checkpoint that was kept: the note, or what /api/diary/checkpoint answered."""
    try:
        text = path.read_text("utf-8")
        match json.loads(text) if text.startswith("{") else text:
            case str(note) | {"checkpoint": str(note)}:
                return note
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read as an earlier checkpoint: {error}."
        raise InputError(message) from error
    message = f"{path} holds no checkpoint."
    raise InputError(message)
