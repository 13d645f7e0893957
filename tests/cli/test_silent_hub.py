"""Commands beside a hub that hangs, or ends under them."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from consentry.cli import client
from consentry.cli.command import CONTROL_SOCKET
from consentry.cli.main import main


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Listen where a hub would; whoever connects is not answered."""
    (tmp_path / "consentry.db").touch()
    monkeypatch.chdir(tmp_path)  # a socket's name may have 107 bytes
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(CONTROL_SOCKET)
        listening.listen()
        yield listening


@pytest.mark.usefixtures("control")
def test_a_hub_that_hangs_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hub that takes the question and does not answer: exit 1, and its folder is named."""
    monkeypatch.setattr(client, "TIMEOUT_S", 0.1)
    assert main(["camera", "list", "--data", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"consentry: The hub of {tmp_path} has not answered for ")
    assert len(said.splitlines()) == 1


def test_a_hub_that_ends_meanwhile_is_one_sentence(
    tmp_path: Path, control: socket.socket, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hub that hangs up before its answer: exit 1, and what to do is said."""

    def hang_up() -> None:
        control.accept()[0].close()  # who looks whether a hub runs
        asked, _ = control.accept()
        asked.recv(1)
        asked.close()

    thread = threading.Thread(target=hang_up)
    thread.start()
    assert main(["camera", "list", "--data", str(tmp_path)]) == 1
    thread.join()
    assert capsys.readouterr().err == (
        f"consentry: The hub of {tmp_path} ended before it answered: "
        "see whether it was done, and try again.\n"
    )
