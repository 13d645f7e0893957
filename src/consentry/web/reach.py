"""By which names and addresses other machines reach this hub, and with which certificate."""

import fcntl
import socket
import struct
from ipaddress import ip_address
from pathlib import Path

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.seal.authority import Domain
from consentry.seal.pair import Pair
from consentry.web.certificate import Certificate, Front
from consentry.web.guard import name_of, own_names
from consentry.web.house_certificate import HouseCertificate, Keepers
from consentry.web.own_certificate import OwnCertificate
from consentry.web.server import is_loopback

_SIOCGIFADDR = 0x8915
_VIRTUAL = ("lo", "docker", "br-", "veth", "virbr", "cni", "flannel")
"""Interfaces that lead to nothing but this machine's own containers."""

_TEMPORARY = 0x01
"""Flag of an IPv6 address that changes every day (RFC 8981)."""


def own_certificate(hub: Hub) -> OwnCertificate | None:
    """Read the owner's own certificate; None when the settings name none. Raises InputError."""
    chain, key = hub.config.certificate, hub.config.certificate_key
    if chain is None or key is None or hub.config.plain_http:
        return None
    return OwnCertificate(chain, key, hub.clock)


def front(hub: Hub, listening: socket.socket, own: OwnCertificate | None) -> Front | None:
    """Return how other machines reach the hub; None when only this one can, or by plain HTTP.

    Makes the house's authority the first time. Blocks; raises StorageError, InputError.
    """
    host, port = listening.getsockname()[:2]
    certificate: Certificate | None = own
    if certificate is None:
        if is_loopback(host) or hub.config.plain_http:
            return None
        certificate = HouseCertificate(
            hub.config.data / "keys",
            hub.clock,
            domain=lambda: reached_by(hub.config, host),
            keepers=Keepers(publics=lambda: _publics(hub), openers=lambda: _openers(hub)),
        )
    return Front(certificate, port, hub.config.hosts)


def _publics(hub: Hub) -> tuple[bytes, ...]:
    """Return the household's public key, and that of the recovery words once there are some."""
    words = hub.words.public
    return (hub.keyring.public.raw,) if words is None else (hub.keyring.public.raw, words)


def _openers(hub: Hub) -> tuple[Pair, ...]:
    return () if hub.keyring.locked else hub.keyring.household.pairs


def reached_by(config: Config, host: str) -> Domain:
    """Return names and addresses of a hub that listens on ``host``."""
    given = {name_of(name) for name in config.hosts}
    addresses = {host} if not ip_address(host).is_unspecified else own_addresses(v6=":" in host)
    return Domain.of(own_names() | given | addresses)


def own_addresses(*, v6: bool) -> set[str]:
    """Return this machine's addresses in its networks; IPv6 only those that stay."""
    names = [name for _, name in socket.if_nameindex() if not name.startswith(_VIRTUAL)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        found = {address for name in names if (address := _ipv4(asking, name)) is not None}
    return found | (_ipv6(frozenset(names)) if v6 else set())


def _ipv4(asking: socket.socket, interface: str) -> str | None:
    request = struct.pack("256s", interface.encode()[:15])
    try:
        answer = fcntl.ioctl(asking, _SIOCGIFADDR, request)
    except OSError:
        return None  # it has none
    return socket.inet_ntoa(answer[20:24])


def _ipv6(interfaces: frozenset[str]) -> set[str]:
    """Read the kernel's list: address, index, prefix, scope, flags (hexadecimal), name."""
    table = Path("/proc/net/if_inet6")
    rows = (
        [line.split() for line in table.read_text("ascii").splitlines()] if table.exists() else []
    )
    return {
        str(ip_address(bytes.fromhex(address)))
        for address, _, _, scope, flags, name in rows
        if name in interfaces and scope == "00" and not int(flags, 16) & _TEMPORARY
    }
