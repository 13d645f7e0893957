"""A server certificate signed by the house's own authority, renewed by itself.

The authority is made when the hub first listens beyond this machine. It vouches for the names and
addresses of that day only (``seal.authority``); when those change, its owner is told, and decides
whether every device is to trust a new one.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from consentry.clock import Clock
from consentry.model.errors import ConsentryError, StorageError
from consentry.seal.authority import FILE, RENEW_BEFORE, Authority, Domain, put_key_file
from consentry.seal.key_file import read_key_file
from consentry.seal.pair import ID_SIZE, Pair
from consentry.web.certificate import Identity, Trust, now_of, server_context

_LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Keepers:
    """For whom the root's private key is sealed, and who can open it now to seal it anew."""

    publics: Callable[[], tuple[bytes, ...]]
    """The household's public key, and that of the recovery words once there are some."""
    openers: Callable[[], Iterable[Pair]]


class HouseCertificate:
    """The authority in the keys folder, and the certificate it signed last."""

    def __init__(
        self, keys: Path, clock: Clock, *, domain: Callable[[], Domain], keepers: Keepers
    ) -> None:
        """Read what is in the folder ``keys``, or make it. Raises StorageError, InputError.

        ``domain`` tells by which names and addresses the hub is reached now.
        """
        self._authority_file, self._server_file = keys / FILE, keys / "server.pem"
        self._clock, self._wanted, self._keepers = clock, domain, keepers
        self._changing = threading.Lock()
        if self._authority_file.exists():
            self._authority = Authority.load(self._authority_file)
        else:
            self._make()
        self._serve_with(_server(self._server_file, self._authority) or self._sign())

    context: ssl.SSLContext
    identity: Identity

    @property
    def authority(self) -> Authority:
        """Return the authority in force."""
        return self._authority

    def renew(self) -> None:
        """Make a new authority for the names of today: every device must trust it anew."""
        with self._changing:
            self._make()
            self._serve_with(self._sign())

    def look(self) -> str | None:
        """Sign a new certificate in time, hand the root's key on; tell what is not vouched for."""
        with self._changing:
            now = now_of(self._clock)
            if not _is_good(self._server, now):
                self._serve_with(self._sign())
            self._hand_on()
        until = self._authority.root.not_valid_after_utc
        if now >= until - RENEW_BEFORE:
            return (
                f"The house's certificate authority is good until {until:%Y-%m-%d} only: "
                "make a new one with 'consentry trust --renew'."
            )
        return self._unvouched()

    def _unvouched(self) -> str | None:
        wanted, domain = self._wanted(), self._authority.domain
        if domain.covers(wanted):
            return None
        foreign = [name for name in wanted.names if name not in domain.names]
        foreign += [str(at) for at in wanted.addresses if at not in domain.addresses]
        return (
            f"Browsers will warn of this hub at {', '.join(foreign)}: its certificate authority "
            "was made before it had that. Give the hub its old address in the router, or make a "
            "new authority with 'consentry trust --renew' and trust it on every device."
        )

    def _make(self) -> None:
        title = socket.gethostname().partition(".")[0] or "home"
        made = Authority.create(title, self._wanted(), keepers=self._keepers.publics())
        made.save(self._authority_file)
        self._authority = made

    def _hand_on(self) -> None:
        """Seal the root's key anew when household or words have changed and it can be opened."""
        publics, keepers = self._keepers.publics(), self._authority.keepers
        if keepers == {public[:ID_SIZE] for public in publics}:
            return
        opener = next((pair for pair in self._keepers.openers() if pair.id in keepers), None)
        if opener is not None:
            handed_on = self._authority.kept_by(publics, opener=opener)
            handed_on.save(self._authority_file)
            self._authority = handed_on

    def _sign(self) -> x509.Certificate:
        content = self._authority.server_pem(now_of(self._clock))
        put_key_file(self._server_file, content, what="server certificate")
        return x509.load_pem_x509_certificates(content)[0]

    def _serve_with(self, server: x509.Certificate) -> None:
        try:
            self.context = server_context(self._server_file)
        except (OSError, ssl.SSLError) as error:
            message = f"The server certificate {self._server_file} cannot be used: {error}."
            raise StorageError(message) from error
        self._server = server
        domain = self._authority.domain
        self.identity = Identity(
            Trust.HOUSEHOLD,
            names=domain.names,
            addresses=tuple(str(address) for address in domain.addresses),
            until=self._authority.root.not_valid_after_utc,
            fingerprint=self._authority.fingerprint,
            root=self._authority.root_der,
        )


def _server(path: Path, authority: Authority) -> x509.Certificate | None:
    """Return the certificate that was signed last; None when this issuer did not sign it."""
    if not path.exists():
        return None
    try:
        content = read_key_file(path, what="server certificate", largest=_LARGEST)
        server = x509.load_pem_x509_certificates(content)[0]
        server.verify_directly_issued_by(authority.issuer)
    except (ValueError, TypeError, InvalidSignature, ConsentryError):
        return None
    return server


def _is_good(server: x509.Certificate, now: datetime) -> bool:
    return server.not_valid_before_utc <= now < server.not_valid_after_utc - RENEW_BEFORE
