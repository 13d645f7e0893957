"""The house's authority in a real browser that was told to trust it."""

import asyncio
import contextlib
import itertools
import os
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from playwright.async_api import Browser, Error, async_playwright

from consentry.seal.authority import Authority, Domain
from consentry.seal.pair import Pair
from tests.browser.conftest import FLAGS
from tests.browser.watched_page import PATIENCE_MS
from tests.programs import program

pytestmark = pytest.mark.browser

Names = dict[str, x509.DNSName | x509.IPAddress]

OWN, FOREIGN = "hub.test", "bank.test"
NOW = datetime.now(UTC)  # Chromium's clock is not ours to set
ADDRESS, FOREIGN_ADDRESS = "198.51.100.2", "198.51.100.3"


@dataclass(frozen=True)
class House:
    """An authority, the pair that keeps its root's key, and where certificates are put."""

    authority: Authority
    keeper: Pair
    folder: Path


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Make an authority for one name and one address."""
    keeper = Pair.create()
    domain = Domain((OWN,), (ip_address(ADDRESS),))
    return House(Authority.create("test", domain, keepers=[keeper.public]), keeper, tmp_path)


def install(home: Path, root: Authority) -> None:
    """Let every Chromium of this home folder trust the root, as its owner would by clicking."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    (home / "root.crt").write_bytes(root.root_der)
    certutil = program("certutil")
    for arguments in (
        ("-N", "--empty-password"),
        ("-A", "-n", "consentry", "-t", "C,,", "-i", str(home / "root.crt")),
    ):
        subprocess.run([certutil, "-d", f"sql:{store}", *arguments], check=True)


def abused(house: House, name: x509.DNSName | x509.IPAddress, *, by_root: bool) -> ssl.SSLContext:
    """Return a server whose certificate a thief let the authority sign for ``name``."""
    key = ec.generate_private_key(ec.SECP256R1())
    authority = house.authority
    issuer = authority.root if by_root else authority.issuer
    signer = authority.root_key(house.keeper) if by_root else authority._issuer_key
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([name]), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(signer, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for one in (certificate, authority.issuer):
        pem += one.public_bytes(serialization.Encoding.PEM)
    return context(house.folder, pem)


def context(folder: Path, pem: bytes) -> ssl.SSLContext:
    """Return a server's context for a key with its certificates."""
    path = folder / "server.pem"
    path.write_bytes(pem)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(path)
    return made


@contextlib.asynccontextmanager
async def served(tls: ssl.SSLContext) -> AsyncIterator[int]:
    """Answer every request with a page; yield the port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nin")
            await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls) as server:
        yield server.sockets[0].getsockname()[1]


@contextlib.asynccontextmanager
async def trusting(house: House) -> AsyncIterator[Browser]:
    """Run a Chromium that trusts the house's authority."""
    home = house.folder / "home"
    install(home, house.authority)
    rules = "--host-resolver-rules=MAP * 127.0.0.1"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program("chromium"),
            args=[*FLAGS, rules],
            env={**os.environ, "HOME": str(home)},
            timeout=PATIENCE_MS,
        )
        yield browser
        await browser.close()


async def seen(browser: Browser, address: str) -> str:
    """Return what the browser shows there: the page, or why it refuses."""
    page = await browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    try:
        await page.goto(address)
        return await page.inner_text("body")
    except Error as error:
        return error.message
    finally:
        await page.close()


async def test_chromium_takes_the_authority_for_the_hub_and_for_nothing_else(house: House) -> None:
    """The hub's own name and address are let in; whatever else issuer or root sign is not."""
    ours: Names = {OWN: x509.DNSName(OWN), ADDRESS: x509.IPAddress(ip_address(ADDRESS))}
    stolen: Names = {
        FOREIGN: x509.DNSName(FOREIGN),
        FOREIGN_ADDRESS: x509.IPAddress(ip_address(FOREIGN_ADDRESS)),
    }
    async with trusting(house) as browser:
        async with served(context(house.folder, house.authority.server_pem(NOW))) as port:
            for host in ours:
                assert await seen(browser, f"https://{host}:{port}/") == "in"
        for by_root, (host, name) in itertools.product((False, True), (ours | stolen).items()):
            async with served(abused(house, name, by_root=by_root)) as port:
                told = await seen(browser, f"https://{host}:{port}/")
                assert ("ERR_CERT_INVALID" in told) if host in stolen else (told == "in")
