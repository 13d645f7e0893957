"""``consentry export`` and ``check`` on a house whose recordings wait for a password."""

from pathlib import Path

import pytest
import pytest_asyncio

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.secret import Secret
from consentry.model.time import to_iso
from consentry.store import accounts
from tests.cli.hub_process import Answer, consentry, hub_process
from tests.cli.locked_house import PASSWORD, locked_house
from tests.store.house import span
from tests.web.home import CHEAP

STRETCH = ("--from", to_iso(span(4, 6).start), "--to", to_iso(span(4, 6).end))


@pytest_asyncio.fixture
async def data(tmp_path: Path) -> Path:
    """Return a data folder with ten seconds of footage, sealed behind the owner's password."""
    async with locked_house(tmp_path):
        pass
    return tmp_path


async def export(data: Path, *more: str, stdin: str = "") -> Answer:
    """Export two seconds."""
    file = data / "door.mp4"
    words: tuple[str | Path, ...] = (
        "export",
        "--data",
        data,
        "--camera",
        "front door",
        *STRETCH,
        *more,
    )
    return await consentry(*words, file, stdin=stdin)


async def test_an_export_needs_the_password(data: Path) -> None:
    """Without it, and with a wrong one: one sentence, exit 2, no file. With it: the film."""
    without = await export(data)
    assert without.status == 2
    assert without.err == (
        "consentry: The recordings are locked: sign in on the hub's page, or give the password "
        "with --password-stdin.\n"
    )
    wrong = await export(data, "--password-stdin", stdin="wrong horse\n")
    assert (wrong.status, len(wrong.err.splitlines())) == (2, 1)
    assert not (data / "door.mp4").exists()
    right = await export(data, "--password-stdin", "--name", "ada", stdin=PASSWORD + "\n")
    assert (right.status, right.err) == (0, "")
    assert (data / "door.mp4").stat().st_size > 1_000


async def test_a_locked_house_is_checked_as_far_as_it_goes(data: Path) -> None:
    """Without the password all that needs no key is verified, and what was left out is said."""
    locked = await consentry("check", "--data", data)
    assert (locked.status, locked.out.split()[0]) == (0, "No")
    assert "decrypted 0 units" in locked.out
    assert "(I5, I6, I9) was left out" in locked.err
    opened = await consentry("check", "--data", data, "--password-stdin", stdin=PASSWORD + "\n")
    assert (opened.status, opened.err) == (0, "")
    assert "decrypted 0 units" not in opened.out
    wrong = await consentry("check", "--data", data, "--password-stdin", stdin="wrong horse\n")
    assert (wrong.status, wrong.out) == (2, "")


async def test_damage_is_found_while_locked(data: Path) -> None:
    """A file cut short is a breach, key or no key."""
    (file,) = (data / "recordings").rglob("*.seg")
    file.write_bytes(file.read_bytes()[:-10])
    answer = await consentry("check", "--data", data)
    assert answer.status == 1
    assert "I2" in answer.out


async def test_a_hub_that_was_unlocked_spares_the_password(data: Path) -> None:
    """Once somebody unlocked the running hub, export and check work through it."""
    async with hub_process(data) as hub:
        assert "left out" in (await consentry("check", "--data", data)).err
        async with hub.machine() as machine:
            answer = await machine.post("/api/unlock", json={"password": PASSWORD})
            assert answer.json()["locked"] is False
        checked = await consentry("check", "--data", data)
        assert (checked.status, checked.err) == (0, "")
        assert "decrypted 0 units" not in checked.out
        assert (await export(data)).status == 0


@pytest.mark.parametrize("command", ["check", "export"])
async def test_help_says_what_a_locked_house_asks(command: str) -> None:
    """The help of both commands tells of the password."""
    answer = await consentry(command, "--help")
    assert "--password-stdin" in answer.out
    assert "wait for a password" in answer.out


async def test_a_reset_owner_is_told_what_it_does_not_open(data: Path) -> None:
    """The shell of the machine gives a new password, and says that it opens no recording."""
    reset = await consentry(
        "reset-owner", "--data", data, "--password-stdin", stdin="battery staple\n"
    )
    assert (reset.status, reset.err) == (0, "")
    assert reset.out.startswith("Ada has the new password")
    assert "24 recovery words (consentry recover)" in reset.out
    refused = await export(data, "--password-stdin", stdin="battery staple\n")
    assert refused.status == 2
    assert "cannot unlock the recordings" in refused.err


async def test_words_restore_a_house_from_the_shell(data: Path) -> None:
    """A line of words and a line with the new password, and everything plays again."""
    async with Hub(Config(data=data), work=Work.NOTHING, cost=CHEAP) as hub:
        account = await hub.database.run(accounts.first)
        assert account is not None
        pair = await hub.passwords.open(Secret(PASSWORD), account)
        assert pair is not None
        await hub.locks.open_with(account, pair)
        offer = hub.words.offer()
        await hub.words.confirm({number: offer.words[number - 1] for number in offer.asked})
    words = " ".join(offer.words)
    wrong = await consentry("recover", "--data", data, stdin="abandon\nbattery staple\n")
    assert (wrong.status, wrong.err) == (
        2,
        "consentry: There are 24 recovery words, not 1.\n",
    )
    right = await consentry("recover", "--data", data, stdin=f"{words}\nbattery staple\n")
    assert (right.status, right.err) == (0, "")
    assert (await export(data, "--password-stdin", stdin="battery staple\n")).status == 0
    await backed_up_and_restored(data, words)


async def backed_up_and_restored(data: Path, words: str) -> None:
    """Back the house up and restore it beside: members are there, footage nobody kept is not."""
    file, new = data / "house.backup", data / "new"
    backup = await consentry(
        *("backup", file, "--data", data, "--password-stdin"), stdin="battery staple\n"
    )
    assert (backup.status, backup.err) == (0, "")
    assert backup.out.startswith(f"Wrote {file}")
    wrong = await consentry("restore", file, "--data", new, stdin="abandon\n")
    assert (wrong.status, wrong.err) == (2, "consentry: There are 24 recovery words, not 1.\n")
    right = await consentry("restore", file, "--data", new, stdin=f"{words}\n")
    assert (right.status, right.err) == (0, "")
    assert "Restored 1 cameras, 1 members and 0 kept clips." in right.out
    again = await consentry("restore", file, "--data", new, stdin=f"{words}\n")
    assert "holds a house already" in again.err
    checked = await consentry("check", "--data", new, "--password-stdin", stdin="battery staple\n")
    assert (checked.status, checked.err) == (0, "")
    assert checked.out.startswith("No breaches in 0 segments")


async def test_the_key_is_changed_from_a_shell(data: Path) -> None:
    """With the password only; the command waits until all is sealed anew, and everything plays."""
    refused = await consentry("rotate", "--data", data)
    assert (refused.status, refused.out) == (2, "")
    assert "The recordings are locked" in refused.err
    wrong = await consentry("rotate", "--data", data, "--password-stdin", stdin="wrong horse\n")
    assert wrong.status == 2
    done = await consentry("rotate", "--data", data, "--password-stdin", stdin=PASSWORD + "\n")
    assert (done.status, done.err) == (0, "")
    assert "The household has another key.\n" in done.out
    assert "The recovery words stay as they are.\n" in done.out
    assert done.out.endswith("Everything is sealed to the new key; the old one is destroyed.\n")
    assert (await export(data, "--password-stdin", stdin=PASSWORD + "\n")).status == 0
