"""The house's own certificate authority: it vouches for this hub's names and for nothing else.

    root      10 years; its private key is sealed at once and never lies open on the disk
    issuer    as long; its key stays with the hub, which signs a new server certificate by itself
    server    90 days, renewed when 30 are left

Root and issuer carry *critical* name constraints (RFC 5280, 4.2.1.10) and serve for nothing but TLS
servers. Whoever steals the box can pretend to be this hub, and no bank: a browser that trusts the
root refuses what it signs for any other name. See docs/design/adr/0017-https-by-default.md.
"""

import base64
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from consentry.model.errors import InputError, IntegrityError, StorageError
from consentry.seal.key_file import read_key_file, sync_folder, write_key_file
from consentry.seal.pair import Pair, key_id, seal_to

Address = IPv4Address | IPv6Address

AUTHORITY_LIFE = timedelta(days=3653)
SERVER_LIFE = timedelta(days=90)
RENEW_BEFORE = timedelta(days=30)

_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""A hub whose clock was never set must not make an authority that ended in 1980."""

FILE = "authority.pem"
"""In the folder keys/."""

_PURPOSE, _CONTEXT = "authority", "root"
_LARGEST = 64 * 1024
_SEALED_BEGIN = b"-----BEGIN CONSENTRY SEALED KEY-----\n"
_SEALED_END = b"-----END CONSENTRY SEALED KEY-----\n"


@dataclass(frozen=True, slots=True)
class Domain:
    """What an authority vouches for: names with everything below them, and exact addresses.

    A name of one label is not taken: as a constraint ``camera`` would allow everything that ends
    in ``.camera``, which is for sale.
    """

    names: tuple[str, ...]
    addresses: tuple[Address, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> "Domain":
        """Sort names and addresses out of ``names``, leaving out what cannot be vouched for."""
        found: set[str] = set()
        addresses: set[Address] = set()
        for name in names:
            try:
                addresses.add(ip_address(name))
            except ValueError:
                if "." in name.strip("."):
                    found.add(name.strip(".").lower())
        kept = (address for address in addresses if not address.is_loopback)
        return cls(tuple(sorted(found)), tuple(sorted(kept, key=lambda at: (at.version, int(at)))))

    def covers(self, other: "Domain") -> bool:
        """Tell whether everything in ``other`` may be signed."""
        return set(other.names) <= set(self.names) and set(other.addresses) <= set(self.addresses)


class Authority:
    """Root and issuer of one hub. ``repr`` shows nothing of the issuer's key."""

    __slots__ = ("_issuer_key", "_sealed_roots", "domain", "issuer", "root")

    def __init__(
        self,
        root: x509.Certificate,
        issuer: x509.Certificate,
        *,
        issuer_key: ec.EllipticCurvePrivateKey,
        sealed_roots: tuple[bytes, ...],
    ) -> None:
        """Take the parts as they were read."""
        self.root, self.issuer = root, issuer
        self.domain = _domain(root)
        self._issuer_key = issuer_key
        self._sealed_roots = sealed_roots

    @classmethod
    def create(cls, title: str, domain: Domain, *, keepers: Iterable[bytes]) -> "Authority":
        """Make a new one; the root's private key is sealed to ``keepers`` and forgotten.

        They are public keys (32 bytes): the household's, and that of its recovery words.

        Raises InputError for an empty domain: its constraints would allow nothing.
        """
        if not domain.names and not domain.addresses:
            message = (
                "This machine has neither an address in a network nor a name with a dot: name one "
                "in `hosts` of consentry.toml."
            )
            raise InputError(message)
        root_key = ec.generate_private_key(ec.SECP256R1())
        tag = os.urandom(2).hex()  # two authorities of one hub must not have the same name
        name = _name(f"Consentry at {title[:40]} ({tag})")
        until = max(datetime.now(UTC), _EARLIEST) + AUTHORITY_LIFE
        root = (
            _authority_builder(root_key.public_key(), domain, until=until, below=1)
            .subject_name(name)
            .issuer_name(name)
            .sign(root_key, hashes.SHA256())
        )
        raw = root_key.private_numbers().private_value.to_bytes(32, "big")
        return cls._with_issuer(root, root_key, _sealed(raw, keepers))

    @classmethod
    def _with_issuer(
        cls,
        root: x509.Certificate,
        root_key: ec.EllipticCurvePrivateKey,
        sealed: tuple[bytes, ...],
    ) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        until = root.not_valid_after_utc
        issuer = (
            _authority_builder(key.public_key(), _domain(root), until=until, below=0)
            .subject_name(_name(f"{_common_name(root)} issuer {os.urandom(2).hex()}"))
            .issuer_name(root.subject)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
                critical=False,
            )
            .sign(root_key, hashes.SHA256())
        )
        return cls(root, issuer, issuer_key=key, sealed_roots=sealed)

    @property
    def keepers(self) -> frozenset[bytes]:
        """The ids of the keys that the root's private key is sealed to."""
        return frozenset(key_id(sealed, _CONTEXT) for sealed in self._sealed_roots)

    def root_key(self, opener: Pair) -> ec.EllipticCurvePrivateKey:
        """Open the root's private key. Raises IntegrityError with anything but a keeper's pair."""
        return ec.derive_private_key(int.from_bytes(self._opened(opener), "big"), ec.SECP256R1())

    def kept_by(self, keepers: Iterable[bytes], *, opener: Pair) -> "Authority":
        """Return it with the root's private key sealed to these public keys, and to no other."""
        sealed = _sealed(self._opened(opener), keepers)
        return Authority(self.root, self.issuer, issuer_key=self._issuer_key, sealed_roots=sealed)

    def _opened(self, opener: Pair) -> bytes:
        for sealed in self._sealed_roots:
            if key_id(sealed, _CONTEXT) == opener.id:
                return opener.open(sealed, _PURPOSE, _CONTEXT)
        message = "The authority's key was sealed for other keys than the one at hand."
        raise IntegrityError(message)

    def with_new_issuer(self, opener: Pair) -> "Authority":
        """Return the same root with another issuer: devices that trust it need not be told.

        For a hub that was restored elsewhere, or whose box was stolen with the old issuer in it.
        """
        return self._with_issuer(self.root, self.root_key(opener), self._sealed_roots)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the root as phones show it: ``AB:CD:...``."""
        return self.root.fingerprint(hashes.SHA256()).hex(":").upper()

    @property
    def root_der(self) -> bytes:
        """The root as phones and computers import it."""
        return self.root.public_bytes(serialization.Encoding.DER)

    def server_pem(self, now: datetime) -> bytes:
        """Sign a server certificate for the whole domain; return key, it and the issuer as PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        names: list[x509.GeneralName] = [x509.DNSName(name) for name in self.domain.names]
        names += [x509.IPAddress(address) for address in self.domain.addresses]
        first = (*self.domain.names, *self.domain.addresses)[0]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(first)[:64])]))
            .issuer_name(self.issuer.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))  # phones' clocks are not ours
            .not_valid_after(now + SERVER_LIFE)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(_SERVERS_ONLY, critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._issuer_key.public_key()),
                critical=False,
            )
            .sign(self._issuer_key, hashes.SHA256())
        )
        return _key_pem(key) + _pem(certificate) + _pem(self.issuer)

    def save(self, path: Path) -> None:
        """Write it, 0600 and durable, in place of the one before. Raises StorageError."""
        blocks = b"".join(
            _SEALED_BEGIN + base64.encodebytes(sealed) + _SEALED_END
            for sealed in self._sealed_roots
        )
        content = _pem(self.root) + _pem(self.issuer) + _key_pem(self._issuer_key) + blocks
        put_key_file(path, content, what="authority")

    @classmethod
    def load(cls, path: Path) -> "Authority":
        """Read it. Raises StorageError that says what is wrong with the file."""
        try:
            return cls.parse(read_key_file(path, what="authority", largest=_LARGEST))
        except (ValueError, TypeError, x509.ExtensionNotFound) as error:
            message = (
                f"{path} is not an authority: put the right file back, or move it away and start "
                "the hub again; then every device must trust the new one."
            )
            raise StorageError(message) from error

    @classmethod
    def parse(cls, content: bytes) -> "Authority":
        """Read what ``save`` wrote. Raises ValueError, TypeError, ExtensionNotFound."""
        root, issuer = x509.load_pem_x509_certificates(content)
        blocks = content.split(_SEALED_BEGIN)[1:]
        return cls(
            root,
            issuer,
            issuer_key=_issuer_key(content),
            sealed_roots=tuple(
                base64.b64decode(block.partition(_SEALED_END)[0]) for block in blocks
            ),
        )

    def __repr__(self) -> str:
        """Show who it is and nothing that opens anything."""
        return f"Authority({self.fingerprint[:11]}…)"


