"""The address of the control socket: a Unix socket's has 107 bytes, a data folder may have more."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST = 107  # sun_path of Linux, without its final zero byte


@contextmanager
def address_of(path: Path) -> Iterator[str]:
    """Give an address of the socket at ``path``, good in this process while the context lasts.

    A path that is too long is reached through a descriptor of its folder: Linux shows each under
    /proc/self/fd. OSError when the folder cannot be opened.
    """
    if len(os.fsencode(path)) <= LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
