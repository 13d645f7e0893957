"""The house's authority: what it vouches for, and who can get at its keys."""

import base64
import re
import stat
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from consentry.model.errors import InputError, IntegrityError, StorageError
from consentry.seal.authority import Authority, Domain
from consentry.seal.pair import Pair

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DOMAIN = Domain.of(["nas.local", "cameras.example.org", "192.168.1.20"])


def made(keeper: Pair | None = None) -> Authority:
    """Return a new authority."""
    return Authority.create("nas", DOMAIN, keepers=[(keeper or Pair.create()).public])


def test_only_what_nobody_else_can_own_is_vouched_for() -> None:
    """A name of one label would stand for a whole top-level domain, loopback for every machine."""
    domain = Domain.of(["camera", "nas.LOCAL.", "localhost", "127.0.0.1", "::1", "192.168.1.20"])
    assert domain == Domain(("nas.local",), (ip_address("192.168.1.20"),))


def test_an_authority_for_nothing_is_refused() -> None:
    """Without a name and an address there is nothing to vouch for: one sentence says what to do."""
    with pytest.raises(InputError, match="hosts"):
        Authority.create("nas", Domain.of(["nas"]), keepers=[Pair.create().public])


@pytest.mark.parametrize("which", ["root", "issuer"])
def test_the_limits_are_critical_and_exact(which: str) -> None:
    """Root and issuer may sign for the domain only, for TLS servers only."""
    certificate: x509.Certificate = getattr(made(), which)
    found = certificate.extensions.get_extension_for_class(x509.NameConstraints)
    assert found.critical
    assert [str(name.value) for name in found.value.permitted_subtrees or ()] == [
        "cameras.example.org",
        "nas.local",
        "192.168.1.20/32",
    ]
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_a_kind_of_name_without_any_is_shut_whole() -> None:
    """An authority for names alone may sign no address at all, and the other way round."""
    names = Authority.create("nas", Domain.of(["nas.local"]), keepers=[Pair.create().public])
    addresses = Authority.create("nas", Domain.of(["10.0.0.2"]), keepers=[Pair.create().public])
    shut = [
        [str(name.value) for name in constraints(one.root).excluded_subtrees or ()]
        for one in (names, addresses)
    ]
    assert shut == [["0.0.0.0/0", "::/0"], [""]]


def constraints(certificate: x509.Certificate) -> x509.NameConstraints:
    """Return the name constraints."""
    return certificate.extensions.get_extension_for_class(x509.NameConstraints).value


def test_the_server_s_certificate_is_one_a_phone_accepts() -> None:
    """It names the whole domain and nothing else, and lives less than Apple's 825 days."""
    authority = made()
    server, issuer = x509.load_pem_x509_certificates(authority.server_pem(NOW))
    server.verify_directly_issued_by(issuer)
    issuer.verify_directly_issued_by(authority.root)
    named = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert named.get_values_for_type(x509.DNSName) == ["cameras.example.org", "nas.local"]
    assert named.get_values_for_type(x509.IPAddress) == [ip_address("192.168.1.20")]
    assert server.not_valid_before_utc < NOW < server.not_valid_after_utc
    assert server.not_valid_after_utc - server.not_valid_before_utc < timedelta(days=825)


def test_the_root_s_key_lies_nowhere_open(tmp_path: Path) -> None:
    """The file is 0600 and holds the root's private key sealed only; its keeper opens it."""
    keeper = Pair.create()
    authority = made(keeper)
    authority.save(tmp_path / "authority.pem")
    content = (tmp_path / "authority.pem").read_bytes()
    assert stat.S_IMODE((tmp_path / "authority.pem").stat().st_mode) == 0o600
    key = authority.root_key(keeper)
    raw = key.private_numbers().private_value.to_bytes(32, "big")
    blocks = re.findall(rb"-----BEGIN [A-Z ]+-----\n(.*?)-----END", content, re.DOTALL)
    assert len(blocks) == 4
    assert not any(raw in base64.b64decode(block) for block in blocks)
    assert repr(authority).count(":") == 3
    assert key.public_key() == authority.root.public_key()
    with pytest.raises(IntegrityError):
        authority.root_key(Pair.create())


def test_it_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    """What was saved signs on for the same domain; saving again replaces it."""
    for authority in (made(), made()):
        authority.save(tmp_path / "authority.pem")
        again = Authority.load(tmp_path / "authority.pem")
        assert (again.fingerprint, again.domain) == (authority.fingerprint, DOMAIN)
        server = x509.load_pem_x509_certificates(again.server_pem(NOW))[0]
        server.verify_directly_issued_by(authority.issuer)


@pytest.mark.parametrize("damage", [b"", b"-----BEGIN NOTHING-----", None])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, damage: bytes | None) -> None:
    """What is no authority is named with what to do; it is never replaced silently."""
    path = tmp_path / "authority.pem"
    made().save(path)
    path.write_bytes(path.read_bytes()[:900] if damage is None else damage)
    with pytest.raises(StorageError, match="is not an authority"):
        Authority.load(path)


def test_the_words_bring_it_back_elsewhere() -> None:
    """With the root's key a new issuer is made; a device that trusts the root need not be told."""
    keeper = Pair.create()
    before = made(keeper)
    after = before.with_new_issuer(keeper)
    assert after.fingerprint == before.fingerprint
    server, issuer = x509.load_pem_x509_certificates(after.server_pem(NOW))
    issuer.verify_directly_issued_by(before.root)
    assert issuer.public_key() != before.issuer.public_key()
    assert server.issuer == issuer.subject != before.issuer.subject


def test_the_root_s_key_is_handed_on() -> None:
    """Sealed to another keeper, only that one opens it, and nothing else changed."""
    household, words = Pair.create(), Pair.create()
    before = made(household)
    after = before.kept_by([words.public], opener=household)
    assert (after.fingerprint, after.keepers) == (before.fingerprint, frozenset({words.id}))
    assert after.root_key(words).public_key() == before.root.public_key()
    with pytest.raises(IntegrityError):
        after.root_key(household)


def test_a_hub_whose_clock_was_never_set_makes_one_that_lasts() -> None:
    """Authorities begin with 2026 whatever the clock says, so a wrong one ends none."""
    root = made().root
    assert root.not_valid_before_utc == datetime(2026, 1, 1, tzinfo=UTC)
    assert root.not_valid_after_utc > datetime(2036, 1, 1, tzinfo=UTC)
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 1
    assert root.public_bytes(serialization.Encoding.DER)[:1] == b"0"
