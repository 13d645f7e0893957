"""``consentry trust``: what phones and computers must trust, as text and QR code."""

import argparse
import io
import json
import sys

import httpx
import segno

from consentry.cli.client import Json, checked, with_hub
from consentry.cli.command import Exit, Subparsers, add_command, add_data
from consentry.web.certificate import Trust, rows


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "trust",
        run,
        text="Show how phones and computers learn to trust the hub.\n\n"
        "The hub speaks HTTPS to the network with a certificate of its own authority, which can\n"
        "vouch for this hub's names and addresses and nothing else. Open the page shown (the QR\n"
        "code leads there), and compare the fingerprint before you install the certificate.\n\n"
        "--renew makes a new authority for the names and addresses of today, after a move to\n"
        "another network for example: every device must trust the new one.",
        examples="  consentry trust\n  consentry trust --renew\n  consentry trust --json",
    )
    add_data(parser)
    parser.add_argument("--renew", action="store_true", help="make a new authority")
    parser.add_argument("--json", action="store_true", help="as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Ask the hub and print what it says."""

    async def work(client: httpx.AsyncClient) -> Json:
        if arguments.renew:
            answer = await client.post("/api/trust/renew")
        else:
            answer = await client.get("/api/trust")
        told: Json = (await checked(answer)).json()
        return told

    told = with_hub(arguments, work)
    sys.stdout.write(json.dumps(told) + "\n" if arguments.json else text(told))
    return Exit.OK


def text(told: Json) -> str:
    """Return what there is to trust, for a person at the hub's terminal."""
    places = ", ".join((*told["names"], *told["addresses"]))
    match told["kind"]:
        case Trust.HOUSEHOLD:
            return (
                f"{_qr(told['page'])}\n"
                f"Open on each phone and computer, once: {told['page']}\n"
                f"Compare there the SHA-256 fingerprint:\n\n{_indented(told['fingerprint'])}\n"
                f"It vouches for {places} and nothing else, until {told['until'][:10]}.\n"
            )
        case Trust.OWN:
            return f"Your own certificate for {places}, good until {told['until'][:10]}.\n"
        case _:
            return (
                "There is nothing to trust: the hub is not running, or listens on this machine "
                "only\n(start it with --host 0.0.0.0 to reach it from phones).\n"
            )


def _indented(fingerprint: str) -> str:
    return "".join(f"    {row}\n" for row in rows(fingerprint))


def _qr(address: str) -> str:
    drawn = io.StringIO()
    segno.make(address, error="m").terminal(drawn, border=2, compact=True)
    return drawn.getvalue()
