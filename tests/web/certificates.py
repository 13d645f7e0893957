"""Certificates as owners bring them, good and bad ones, made for tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from consentry.model.time import Micros, to_datetime

ISSUED = datetime(2026, 9, 20, tzinfo=UTC)


@dataclass
class WallClock:
    """A wall clock that tests set."""

    now: datetime

    def wall(self) -> Micros:
        """Return what was set."""
        return Micros(round(self.now.timestamp() * 1_000_000))

    def monotonic(self) -> Micros:
        """Return the same."""
        return self.wall()

    @property
    def text(self) -> str:
        """Say what time it is."""
        return to_datetime(self.wall()).isoformat()


def write_pair(folder: Path, name: str, *, days: int = 90, password: bytes = b"") -> None:
    """Write ``certificate.pem`` and ``key.pem`` for ``name`` into the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ISSUED)
        .not_valid_after(ISSUED + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    form = serialization.PrivateFormat.PKCS8
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, secret))
