"""``consentry rotate`` as an owner runs it: words on the screen once, and nowhere else."""

import asyncio
import random
import re
import signal
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.secret import Secret
from consentry.store import accounts
from tests.cli.hub_process import PATIENCE_S, consentry, hub_process
from tests.cli.locked_house import PASSWORD, locked_house
from tests.cli.terminal import END_OF_FILE, INTERRUPT, Terminal, terminal
from tests.web.home import CHEAP

KILLS = 6
SPARED = 3.0
"""Seconds within which a command is killed: it takes about two, and more on a busy machine."""


async def founded(data: Path) -> str:
    """Make a house with ten seconds of its door; return its recovery words."""
    async with locked_house(data) as hub:
        offer = hub.words.offer()
        await hub.words.confirm({number: offer.words[number - 1] for number in offer.asked})
    return " ".join(offer.words)


async def shown_words(screen: Terminal) -> list[str]:
    """Type the password; return the words when they are on the screen."""
    await screen.until("Password of the owner: ")
    screen.type(PASSWORD + "\n")
    await screen.until("Word ")
    words = dict(re.findall(r"(\d+)\. (\w+)", screen.shown))
    assert len(words) == 24
    return [words[str(number)] for number in range(1, 25)]


async def answered(screen: Terminal, words: list[str], *, rightly: bool = True) -> None:
    """Type the three that are asked for; the first prompt is on the screen but for its number."""
    for _ in range(3):
        await screen.until(": ")
        (number,) = re.findall(r"Word (\d+): $", screen.shown)
        screen.type((words[int(number) - 1] if rightly else "wrong") + "\n")
        await screen.until("\n")


async def opens(data: Path, words: str) -> bool:
    """Tell whether the house's recordings open by these words."""
    answer = await consentry("recover", "--data", data, stdin=f"{words}\n{PASSWORD}\n")
    assert answer.status in {0, 2}, answer.err
    return answer.status == 0


def readable(places: list[Path], words: list[str]) -> list[str]:
    """Return the files in which two words stand one behind the other, however apart."""
    needles = [re.compile(rf"\b{one}\b[\W\d]+{other}\b".encode()) for one, other in pairwise(words)]
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert files
    return [str(path) for path in files for one in needles if one.search(path.read_bytes())]


async def test_words_stand_on_the_screen_once_and_nowhere_else(tmp_path: Path) -> None:
    """A wrong one is asked for again; log, disk, process list and shell history know none."""
    data, home, log = tmp_path / "data", tmp_path / "home", tmp_path / "logs" / "hub.log"
    for folder in (data, home, log.parent):
        folder.mkdir()
    old = await founded(data)
    logged = ("sh", "-c", 'exec "$@" 2>>"$0"', str(log))
    async with hub_process(data, wrapped_by=logged):
        async with terminal("rotate", "--data", data, home=home) as screen:
            words = await shown_words(screen)
            listed = screen.command_lines()
            await answered(screen, words, rightly=False)
            await screen.until("is another one: look it up on your paper.")
            await answered(screen, words)
            await screen.until("From now on these words count")
            assert await screen.ended() == 0
        assert "the household has another key" in log.read_text("utf-8")
    assert PASSWORD not in screen.shown
    assert all(screen.shown.count(f"{number:2}. {words[number - 1]}") == 1 for number in (1, 24))
    secrets = [PASSWORD, *(f"{one} {other}" for one, other in pairwise(words))]
    assert not [secret for secret in secrets for line in listed if secret in line]
    assert readable([data, log.parent], words) == []
    assert list(home.rglob("*")) == []
    assert not await opens(data, old)
    assert await opens(data, " ".join(words))


@pytest.mark.parametrize("key", [INTERRUPT, END_OF_FILE], ids=["Ctrl-C", "Ctrl-D"])
async def test_whoever_leaves_at_the_question_keeps_the_old_words(tmp_path: Path, key: str) -> None:
    """The command ends at once and says so; the household's key is another one all the same."""
    old = await founded(tmp_path)
    (tmp_path / "home").mkdir()
    async with terminal("rotate", "--data", tmp_path, home=tmp_path / "home") as screen:
        words = await shown_words(screen)
        await screen.until(": ")
        screen.type(key)
        assert await screen.ended() == 1
    assert "These words were not confirmed: forget them, the old ones hold." in screen.shown
    assert not await opens(tmp_path, " ".join(words))
    assert await opens(tmp_path, old)


@pytest.mark.timeout(900)  # a dozen hubs, one after the other: 15 s of a processor of one's own
async def test_interrupted_at_any_moment_the_house_opens(tmp_path: Path) -> None:
    """By kill -9 and by SIGINT: the password and the words open it, and every picture is there."""
    words = await founded(tmp_path)
    chance = random.Random(11)  # noqa: S311 - moments, not secrets
    for turn in range(KILLS):
        command = ("-m", "consentry", "rotate", "--data", str(tmp_path), "--password-stdin")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert process.stdin is not None
        process.stdin.write(f"{PASSWORD}\n".encode())
        await asyncio.sleep(chance.random() * SPARED)
        if process.returncode is None:
            process.send_signal(signal.SIGKILL if turn % 2 else signal.SIGINT)
        async with asyncio.timeout(PATIENCE_S):
            await process.communicate()
        await everything_opens(tmp_path)
    assert await opens(tmp_path, words)


async def everything_opens(data: Path) -> None:
    """Unlock by the password and look at everything."""
    async with Hub(Config(data=data), work=Work.NOTHING, cost=CHEAP) as hub:
        account = await hub.database.run(accounts.first)
        assert account is not None
        pair = await hub.passwords.open(Secret(PASSWORD), account)
        assert pair is not None
        await hub.locks.open_with(account, pair)
        report = await hub.check(samples=100)
        assert (report.breaches, report.locked) == ((), False)
        assert report.opened_units > 0
