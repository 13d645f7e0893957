"""A TCP port for a program that must be told which."""

import contextlib
import secrets
import socket

LOWEST, HIGHEST = 20_000, 32_767
"""Below those the kernel gives to whoever asks for any (Linux: 32768 and up).

From among those, another test's connection may have it before the program is up, seconds later.
"""


def free_port() -> int:
    """Return one that nobody listens on."""
    while True:
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST + 1)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
