"""``consentry passphrase``: a database that waits for its passphrase at each start."""

import asyncio
from pathlib import Path

import pytest
import pytest_asyncio

from consentry.home import database_lock
from consentry.model.errors import InputError, IntegrityError
from consentry.model.secret import Secret
from consentry.seal.lock import Cost
from tests.cli.hub_process import consentry, hub_process

PHRASE = "a long passphrase"
CAMERA = ("Nursery", "rtsp://127.0.0.1:1/x", "--unchecked")


def files(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


@pytest_asyncio.fixture
async def data(tmp_path: Path) -> Path:
    """Return a data folder with a camera, whose database waits for its passphrase."""
    folder = tmp_path / "data"
    assert (await consentry("camera", "add", *CAMERA, "--data", folder)).status == 0
    await asyncio.to_thread((folder / "consentry.toml").write_text, "detect = false\n")
    words = ("passphrase", "set", "--data", folder, "--passphrase-stdin")
    answer = await consentry(*words, stdin=PHRASE + "\n")
    assert (answer.status, answer.err) == (0, "")
    return folder


async def test_nothing_opens_without_it(data: Path) -> None:
    """Neither the hub nor a command starts: one sentence, exit 2; the key file is gone."""
    assert files(data / "keys") == ["database.lock", "household.key"]
    for command in (("run", "--port", "0"), ("events",), ("check",)):
        answer = await consentry(*command, "--data", data)
        assert answer.status == 2
        assert answer.err.startswith("consentry: The database waits for its passphrase: ")
    wrong = await consentry(
        "run", "--data", data, "--port", "0", "--passphrase-stdin", stdin="wrong passphrase\n"
    )
    assert (wrong.status, wrong.err) == (
        2,
        "consentry: This is not the passphrase of the database.\n",
    )


async def test_standard_input_and_systemd_open_it(data: Path, tmp_path: Path) -> None:
    """The hub starts with it; beside the hub no command needs it, not even check."""
    file = tmp_path / "consentry"
    await asyncio.to_thread(file.write_text, PHRASE + "\n")
    by_stdin = ("sh", "-c", f'exec "$@" < {file}', "sh")
    by_systemd = ("env", f"CREDENTIALS_DIRECTORY={tmp_path}")
    for wrapped, more in ((by_stdin, ("--passphrase-stdin",)), (by_systemd, ())):
        async with hub_process(data, *more, wrapped_by=wrapped):
            listed = await consentry("camera", "list", "--data", data)
            assert "Nursery" in listed.out
            assert (await consentry("check", "--data", data)).status == 0


DAY = "2026-05-01T12:00:00Z"
OPENING: dict[str, tuple[tuple[str | Path, ...], str]] = {
    "events": (("events",), ""),
    "check": (("check",), ""),
    "audit export": (("audit", "export", "OUT"), ""),
    "camera list": (("camera", "list"), ""),
    "reset-owner": (("reset-owner", "--password-stdin"), "a new password\n"),
    "recover": (("recover",), "no such words\na new password\n"),
    "backup": (("backup", "OUT"), ""),
    "export": (("export", "--camera", "Nursery", "--from", DAY, "--to", DAY, "OUT"), ""),
}
"""Commands that open the database, and what else they read from standard input."""


async def test_every_command_that_opens_it_asks(data: Path, tmp_path: Path) -> None:
    """Each gets to work with the passphrase in its first line of input, and none says it."""
    refused = await consentry("audit", "export", "--data", data, tmp_path / "out")
    assert refused.status == 2
    assert "The database waits for its passphrase" in refused.err
    for command, (words, more) in OPENING.items():
        called = [tmp_path / "out" if word == "OUT" else word for word in words]
        asked = (*called, "--data", data, "--passphrase-stdin")
        answer = await consentry(*asked, stdin=f"{PHRASE}\n{more}")
        assert "usage" not in answer.err, command
        assert "passphrase" not in answer.err, command
        assert PHRASE not in answer.out + answer.err, command


async def test_it_is_changed_and_removed(data: Path) -> None:
    """The old one opens nothing any more; removed, the hub starts by itself again."""
    words = ("passphrase", "set", "--data", data, "--passphrase-stdin")
    assert (await consentry(*words, stdin=f"{PHRASE}\nanother passphrase\n")).status == 0
    assert (await consentry(*words, stdin=f"{PHRASE}\nx\n")).status == 2
    words = ("passphrase", "remove", "--data", data, "--passphrase-stdin")
    assert (await consentry(*words, stdin="another passphrase\n")).status == 0
    assert files(data / "keys") == ["database.key", "household.key"]
    assert (await consentry("check", "--data", data)).status == 0
    again = await consentry(*words)
    assert (again.status, again.err) == (
        2,
        "consentry: The database waits for no passphrase.\n",
    )


async def test_it_is_set_while_no_hub_runs(data: Path) -> None:
    """Beside a running hub it is refused in a sentence."""
    words = ("passphrase", "remove", "--data", data, "--passphrase-stdin")
    assert (await consentry(*words, stdin=PHRASE + "\n")).status == 0
    async with hub_process(data):
        answer = await consentry("passphrase", "set", "--data", data, "--passphrase-stdin")
        assert answer.status == 2
        assert "Another hub already runs" in answer.err


def test_a_change_that_was_cut_off_is_done_again(tmp_path: Path) -> None:
    """With both files there the key file counts; a flipped bit of the lock is said."""
    cheap, key = Cost(memory=32, passes=1, lanes=4), bytes(range(32))
    phrase = Secret(PHRASE)
    with pytest.raises(InputError, match="at least 8"):
        database_lock.make_lock(tmp_path, key, Secret("short"), cost=cheap)
    database_lock.make_lock(tmp_path, key, phrase, cost=cheap)
    assert database_lock.is_locked(tmp_path)
    assert database_lock.open_lock(tmp_path, phrase) == key
    (tmp_path / database_lock.KEY).write_bytes(key)
    assert not database_lock.is_locked(tmp_path)
    database_lock.make_lock(tmp_path, key, Secret("another passphrase"), cost=cheap)
    with pytest.raises(InputError, match="not the passphrase"):
        database_lock.open_lock(tmp_path, phrase)
    path = tmp_path / database_lock.LOCK
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    with pytest.raises(IntegrityError, match="lock of database is damaged"):
        database_lock.open_lock(tmp_path, Secret("another passphrase"))
