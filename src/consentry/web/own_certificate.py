"""The owner's own certificate, read from the files that the settings name.

Programs such as certbot renew those files by themselves: they are read again when they change. What
is wrong with them at the start stops it with a sentence, like any other mistake in the settings;
later, the certificate before stays in use. One that has expired is no mistake in the settings, and
no reason to stop recording: it is shown, and its owner is told.
"""

import ssl
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from consentry.clock import Clock
from consentry.model.errors import InputError
from consentry.web.certificate import Identity, Trust, now_of, server_context

WARN_BEFORE = timedelta(days=14)
"""certbot renews 30 days before the end: what is left then did not work."""

Version = tuple[int, int, int, int]


class OwnCertificate:
    """A certificate and key in files of the owner."""

    def __init__(self, chain: Path, key: Path, clock: Clock) -> None:
        """Read both. Raises InputError that says what is wrong with which."""
        self._chain, self._key, self._clock = chain, key, clock
        self._version = self._versions()
        self.context, self.identity = self._read()

    context: ssl.SSLContext
    identity: Identity

    def look(self) -> str | None:
        """Read the files again when they changed; tell of an end that is near."""
        trouble = None
        try:
            version = self._versions()
            if version != self._version:
                self.context, self.identity = self._read()
                self._version = version
        except InputError as error:
            trouble = f"{error} The certificate from before stays in use."
        return trouble or self._ending(now_of(self._clock))

    def _ending(self, now: datetime) -> str | None:
        until = self.identity.until
        day = f"{until:%Y-%m-%d}"
        if until <= now:
            return f"The certificate {self._chain} expired on {day}: browsers warn of this hub."
        if until - now < WARN_BEFORE:
            return f"The certificate {self._chain} expires on {day}: renew it."
        return None

    def _versions(self) -> Version:
        """Return what changes when either file does."""
        stats = [_existing(path, what).stat() for path, what in self._files()]
        return (stats[0].st_mtime_ns, stats[0].st_ino, stats[1].st_mtime_ns, stats[1].st_ino)

    def _files(self) -> tuple[tuple[Path, str], tuple[Path, str]]:
        return (self._chain, "certificate"), (self._key, "certificate_key")

    def _read(self) -> tuple[ssl.SSLContext, Identity]:
        (chain, key) = (_content(path, what) for path, what in self._files())
        leaf = _leaf(chain, self._chain)
        if _public_of(key, self._key) != leaf.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        ):
            message = f"certificate_key: {self._key} is not the key of {self._chain}."
            raise InputError(message)
        try:
            context = server_context(self._chain, self._key)
        except (OSError, ssl.SSLError) as error:
            message = f"certificate: {self._chain} cannot be used: {error}."
            raise InputError(message) from error
        return context, _identity(leaf)


def _existing(path: Path, setting: str) -> Path:
    if not path.is_file():
        message = f"{setting}: there is no file {path}."
        raise InputError(message)
    return path


def _content(path: Path, setting: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{setting}: {path} cannot be read: {error.strerror}."
        raise InputError(message) from error


def _leaf(content: bytes, path: Path) -> x509.Certificate:
    """Return the first certificate: the server's own, by convention and by RFC 8446."""
    try:
        return x509.load_pem_x509_certificates(content)[0]
    except ValueError as error:
        message = f"certificate: {path} holds no certificate in PEM form (-----BEGIN CERTIFICATE)."
        raise InputError(message) from error


def _public_of(content: bytes, path: Path) -> bytes:
    try:
        key = load_pem_private_key(content, password=None)
    except TypeError as error:
        message = (
            f"certificate_key: {path} has a password, which nobody could type after a power cut: "
            "store the key without one, readable by the hub only."
        )
        raise InputError(message) from error
    except ValueError as error:
        message = f"certificate_key: {path} holds no private key in PEM form."
        raise InputError(message) from error
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _identity(leaf: x509.Certificate) -> Identity:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound as error:
        message = "certificate: it names no host (subjectAltName), so no browser would accept it."
        raise InputError(message) from error
    return Identity(
        Trust.OWN,
        names=tuple(names.get_values_for_type(x509.DNSName)),
        addresses=tuple(str(at) for at in names.get_values_for_type(x509.IPAddress)),
        until=leaf.not_valid_after_utc,
    )
