"""What plain HTTP from other machines gets from a hub that speaks HTTPS."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest_asyncio
from cryptography import x509
from starlette.types import ASGIApp, Receive, Scope, Send

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.seal.authority import Authority, Domain
from consentry.seal.pair import Pair
from consentry.web.app import create_app
from consentry.web.certificate import Front
from consentry.web.guard import OUTSIDE, OWNER
from consentry.web.house_certificate import HouseCertificate, Keepers
from consentry.web.own_certificate import OwnCertificate
from consentry.web.server import _Marked
from tests.web.certificates import ISSUED, WallClock, write_pair

HOST = "192.168.1.20:8600"


@dataclass(frozen=True)
class Visits:
    """The application of a hub, as others see it."""

    app: ASGIApp
    house: HouseCertificate | None = None

    @property
    def authority(self) -> Authority:
        """Return the house's authority."""
        assert self.house is not None
        return self.house.authority

    async def ask(
        self, address: str, *, client: str = "192.168.1.7", method: str = "GET", **headers: str
    ) -> httpx.Response:
        """Send one request as if from the machine ``client``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        transport = httpx.ASGITransport(_Marked(self.app), client=(client, 50000))
        async with httpx.AsyncClient(transport=transport) as asking:
            return await asking.request(method, address, headers=named)


@pytest_asyncio.fixture
async def visits(tmp_path: Path) -> AsyncIterator[Visits]:
    """Run a hub that nobody has set up, with the house's own certificate."""
    pair = Pair.create()
    async with Hub(Config(data=tmp_path), work=Work.NOTHING) as hub:
        certificate = HouseCertificate(
            tmp_path / "keys",
            WallClock(ISSUED),
            domain=lambda: Domain.of(["nas.local", "192.168.1.20"]),
            keepers=Keepers(publics=lambda: (pair.public,), openers=tuple),
        )
        yield Visits(create_app(hub, front=Front(certificate, 8600)), certificate)


async def test_plain_http_from_outside_leads_to_the_page_of_trust(visits: Visits) -> None:
    """Whoever types the address lands there; everything else is sent to HTTPS, for now only."""
    home = await visits.ask(f"http://{HOST}/")
    assert (home.status_code, home.headers["location"]) == (307, "/trust")
    other = await visits.ask(f"http://{HOST}/api/events?limit=3")
    assert other.status_code == 307
    assert other.headers["location"] == f"https://{HOST}/api/events?limit=3"
    assert other.headers["cache-control"] == "no-store"


async def test_nobody_signs_in_where_others_can_read(visits: Visits) -> None:
    """What changes something is refused with a sentence, not redirected with its password."""
    body = await visits.ask(f"http://{HOST}/api/login", method="POST", X_Consentry="1")
    assert (body.status_code, body.json()["error"]["code"]) == (403, "needs_https")


async def test_a_stranger_s_name_gets_no_redirect(visits: Visits) -> None:
    """The guard comes first: a rebound name is refused, and no redirect leads anywhere else."""
    answer = await visits.ask("http://evil.example:8600/")
    assert answer.status_code == 421


async def test_this_machine_and_tls_are_let_in(visits: Visits) -> None:
    """Loopback may speak plainly, IPv4 in IPv6's clothes too; by TLS everybody gets the API."""
    for client in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        answer = await visits.ask("http://localhost:8600/api/health", client=client)
        assert answer.status_code == 200
    assert (await visits.ask(f"https://{HOST}/api/health")).status_code == 200


async def test_the_page_shows_what_to_compare(visits: Visits) -> None:
    """English or German by the browser's wish: the fingerprint, the names, and no more."""
    page = f"http://{HOST}/trust"
    english = await visits.ask(page)
    german = await visits.ask(page, Accept_Language="de-CH,de;q=0.9,en;q=0.8")
    asked = await visits.ask(page + "?lang=en", Accept_Language="de")
    first = visits.authority.fingerprint[:23]
    for answer in (english, german, asked):
        assert answer.status_code == 200
        assert first in answer.text
        assert "nas.local, 192.168.1.20" in answer.text
        assert f"http://{HOST}/trust" in answer.text
        assert "$" not in answer.text
    assert 'lang="de"' in german.text
    assert asked.text == english.text
    assert 'lang="en"' in english.text


async def test_the_page_hands_out_the_root_and_nothing_secret(visits: Visits) -> None:
    """The certificate is the authority's root; the QR code, style and script are there too."""
    files = {}
    for name in ("consentry.crt", "qr.svg", "page.css", "page.js", "seen", "../consentry.db"):
        files[name] = await visits.ask(f"http://{HOST}/trust/{name}")
    assert x509.load_der_x509_certificate(files["consentry.crt"].content) == (visits.authority.root)
    assert files["consentry.crt"].headers["content-type"] == "application/x-x509-ca-cert"
    assert files["qr.svg"].text.startswith("<svg")
    assert files["page.js"].headers["content-type"].startswith("text/javascript")
    assert files["page.css"].status_code == 200
    assert files["seen"].headers["cross-origin-resource-policy"] == "cross-origin"
    assert files["../consentry.db"].status_code in {307, 404}


async def test_the_api_tells_what_to_trust(visits: Visits) -> None:
    """Programs and the hub's own terminal read the same; renewing is the owner's alone."""
    told = (await visits.ask(f"https://{HOST}/api/trust")).json()
    assert told["kind"] == "household"
    assert told["fingerprint"] == visits.authority.fingerprint
    assert told["page"] == f"http://{HOST}/trust"
    renew = f"https://{HOST}/api/trust/renew"
    refused = await visits.ask(renew, method="POST", X_Consentry="1")
    assert refused.status_code == 401

    async def owner(scope: Scope, receive: Receive, send: Send) -> None:
        scope[OWNER] = True
        assert OUTSIDE not in scope
        await visits.app(scope, receive, send)

    transport = httpx.ASGITransport(owner)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as machine:
        renewed = (await machine.post("/api/trust/renew")).json()
    assert renewed["fingerprint"] not in {None, told["fingerprint"]}
    assert renewed["page"] == f"http://{HOST}/trust"


async def test_an_owner_s_certificate_needs_no_page_of_trust(tmp_path: Path) -> None:
    """Browsers know it already: plain HTTP redirects everything, the page included."""
    write_pair(tmp_path, "cameras.example.org")
    own = OwnCertificate(tmp_path / "certificate.pem", tmp_path / "key.pem", WallClock(ISSUED))
    async with Hub(Config(data=tmp_path), work=Work.NOTHING) as hub:
        visits = Visits(create_app(hub, front=Front(own, 443)))
        for path in ("/", "/trust", "/trust/consentry.crt"):
            answer = await visits.ask(f"http://{HOST}{path}")
            assert answer.headers["location"] == f"https://{HOST}{path}"
        told = (await visits.ask(f"https://{HOST}/api/trust")).json()
    assert (told["kind"], told["names"], told["page"]) == ("own", ["cameras.example.org"], None)
