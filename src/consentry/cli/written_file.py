"""A file that a command writes: whole or not at all, in place of the one that was there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from consentry.cli.client import checked
from consentry.model.errors import InputError


@contextmanager
def written_file(target: Path) -> Iterator[Path]:
    """Give the place to write at, which becomes ``target`` when the block ends without an error.

    Raises InputError when it cannot be written.
    """
    _require_file(target)
    partial = target.with_name(target.name + ".part")
    try:
        yield partial
        partial.replace(target)
    except OSError as error:
        message = f"Cannot write {target}: {error.strerror}."
        raise InputError(message) from error
    finally:
        partial.unlink(missing_ok=True)


def _require_file(target: Path) -> None:
    """Refuse to put a file in the place of anything else: root's export to /dev/null did."""
    try:
        what = "folder" if target.is_dir() else "device"
        fits = target.is_file() or not target.exists()
    except OSError as error:
        message = f"Cannot write {target}: {error.strerror}."
        raise InputError(message) from error
    if not fits:
        message = f"{target} is a {what}: name the file to write."
        raise InputError(message)


async def download(
    client: httpx.AsyncClient, method: str, url: str, *, file: Path, **query: str
) -> None:
    """Write what the hub answers to a file. Raises what the hub says, and OSError."""
    async with client.stream(method, url, params=query) as answer:
        await checked(answer)
        with file.open("wb") as out:
            async for chunk in answer.aiter_bytes():
                out.write(chunk)
