"""``consentry run``: the hub, until SIGTERM or Ctrl-C."""

import argparse
import asyncio
import faulthandler
import gc
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import replace

from consentry import config as settings_file
from consentry.cli.command import (
    CONTROL_SOCKET,
    Exit,
    Subparsers,
    add_command,
    add_data,
    named,
    path,
)
from consentry.cli.passphrase import database_key_of
from consentry.home.hub import Hub
from consentry.home.logs import set_up_logging
from consentry.model.errors import InputError
from consentry.store import accounts
from consentry.web.certificate import Front, rows
from consentry.web.reach import front, own_certificate
from consentry.web.server import bind, bind_control, serve

Prepare = Callable[[Hub], Awaitable[None]]

LAST_CALL_S = 4.8
"""After SIGTERM: the server takes 1 s at most, then the children 3.5 s, the stores next to none."""
LAST_CALL = "CONSENTRY_STOP_SECONDS"
"""In the environment of a machine that needs longer."""
_LONGEST_CALL_S = 3600
_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "run",
        run,
        text="Run the hub: record, watch, alert, and serve the page.\n\n"
        "It prints the address of its page and, until the first account is made, the one-time\n"
        "token for making it. GET /api/health answers 200 as soon as it is ready. SIGTERM,\n"
        "Ctrl-C or a closed terminal (but after nohup) ends it within five seconds, with every\n"
        "recording closed; where a disk hangs it then shows what it waited for and exits 1.\n"
        "CONSENTRY_STOP_SECONDS in the environment of a slow machine allows longer.\n\n"
        "With --host 0.0.0.0 others in the network reach it, by HTTPS only: each phone and\n"
        "computer learns to trust it once, on the page that is printed. On this machine plain\n"
        "HTTP works as well.\n\n"
        "A database that waits for its passphrase (consentry passphrase) asks for it here.",
        examples="  consentry run\n"
        "  consentry run --data /srv/consentry --host 0.0.0.0 --port 8600\n"
        "  consentry run --data /srv/consentry --config /etc/consentry.toml",
    )
    add_data(parser)
    parser.add_argument("--port", type=int, metavar="P", help="TCP port of the page (8600)")
    parser.add_argument(
        "--host", type=named, metavar="ADDRESS", help="address to listen on (127.0.0.1)"
    )
    parser.add_argument(
        "--config", type=path, metavar="FILE", help="settings file (DIR/consentry.toml)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the hub as the command line says."""
    config = settings_file.load(arguments.data, file=arguments.config)
    if arguments.port is not None:
        config = replace(config, port=arguments.port)
    if arguments.host is not None:
        config = replace(config, host=arguments.host)
    key = database_key_of(config.data, arguments.passphrase)
    return run_hub(Hub(config, database_key=key))


def run_hub(hub: Hub, *, prepare: Prepare | None = None) -> int:
    """Run a hub until SIGTERM or Ctrl-C; ``prepare`` works on it before it is served."""
    set_up_logging()
    asyncio.run(_run(hub, prepare))
    return Exit.OK


async def _run(hub: Hub, prepare: Prepare | None) -> None:
    """Serve until told to stop, also while the hub is still starting."""
    stop = _stop_asked()
    serving = asyncio.create_task(_serve(hub, prepare))
    await asyncio.wait((serving, stop), return_when=asyncio.FIRST_COMPLETED)
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


async def _serve(hub: Hub, prepare: Prepare | None) -> None:
    """Run a hub and its server until cancelled.

    The port is bound first: one in use must not cost a start of every camera. Both sockets listen
    before the greeting, so that whoever reads it gets in.
    """
    config = hub.config
    with closing(bind(config.host, config.port)) as page:
        own = own_certificate(hub)  # what is wrong with it is said before the cameras start
        async with hub:
            if prepare is not None:
                await prepare(hub)
            shown = await asyncio.to_thread(front, hub, page, own)
            socket_file = config.data / CONTROL_SOCKET
            with closing(bind_control(socket_file)) as control:
                page.listen()
                control.listen()
                await _greet(hub, page, shown)
                gc.freeze()  # what a hub begins with stays: collections need not walk through it
                try:
                    await serve(hub, sockets=[page, control], front=shown)
                finally:
                    socket_file.unlink(missing_ok=True)


def _stop_asked() -> "asyncio.Future[None]":
    """Return a future that SIGTERM or SIGINT completes, or SIGHUP: the terminal was closed.

    From then on the process has ``LAST_CALL_S``: a thread that waits for a disk or a camera, or a
    blocked event loop, ends with it, and the terminal shows where it hung. What is recorded is safe
    then too: the recorders end by themselves when their pipe closes.
    """
    loop = asyncio.get_running_loop()
    stop: asyncio.Future[None] = loop.create_future()
    seconds = _last_call()

    def ask() -> None:
        if not stop.done():
            stop.set_result(None)

    def asked(*_: object) -> None:
        for number in _ENDING:
            signal.signal(number, signal.SIG_IGN)  # asked twice, it gets no longer
        faulthandler.dump_traceback_later(seconds, exit=True)
        loop.call_soon_threadsafe(ask)

    for number in _ENDING:
        if number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
            continue  # nohup: the hub outlives its terminal
        signal.signal(number, asked)  # the loop's own handlers wait for a loop that still turns
    return stop


def _last_call() -> float:
    text = os.environ.get(LAST_CALL) or str(LAST_CALL_S)
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST_CALL_S:
        message = f"{LAST_CALL} must be a number of seconds up to {_LONGEST_CALL_S}, not {text!r}."
        raise InputError(message)
    return seconds


async def _greet(hub: Hub, page: socket.socket, front: Front | None) -> None:
    """Print where the page is, and the token that makes the first account."""
    host, port = page.getsockname()[:2]
    shown = "localhost" if host in {"127.0.0.1", "::1", "0.0.0.0", "::"} else host  # noqa: S104
    lines = [f"Consentry runs at http://{shown}:{port}"]
    if front is not None:
        lines = [f"Consentry runs at {front.page} and, on this machine, at http://localhost:{port}"]
        if (trust := front.trust_page()) is not None:
            fingerprint = front.certificate.identity.fingerprint or ""
            lines += [
                f"Each phone and computer trusts it once: open {trust} there and compare",
                *(f"    {row}" for row in rows(fingerprint)),
                "('consentry trust' shows this again, with a QR code)",
            ]
    if not await hub.database.run(accounts.is_set_up):
        token = hub.setup_token.reveal()
        lines.append(f"Make your account there with this one-time token: {token}")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
