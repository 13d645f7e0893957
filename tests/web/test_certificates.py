"""The certificate a hub shows: the owner's own with all its mistakes, and the house's."""

import ssl
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from consentry.model.errors import InputError, IntegrityError, StorageError
from consentry.seal.authority import Authority, Domain
from consentry.seal.pair import Pair
from consentry.web.certificate import Front, Trust
from consentry.web.house_certificate import HouseCertificate, Keepers
from consentry.web.own_certificate import OwnCertificate
from tests.web.certificates import ISSUED, WallClock, write_pair


def own(folder: Path, clock: WallClock | None = None) -> OwnCertificate:
    """Read the owner's certificate from the folder."""
    clock = clock or WallClock(ISSUED + timedelta(days=10))
    return OwnCertificate(folder / "certificate.pem", folder / "key.pem", clock)


def test_an_owner_s_certificate_says_whom_it_names(tmp_path: Path) -> None:
    """Names and end are read from it; nothing has to be trusted and nothing is wrong."""
    write_pair(tmp_path, "cameras.example.org")
    certificate = own(tmp_path)
    assert certificate.identity.trust is Trust.OWN
    assert certificate.identity.names == ("cameras.example.org",)
    assert certificate.look() is None
    assert certificate.context.minimum_version is ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    ("hosts", "home"),
    [
        ((), "https://cameras.example.org:8600"),
        (("hub.lan", "192.0.2.1"), "https://hub.lan:8600"),
        (("hub.lan:444",), "https://hub.lan:444"),
        (("fd00::1",), "https://[fd00::1]:8600"),
    ],
)
def test_messages_lead_to_the_name_the_owner_gave(
    tmp_path: Path, hosts: tuple[str, ...], home: str
) -> None:
    """The first of ``hosts`` in the settings file, else what the certificate stands for."""
    write_pair(tmp_path, "cameras.example.org")
    assert Front(own(tmp_path), 8600, hosts).home == home


def test_every_mistake_is_one_sentence(tmp_path: Path) -> None:
    """No file, no PEM, a key of another certificate, a key with a password: each is named."""
    write_pair(tmp_path, "cameras.example.org")
    chain, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    good_chain, good_key = chain.read_bytes(), key.read_bytes()

    def refused(match: str) -> None:
        with pytest.raises(InputError, match=match):
            own(tmp_path)
        chain.write_bytes(good_chain)
        key.write_bytes(good_key)

    chain.unlink()
    refused(r"^certificate: there is no file .*certificate\.pem\.$")
    chain.write_text("nothing of the kind")
    refused(r"^certificate: .* holds no certificate in PEM form")
    key.write_text("nothing of the kind")
    refused(r"^certificate_key: .* holds no private key in PEM form\.$")
    write_pair(tmp_path, "cameras.example.org")
    chain.write_bytes(good_chain)
    refused(r"^certificate_key: .*key\.pem is not the key of .*certificate\.pem\.$")
    write_pair(tmp_path, "cameras.example.org", password=b"hush")
    refused(r"^certificate_key: .* has a password")


def test_a_renewed_certificate_is_used_at_once(tmp_path: Path) -> None:
    """New files are read; half of the exchange leaves the one before in use, and is told."""
    write_pair(tmp_path, "old.example.org")
    certificate = own(tmp_path)
    before = certificate.context
    key = (tmp_path / "key.pem").read_bytes()
    write_pair(tmp_path, "new.example.org")
    new_key = (tmp_path / "key.pem").read_bytes()
    (tmp_path / "key.pem").write_bytes(key)
    told = certificate.look()
    assert told is not None
    assert told.endswith(
        f"is not the key of {tmp_path}/certificate.pem. The certificate from before stays in use."
    )
    assert certificate.context is before
    (tmp_path / "key.pem").write_bytes(new_key)
    assert certificate.look() is None
    assert certificate.identity.names == ("new.example.org",)
    assert certificate.context is not before


def test_an_end_that_is_near_is_told_and_stops_nothing(tmp_path: Path) -> None:
    """Two weeks before the end, and after it, its owner reads a sentence; it still serves."""
    write_pair(tmp_path, "cameras.example.org", days=90)
    clock = WallClock(ISSUED + timedelta(days=75))
    certificate = own(tmp_path, clock)
    assert certificate.look() is None
    clock.now = ISSUED + timedelta(days=77)
    assert "expires on 2026-12-19" in (certificate.look() or "")
    clock.now = ISSUED + timedelta(days=91)
    assert "expired on 2026-12-19" in (certificate.look() or "")
    assert own(tmp_path, clock).identity.until == ISSUED + timedelta(days=90)


