"""Serve media files as cameras by hand: ``python -m consentry.simcam --port 8554 front=FILE``."""

import argparse
import asyncio
import contextlib
import sys

from consentry.model.errors import ConsentryError
from consentry.simcam.film import Film
from consentry.simcam.server import CameraServer, SimulatedCamera


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m consentry.simcam", description=__doc__)
    parser.add_argument("cameras", nargs="+", metavar="NAME=FILE")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8554)
    options = parser.parse_args()
    pairs = (each.partition("=") for each in options.cameras)
    try:
        cameras = {name: SimulatedCamera(Film.from_file(path)) for name, _, path in pairs}
    except (ConsentryError, OSError) as error:
        parser.error(str(error))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(CameraServer(cameras, host=options.host, port=options.port), cameras))
    return 0


async def _serve(server: CameraServer, names: dict[str, SimulatedCamera]) -> None:
    async with server:
        for name in names:
            sys.stdout.write(f"{server.url(name)}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
