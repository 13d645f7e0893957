"""What commands print: help at every width, and output that its reader does not take."""

import subprocess
import sys
from pathlib import Path

import pytest

from consentry import config as settings_file
from consentry.cli.main import COMMANDS, main
from consentry.home.stores import Stores

ACTIONS = ["add", "list", "test", "remove", "off", "on", "pause", "doors", "password"]


def helped(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return what a command's ``--help`` prints."""
    with pytest.raises(SystemExit) as left:
        main([*words, "--help"])
    assert left.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("command", COMMANDS)
def test_prose_of_help_fits_the_terminal(
    command: str, columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prose is wrapped to the terminal; examples and columns stay as they are, to be copied."""
    monkeypatch.setenv("COLUMNS", str(columns))
    wide = [line for line in helped([command], capsys).splitlines() if len(line) > columns]
    assert [line for line in wide if "  " not in line] == []


@pytest.mark.parametrize("action", ACTIONS)
def test_help_of_an_action_says_what_it_does(
    action: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An action's help has a sentence, not only its options."""
    assert any(line.endswith(".") for line in helped(["camera", action], capsys).splitlines())


def test_a_summary_is_a_whole_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """In the list of commands each summary ends where its sentence does."""
    words = helped([], capsys).partition("COMMAND\n")[2].partition("\noptions:")[0].split()
    starts = [words.index(name) for name in COMMANDS]
    ends = [*(start - 1 for start in starts[1:]), len(words) - 1]
    assert [words[end] for end in ends if not words[end].endswith(".")] == []


def test_output_that_a_full_disk_does_not_take_is_one_sentence(tmp_path: Path) -> None:
    """A script's log on a full disk: exit 1 and a sentence, no traceback."""
    Stores.open(settings_file.load(tmp_path)).database.close()
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            (sys.executable, "-m", "consentry", "check", "--data", tmp_path),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr == b"consentry: The output cannot be written: its disk is full.\n"