@dataclass
class Place:
    """A keys folder, where the hub is, and who keeps the root's key."""

    keys: Path
    clock: WallClock = field(default_factory=lambda: WallClock(ISSUED))
    domain: Domain = field(default_factory=lambda: Domain.of(["nas.local", "192.168.1.20"]))
    household: Pair = field(default_factory=Pair.create)
    words: Pair | None = None
    locked: bool = False

    def certificate(self) -> HouseCertificate:
        """Open the house's certificate there."""
        keepers = Keepers(
            publics=lambda: tuple(pair.public for pair in (self.household, self.words) if pair),
            openers=lambda: () if self.locked else (self.household,),
        )
        return HouseCertificate(self.keys, self.clock, domain=lambda: self.domain, keepers=keepers)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return an empty keys folder."""
    (tmp_path / "keys").mkdir()
    return Place(tmp_path / "keys")


def serial(certificate: HouseCertificate) -> str:
    """Return the serial number that a client which trusts the root is shown."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.load_verify_locations(cadata=certificate.identity.root)
    trusting.verify_flags |= ssl.VERIFY_X509_STRICT
    shown = handshake(certificate.context, trusting, "nas.local")
    return str(shown["serialNumber"])


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> dict[str, object]:
    """Shake hands in memory and return what the client read; raises what it objects to."""
    wires = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        client.wrap_bio(*wires, server_hostname=name),
        server.wrap_bio(*wires[::-1], server_side=True),
    )
    left = list(ends)
    while left:
        for end in tuple(left):
            try:
                end.do_handshake()
                left.remove(end)
            except ssl.SSLWantReadError:
                pass
    found = ends[0].getpeercert()
    assert found
    return dict(found)


def test_the_house_s_certificate_lasts_over_restarts(place: Place) -> None:
    """A device that trusts the root is served under the hub's name; a restart changes nothing."""
    first = place.certificate()
    assert first.look() is None
    again = place.certificate()
    assert serial(again) == serial(first)
    assert again.identity.fingerprint == first.identity.fingerprint
    assert again.identity.names == ("nas.local",)


def test_a_strict_client_refuses_another_name(place: Place) -> None:
    """OpenSSL, told to trust the root, refuses the hub's certificate under a foreign name."""
    certificate = place.certificate()
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.load_verify_locations(cadata=certificate.identity.root)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(certificate.context, trusting, "bank.example")


def test_old_versions_are_refused(place: Place) -> None:
    """A client that knows no TLS 1.2 is turned away, whatever it would put up with."""
    certificate = place.certificate()
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.load_verify_locations(cadata=certificate.identity.root)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.minimum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError, match="UNSUPPORTED_PROTOCOL"):
        handshake(certificate.context, old, "nas.local")


def test_it_renews_itself_in_time(place: Place) -> None:
    """Thirty days before its end a new one is signed; the root that devices trust stays."""
    certificate = place.certificate()
    first, root = serial_now(certificate), certificate.identity.fingerprint
    place.clock.now += timedelta(days=59)
    certificate.look()
    assert serial_now(certificate) == first
    place.clock.now += timedelta(days=2)
    certificate.look()
    assert serial_now(certificate) != first
    assert certificate.identity.fingerprint == root


def serial_now(certificate: HouseCertificate) -> int:
    """Return the serial number of the certificate in use."""
    return certificate._server.serial_number


def test_a_clock_that_was_wrong_is_mended(place: Place) -> None:
    """A certificate from a hub that thought it was 2020 is signed anew once the clock is right."""
    place.clock.now = ISSUED - timedelta(days=6 * 365)
    certificate = place.certificate()
    first = serial_now(certificate)
    place.clock.now = ISSUED
    assert certificate.look() is None
    assert serial_now(certificate) != first


def test_an_address_it_does_not_vouch_for_is_told(place: Place) -> None:
    """After a move the owner reads which address browsers will warn of; renewing mends it."""
    certificate = place.certificate()
    before = certificate.identity.fingerprint
    place.domain = Domain.of(["nas.local", "10.0.0.7"])
    told = certificate.look()
    assert told is not None
    assert "warn of this hub at 10.0.0.7:" in told
    assert "consentry trust --renew" in told
    certificate.renew()
    assert certificate.look() is None
    assert certificate.identity.addresses == ("10.0.0.7",)
    assert certificate.identity.fingerprint != before
    assert place.certificate().identity.fingerprint == certificate.identity.fingerprint


def test_the_words_get_the_root_s_key_once_there_are_some(place: Place) -> None:
    """Until the keyring is open nothing can be handed on; then the words in force open it alone."""
    certificate = place.certificate()
    old = place.words = Pair.create()
    place.locked = True
    certificate.look()
    assert Authority.load(place.keys / "authority.pem").keepers == {place.household.id}
    place.locked = False
    certificate.look()
    assert key_opens(place, old)
    new = place.words = Pair.create()
    certificate.look()
    assert key_opens(place, new)
    with pytest.raises(IntegrityError):
        key_opens(place, old)


def key_opens(place: Place, opener: Pair) -> bool:
    """Tell whether the pair opens the root's key as it lies in the folder."""
    kept = Authority.load(place.keys / "authority.pem")
    return kept.root_key(opener).public_key() == kept.root.public_key()


def test_a_damaged_authority_is_said_and_never_replaced(place: Place) -> None:
    """Every device would have to trust a new one: that is the owner's decision."""
    place.certificate()
    (place.keys / "authority.pem").write_text("nothing")
    with pytest.raises(StorageError, match="is not an authority"):
        place.certificate()
    assert (place.keys / "authority.pem").read_text() == "nothing"


def test_a_lost_server_certificate_is_signed_anew(place: Place) -> None:
    """Without it, or with a damaged one, the hub signs another and says nothing."""
    place.certificate()
    for content in (None, "nothing"):
        server = place.keys / "server.pem"
        server.unlink()
        if content is not None:
            server.write_text(content)
        assert place.certificate().look() is None
