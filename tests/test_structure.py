"""The tree itself: who imports whom, sizes, names, and what must never be committed."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent

CODE = ("src", "kit", "tests", "ui/src")
BUILT = ("node_modules", "__pycache__", "static", "weights")
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
LONGEST = 500
LARGEST = 400_000
MACHINE = ("/" + "work/", "/" + "root/", "/" + "opt/pypi")  # not spelt out: this file is read too


def files(*folders: str) -> Iterator[Path]:
    """Yield the source files of the checkout below ``folders``."""
    for folder in folders:
        for path in sorted((CHECKOUT / folder).rglob("*")):
            relative = path.relative_to(CHECKOUT)
            if path.is_file() and not any(part in BUILT for part in relative.parts):
                yield path


def tracked() -> list[Path]:
    """Return what git keeps, or skip where this is no clone."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=False
    )
    if listing.returncode != 0:
        pytest.skip("not a git clone")
    names = listing.stdout.decode().split("\0")
    return [CHECKOUT / name for name in names if name and (CHECKOUT / name).is_file()]


def test_rooms_import_downwards_only() -> None:
    """Every contract of .importlinter is kept."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    run = subprocess.run(
        [*command, "--no-cache"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_files_stay_readable() -> None:
    """No source file is longer than 500 lines."""
    long = {
        str(path.relative_to(CHECKOUT)): length
        for path in files(*CODE)
        if path.suffix in {".py", ".ts", ".svelte", ".css", ".sql"}
        and (length := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_files_are_named_after_things() -> None:
    """No file is called utils, helpers, common or manager."""
    nameless = [path for path in files(*CODE) if path.stem.lower() in NO_NAMES]
    assert nameless == []


def test_nothing_large_is_committed() -> None:
    """No file in git is larger than 400 kB: models, videos and built pages are not sources."""
    large = [path.name for path in tracked() if path.stat().st_size > LARGEST]
    assert large == []


def test_nothing_of_a_machine_is_committed() -> None:
    """No path of the machine it was written on, and no registry address in a lock file."""
    found = []
    for path in tracked():
        if path.suffix in {".png", ".jpg", ".ico", ".webp"}:
            continue
        text = path.read_text()
        found += [f"{path.name}: {mark}" for mark in MACHINE if mark in text]
        if path.name in {"lock.txt", "package-lock.json"} and "https://reg" in text:
            found.append(f"{path.name}: a registry's address")
    assert found == []


def test_lock_pins_every_package_by_hash() -> None:
    """requirements/lock.txt names no index and gives hashes for all it pins."""
    text = (CHECKOUT / "requirements" / "lock.txt").read_text()
    entries = [block for block in text.split("\n") if block and not block.startswith((" ", "#"))]
    assert entries
    assert all(entry.endswith("\\") for entry in entries)
    assert "://" not in text
