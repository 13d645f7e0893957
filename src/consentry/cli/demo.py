"""``consentry demo``: two simulated cameras and a hub that watches them, in one command."""

import argparse
import functools
import secrets
import signal
import sys
from dataclasses import replace
from pathlib import Path

from consentry import config as settings_file
from consentry.cli.command import Subparsers, add_command, path
from consentry.cli.run import run_hub
from consentry.home.cameras import NewCamera
from consentry.home.hub import Hub
from consentry.model.camera import Camera, Place, StreamAddress
from consentry.model.errors import ConflictError
from consentry.model.keys import UnlockMode
from consentry.model.media import StreamName
from consentry.model.secret import Secret
from consentry.model.time import HOUR, Micros
from consentry.simcam import CameraProcess
from consentry.simcam.programme import default_cache, demo_films
from consentry.store import accounts

_ACCOUNT = "demo"
_CAMERAS = {"Front garden": ("garden", Place.OUTDOOR), "Living room": ("parlour", Place.INDOOR)}
"""Names in the hub, the scenes they see, and where."""

_KEPT = Micros(6 * HOUR)
"""About 5 GB a camera: a demo left running for a week must not fill the disk."""


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "demo",
        run,
        text="See it work without a camera: two simulated ones, and a hub that watches them.\n\n"
        "Somebody walks past one camera after about twenty seconds and a cat past the other\n"
        "after about forty; both come again every minute and a half. The cameras reach the hub\n"
        "over RTSP on this machine only. The first start paints their films, some ten seconds.\n"
        "SIGTERM or Ctrl-C ends everything within five seconds.",
        examples="  consentry demo\n  consentry demo --data /tmp/look --port 8700",
    )
    parser.add_argument(
        "--data",
        type=path,
        default=Path("~/consentry-demo"),
        metavar="DIR",
        help="the demo's own data folder (default: %(default)s)",
    )
    parser.add_argument("--port", type=int, metavar="P", help="TCP port of the page (8600)")


def run(arguments: argparse.Namespace) -> int:
    """Start the cameras, then the hub that records them."""
    config = settings_file.load(arguments.data)
    if arguments.port is not None:
        config = replace(config, port=arguments.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the hub takes over
    films = demo_films(default_cache(), _Painting())
    streams = {
        f"{scene}/{size}": film
        for scene, both in films.items()
        for size, film in (("main", both.main), ("sub", both.sub))
    }
    with CameraProcess(streams) as cameras:
        return run_hub(Hub(config), prepare=functools.partial(_prepare, cameras))


class _Painting:
    """One line that fills up while the films are made; nothing when all were there already."""

    def __init__(self) -> None:
        self._shown = False

    def __call__(self, ready: int, total: int) -> None:
        if ready == total and not self._shown:
            return
        self._shown = True
        bar = "#" * ready + "." * (total - ready)
        end = "\n" if ready == total else ""
        sys.stdout.write(f"\rPainting the demo's cameras (once): [{bar}] {ready}/{total}{end}")
        sys.stdout.flush()


async def _prepare(cameras: CameraProcess, hub: Hub) -> None:
    """Make the account and tell the hub of its cameras, as their owner would."""
    password = secrets.token_urlsafe(9)
    await _make_account(hub, Secret(password))
    known = {view.camera.name: view.camera for view in hub.cameras.views()}
    for name, (scene, place) in _CAMERAS.items():
        main, sub = cameras.url(f"{scene}/main"), cameras.url(f"{scene}/sub")
        if name in known:
            await hub.cameras.change(_moved(known[name], main, sub))
        else:
            await _add(hub, NewCamera(name, main, sub_url=sub, place=place))
    sys.stdout.write(f"Sign in as {_ACCOUNT} with the password {password}\n")
    sys.stdout.flush()


async def _add(hub: Hub, new: NewCamera) -> None:
    # Both streams are known, so nothing is searched for: that takes ten seconds a camera.
    view = await hub.cameras.add(new, check=False)
    retention = replace(view.camera.retention, max_age=_KEPT)
    await hub.cameras.change(replace(view.camera, retention=retention))


def _moved(camera: Camera, main: str, sub: str) -> Camera:
    """Return the camera at its new address: the port differs at each start."""
    return replace(
        camera,
        main=StreamAddress(StreamName.MAIN, main),
        sub=StreamAddress(StreamName.SUB, sub),
    )


async def _make_account(hub: Hub, password: Secret) -> None:
    """Make the demo's account, or give it the new password.

    Its key stays in a file, so that everything works unattended. Raises ConflictError in a folder
    that a household owns: the demo must not let itself in there.
    """
    if not await hub.database.run(accounts.is_set_up):
        await hub.locks.found(_ACCOUNT, password, mode=UnlockMode.KEY_FILE)
        return
    account = await hub.database.run(accounts.account_named, _ACCOUNT)
    if account is None:
        message = f"{hub.config.data} belongs to a household; give the demo a folder of its own."
        raise ConflictError(message)
    keys = await hub.passwords.lock(password, account.id)
    await hub.database.run(accounts.change_keys, account.id, keys)
