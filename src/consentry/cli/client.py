"""How a command reaches the hub: its HTTP API, whether a hub runs or not.

A running hub answers on the control socket in its data folder (mode 0600: only its owner gets
there). Otherwise the same server is started on the data folder within this process, without
recording: one way of doing everything, and no second hub can start meanwhile.
"""

import argparse
import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import httpx

from consentry.cli.command import CONTROL_SOCKET
from consentry.home.control import address_of
from consentry.model.errors import ConsentryError, InputError
from consentry.model.secret import Secret

T = TypeVar("T")

Json = dict[str, Any]
"""An answer of the HTTP API: JSON at the edge."""

TIMEOUT_S = 60.0
_BAD_REQUEST, _SERVER_ERROR, _FAILED_CAMERA = 400, 500, 424


def with_hub(
    arguments: argparse.Namespace,
    work: Callable[[httpx.AsyncClient], Awaitable[T]],
    *,
    create: bool = False,
    timeout_s: float = TIMEOUT_S,
) -> T:
    """Run ``work`` with a client of the hub of ``--data``. Raises what the hub says, as errors.

    ConsentryError too where it says nothing: it hangs, or ended meanwhile.

    It is asked for ``timeout_s`` at most, a request that says otherwise apart.

    ``create`` makes the data folder when there is none (the first camera before the first run).
    """
    folder = arguments.data.expanduser().absolute()
    if not create and not (folder / "consentry.db").exists():
        message = f"{folder} is not a Consentry data folder: name another with --data."
        raise InputError(message)

    async def connected() -> T:
        async with _client(folder, arguments.passphrase, timeout_s) as client:
            return await work(client)

    try:
        return asyncio.run(connected())
    except httpx.TimeoutException as error:
        message = (
            f"The hub of {folder} has not answered for {timeout_s:.0f} s: "
            "see what holds it up, or stop it and try again."
        )
        raise ConsentryError(message) from error
    except httpx.TransportError as error:
        message = (
            f"The hub of {folder} ended before it answered: see whether it was done, and try again."
        )
        raise ConsentryError(message) from error


async def checked(answer: httpx.Response) -> httpx.Response:
    """Return ``answer`` when it is good; raise the sentence it carries when not."""
    if answer.status_code < _BAD_REQUEST:
        return answer
    await answer.aread()
    try:
        sentence = answer.json()["error"]["message"]
    except (ValueError, KeyError, TypeError):
        sentence = f"The hub answered {answer.status_code}."
    if answer.status_code >= _SERVER_ERROR or answer.status_code == _FAILED_CAMERA:
        raise ConsentryError(sentence)
    raise InputError(sentence)


def camera_named(cameras: list[Json], name: str) -> Json:
    """Return the camera called ``name``, or with that id. Raises InputError that lists them."""
    for camera in cameras:
        if camera["id"] == name or str(camera["name"]).casefold() == name.casefold():
            return camera
    names = ", ".join(str(camera["name"]) for camera in cameras) or "none yet"
    message = f"There is no camera named {name!r}. Cameras: {names}."
    raise InputError(message)


@asynccontextmanager
async def _client(
    data: Path, passphrase: Secret | None, timeout_s: float
) -> AsyncIterator[httpx.AsyncClient]:
    control = data / CONTROL_SOCKET
    async with AsyncExitStack() as stack:
        if not is_running(data):
            # Imported only now: a whole hub weighs a second of CPU that a running one spares.
            standin = import_module("consentry.cli.standin")
            await stack.enter_async_context(standin.served(data, passphrase))
        address = stack.enter_context(address_of(control))
        transport = httpx.AsyncHTTPTransport(uds=address)
        yield await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://hub", timeout=timeout_s)
        )


def is_running(data: Path) -> bool:
    """Tell whether a hub listens on the data folder's control socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            with address_of(data / CONTROL_SOCKET) as address:
                probe.connect(address)
        except OSError:
            return False
        return True