def put_key_file(path: Path, content: bytes, *, what: str) -> None:
    """Write a 0600 file, durable, in place of the one before if any. Raises StorageError."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        write_key_file(fresh, content, what=what)
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        message = f"The {what} cannot be written to {path}: {error.strerror}."
        raise StorageError(message) from error


_SERVERS_ONLY = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
"""On the root too: without it Windows would take programs signed by it for trustworthy."""


def _authority_builder(
    public: ec.EllipticCurvePublicKey, domain: Domain, *, until: datetime, below: int
) -> x509.CertificateBuilder:
    """Begin a certificate that may sign; ``below`` is how many authorities may follow it."""
    return (
        x509.CertificateBuilder()
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_EARLIEST)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=below), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(_SERVERS_ONLY, critical=False)
        .add_extension(_constraints(domain), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _constraints(domain: Domain) -> x509.NameConstraints:
    """Allow the domain only. A kind without any allowed name would be free: it is shut whole."""
    permitted: list[x509.GeneralName] = [x509.DNSName(name) for name in domain.names]
    permitted += [x509.IPAddress(ip_network(address)) for address in domain.addresses]
    excluded: list[x509.GeneralName] = []
    if not domain.names:
        excluded.append(x509.DNSName(""))
    if not domain.addresses:
        excluded += [x509.IPAddress(ip_network(every)) for every in ("0.0.0.0/0", "::/0")]
    return x509.NameConstraints(permitted, excluded or None)


def _domain(certificate: x509.Certificate) -> Domain:
    """Read back what ``_constraints`` wrote."""
    constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    permitted = constraints.permitted_subtrees or []
    addresses = [
        str(name.value.network_address)
        for name in permitted
        if isinstance(name, x509.IPAddress) and not isinstance(name.value, Address)
    ]
    names = [name.value for name in permitted if isinstance(name, x509.DNSName)]
    return Domain.of([*names, *addresses])


def _sealed(raw: bytes, keepers: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(seal_to(keeper, raw, _PURPOSE, _CONTEXT) for keeper in keepers)


def _issuer_key(content: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(content, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError
    return key


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Consentry")
    return x509.Name([organisation, x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
