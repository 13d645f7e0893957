"""Commands beside a hub that hangs, or ends under them."""

import argparse
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from consentry.cli.client import with_hub
from consentry.cli.command import CONTROL_SOCKET
from consentry.cli.main import main
from consentry.model.errors import ConsentryError, InputError


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
def test_a_hub_that_hangs_is_one_sentence(tmp_path: Path) -> None:
    """A hub that takes the question and does not answer: an error that names its folder."""
    arguments = argparse.Namespace(data=tmp_path, passphrase=None)
    with pytest.raises(ConsentryError) as raised:
        with_hub(arguments, lambda client: client.get("/api/cameras"), timeout_s=0.1)
    said = str(raised.value)
    assert said.startswith(f"The hub of {tmp_path} has not answered for ")
    assert len(said.splitlines()) == 1
    assert not isinstance(raised.value, InputError)  # exit 1, not 2


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
