"""What ``make test`` makes of each way a run of tests can go wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kit.suite import MOST

CHECKOUT = Path(__file__).resolve().parents[2]

FIRST = """
import os, pathlib, pytest

def first(name):
    been = pathlib.Path(name).exists()
    pathlib.Path(name).touch()
    return not been
"""
"""``first(name)`` is true when it was never asked before."""

FORGIVEN = """
def test_fails(): assert not first("fails")

def test_dies():
    if first("dies"): os.kill(os.getpid(), 9)

@pytest.fixture
def it():
    yield
    assert not first("ends")

def test_ends(it): pass
"""

FAILED = """
def test_fails(): assert False
def test_dies(): os.kill(os.getpid(), 9)
def test_leaves(): os._exit(0)

@pytest.fixture
def it():
    yield
    assert False

def test_ends(it): pass
"""


def suite(folder: Path, body: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of ``body`` and three that pass, on two workers."""
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -q\n")
    (folder / "test_good.py").write_text("".join(f"def test_{n}(): pass\n" for n in range(3)))
    (folder / "test_odd.py").write_text(FIRST + body)
    plugins = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "xdist.plugin"}
    inherited = {name: text for name, text in os.environ.items() if "PYTEST" not in name}
    return subprocess.run(
        [sys.executable, "-m", "kit.suite", "2", "."],
        cwd=folder,
        env={**inherited, **plugins, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_tests_that_pass_run_once(tmp_path: Path) -> None:
    """A good run says nothing more than pytest does."""
    done = suite(tmp_path, "def test_odd(): pass")
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout
    assert "test: " not in done.stdout


def test_what_fails_once_is_named_and_forgiven(tmp_path: Path) -> None:
    """A failure, a dead worker, a fixture's bad end: the others run, and those three run again."""
    done = suite(tmp_path, FORGIVEN)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout
    tail = done.stdout.partition("these did not bear company\n")[2].split()
    assert sorted(tail) == [f"test_odd.py::test_{name}" for name in ("dies", "ends", "fails")]


def test_what_fails_again_has_failed(tmp_path: Path) -> None:
    """The second run decides, also over a test that ends its process without a word."""
    done = suite(tmp_path, FAILED)
    assert done.returncode != 0
    second = done.stdout.partition("once more")[2]
    assert all(f"{word} test_odd.py" in second for word in ("FAILED", "ERROR"))
    assert "3 failed, 1 passed, 1 error" in second


@pytest.mark.parametrize(
    "body",
    [
        "assert not first('odd')",
        "def test_odd(): assert not first('odd')\ndef test_more(): pytest.exit('enough')",
        "def test_odd():\n    if first('odd'): raise KeyboardInterrupt",
        f"@pytest.mark.parametrize('n', range({MOST + 1}))\ndef test_odd(n): assert False",
    ],
    ids=["collection", "exit", "interrupt", "many"],
)
def test_what_is_no_accident_gets_no_second_run(tmp_path: Path, body: str) -> None:
    """A run that could not collect, was interrupted, or failed all over is not tried again."""
    done = suite(tmp_path, body)
    assert done.returncode != 0
    assert "once more" not in done.stdout
