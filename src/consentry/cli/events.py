"""``consentry events``: what happened, one line each."""

import argparse
import json
import sys

import httpx

from consentry.cli.client import Json, camera_named, checked, with_hub
from consentry.cli.command import Exit, Subparsers, add_command, add_data

PAGE = 200


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "events",
        run,
        text="List events, oldest first, whether the hub runs or not.\n\n"
        "With --json each line is an object with id, camera, label, start, end (null while it\n"
        "lasts), score, alert, reason and correction (null, or verdict and label).",
        examples="  consentry events --since 2026-11-22T18:00\n"
        "  consentry events --camera Door --json | jq 'select(.alert)'",
    )
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--camera", metavar="NAME", help="of this camera only")
    parser.add_argument("--since", metavar="ISO", help="that ended at or after this time")


def run(arguments: argparse.Namespace) -> int:
    """Print the events."""

    async def work(client: httpx.AsyncClient) -> list[Json]:
        cameras: list[Json] = (await checked(await client.get("/api/cameras"))).json()
        names = {camera["id"]: camera["name"] for camera in cameras}
        asked: dict[str, str | int] = {"limit": PAGE}
        if arguments.camera is not None:
            asked["camera"] = camera_named(cameras, arguments.camera)["id"]
        if arguments.since is not None:
            asked["since"] = arguments.since
        return [_row(event, names) for event in await _all(client, asked)]

    for row in reversed(with_hub(arguments, work)):
        sys.stdout.write((json.dumps(row) if arguments.json else _line(row)) + "\n")
    return Exit.OK


async def _all(client: httpx.AsyncClient, asked: dict[str, str | int]) -> list[Json]:
    """Return every event, newest first, page by page."""
    found: list[Json] = []
    while True:
        page = (await checked(await client.get("/api/events", params=asked))).json()
        found += page["events"]
        if page["next"] is None:
            return found
        asked["before"] = page["next"]


def _row(event: Json, names: dict[str, str]) -> Json:
    kept = ("id", "camera", "label", "start", "end", "score", "alert", "reason", "correction")
    row = {key: event[key] for key in kept}
    row["camera"] = names.get(event["camera"], event["camera"])
    return row


def _line(row: Json) -> str:
    told = "alert" if row["alert"] else row["reason"]
    return (
        f"{row['start']}  {row['end'] or 'now':<29}  {row['camera']:<20} {row['label']:<8} "
        f"{row['score']:.2f}  {told}  {row['id']}"
    )
