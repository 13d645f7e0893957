"""What the web server shows browsers to prove who it is, and looking after it while it serves.

Two kinds: one signed by the house's own authority (``house_certificate.py``), and one that the
owner brought (``own_certificate.py``).
"""

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from consentry.clock import Clock
from consentry.model.errors import ConsentryError
from consentry.model.time import to_datetime

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
"""How soon a certificate that another program renewed is in use."""


class Trust(StrEnum):
    """Why a browser should believe the server."""

    HOUSEHOLD = "household"
    """Because this device was told to trust the house's authority."""
    OWN = "own"
    """Because the owner brought a certificate of an authority it trusts anyway."""
    NONE = "none"
    """It should not: there is no HTTPS, only this machine itself gets in."""


@dataclass(frozen=True, slots=True)
class Identity:
    """For whom a certificate stands, and until when; ``fingerprint`` of what is to be trusted."""

    trust: Trust
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    until: datetime
    fingerprint: str | None = None
    root: bytes | None = None
    """The authority's certificate (DER) that a device imports."""


def rows(fingerprint: str) -> list[str]:
    """Return a fingerprint as people compare it: four rows of eight bytes, on every screen."""
    return [fingerprint[at : at + 23] for at in range(0, len(fingerprint), 24)]


class Certificate(Protocol):
    """A certificate in use. Only ``look`` touches files and may take long; any thread may ask."""

    @property
    def context(self) -> ssl.SSLContext:
        """What the next connection is to be served with."""

    @property
    def identity(self) -> Identity:
        """Whom it names."""

    def look(self) -> str | None:
        """Renew or reload it when that is due; return the sentence that says what is wrong.

        Blocks. What is wrong ends no connection: the certificate before stays in use.
        """


async def look_after(certificate: Certificate, report: Callable[[str | None], None]) -> None:
    """Look at the certificate again and again until cancelled; ``report`` what is wrong."""
    while True:
        try:
            report(await asyncio.to_thread(certificate.look))
        except ConsentryError as error:
            report(str(error))
        except Exception:
            # A bug here must not end the serving.
            log.exception("looking after the certificate failed")
        await asyncio.sleep(LOOK_EVERY_S)


def server_context(chain: Path, key: Path | None = None) -> ssl.SSLContext:
    """Return a context for TLS 1.2 and newer, HTTP/1.1. Raises OSError, ssl.SSLError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    # Without a password given, OpenSSL would ask for one on the terminal.
    context.load_cert_chain(chain, key, password="")
    return context


def now_of(clock: Clock) -> datetime:
    """Return the wall clock as certificates write time."""
    return to_datetime(clock.wall()).astimezone(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Front:
    """How the hub is reached from other machines: what it shows them, and at which port."""

    certificate: Certificate
    port: int
    hosts: tuple[str, ...] = ()
    """Names from the settings file, the first of which is what links in messages begin with."""

    @property
    def home(self) -> str:
        """Where members open the page: by the name that the owner gave to the hub, if any."""
        name = next(iter(self.hosts), None)
        if name is None:
            return self.page
        match name.count(":"), name.startswith("["):
            case 0, _:
                return self.at(name)
            case (1, _) | (_, True):
                return f"https://{name}"  # with its port
            case _:
                return self.at(f"[{name}]")

    @property
    def host(self) -> str:
        """Where to go: by address, since not every phone finds a name, and HSTS spares addresses.

        A certificate of the owner's is good for its names.
        """
        identity = self.certificate.identity
        places = (*identity.addresses, *identity.names)
        if identity.trust is Trust.OWN:
            places = (*identity.names, *identity.addresses)
        first = next((place for place in places if not place.startswith("*")), "localhost")
        return f"[{first}]" if ":" in first else first

    @property
    def page(self) -> str:
        """The address of the hub's page."""
        return self.at(self.host)

    def at(self, host: str) -> str:
        """Return the address of the hub's page at ``host``."""
        return f"https://{host}:{self.port}"

    def trust_page(self, port: int | None = None) -> str | None:
        """Return where a device learns to trust the authority; None when it need not.

        ``port`` is the one by which somebody reached the hub, if a router or container maps it.
        """
        if self.certificate.identity.trust is not Trust.HOUSEHOLD:
            return None
        return f"http://{self.host}:{port or self.port}/trust"
