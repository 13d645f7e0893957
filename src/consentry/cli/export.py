"""``consentry export``: any stretch of a recording as a standard MP4."""

import argparse
import sys
from functools import partial
from pathlib import Path

import httpx

from consentry.cli.client import camera_named, checked, with_hub
from consentry.cli.command import Exit, Subparsers, add_command, add_data, path
from consentry.cli.unlocking import add_unlocking, unlock
from consentry.cli.written_file import download, written_file


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "export",
        run,
        text="Write a stretch of a camera's recording to an MP4, without re-encoding.\n\n"
        "The first picture shown is exactly that of --from. The file begins at the key frame\n"
        "before it, and players skip that lead: the command says how many seconds it is, because\n"
        "whoever gets the file can still see them. An existing file is replaced.\n\n"
        "Recordings that wait for a password ask for it, unless the running hub was unlocked.",
        examples="  consentry export --camera Door --from 2026-11-22T18:00:00 "
        "--to 2026-11-22T18:00:25 door.mp4",
    )
    add_data(parser)
    add_unlocking(parser)
    parser.add_argument("--camera", required=True, metavar="NAME", help="the camera's name or id")
    parser.add_argument("--from", required=True, metavar="ISO", dest="start", help="first moment")
    parser.add_argument("--to", required=True, metavar="ISO", dest="end", help="last moment")
    parser.add_argument("--stream", choices=("main", "sub"), default="main", help="(main)")
    parser.add_argument("file", type=path, metavar="OUT.mp4")


def run(arguments: argparse.Namespace) -> int:
    """Fetch the export into the file, whole or not at all."""
    target: Path = arguments.file
    asked = {"from": arguments.start, "to": arguments.end, "stream": arguments.stream}

    async def fetch(client: httpx.AsyncClient, to: Path) -> tuple[float, float]:
        await unlock(client, arguments)
        cameras = (await checked(await client.get("/api/cameras"))).json()
        route = f"/api/cameras/{camera_named(cameras, arguments.camera)['id']}/export"
        plan = (await checked(await client.get(route, params=asked))).json()
        await download(client, "GET", f"{route}.mp4", file=to, **asked)
        return float(plan["seconds"]), float(plan["lead_seconds"])

    with written_file(target) as file:
        seconds, lead = with_hub(arguments, partial(fetch, to=file))
    size = target.stat().st_size / 1e6
    sys.stdout.write(f"Wrote {target}: {seconds:.3f} s, {size:.1f} MB")
    sys.stdout.write(f"; it still carries {lead:.3f} s from before the cut.\n" if lead else ".\n")
    return Exit.OK
