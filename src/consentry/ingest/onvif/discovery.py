"""WS-Discovery: asking the local network which cameras are there.

Source: OASIS WS-Discovery 1.1; ONVIF Core 21.12 chapter 7. One probe by multicast on each network
interface, then whoever answers within the time is listed.
"""

import contextlib
import selectors
import socket
import struct
import time
import uuid
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from consentry.ingest.onvif.document import parse, text
from consentry.model.errors import InputError
from consentry.model.probe import FoundDevice

_GROUP = ("239.255.255.250", 3702)
_REPEATS = (0.0, 0.4)  # s; a datagram may get lost
_PROBE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header>'
    "<a:MessageID>urn:uuid:{message}</a:MessageID>"
    "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
    "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>"
    "</s:Header><s:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>"
    "</s:Body></s:Envelope>"
)
_SCOPE = "onvif://www.onvif.org/"
_LARGEST = 65535


def discover(timeout: float = 3.0) -> list[FoundDevice]:
    """Return the devices that answer within ``timeout`` seconds, each once, by address. Blocks.

    Answers that are no XML, or name no address, are passed over: anybody may send them.
    """
    found: dict[str, FoundDevice] = {}
    with contextlib.ExitStack() as stack, selectors.DefaultSelector() as selector:
        sockets = [stack.enter_context(one) for one in _sockets()]
        for one in sockets:
            selector.register(one, selectors.EVENT_READ)
        began = time.monotonic()
        pending = list(_REPEATS)
        while (passed := time.monotonic() - began) < timeout:
            if pending and passed >= pending[0]:
                pending.pop(0)
                _ask(sockets)
            wait = min(timeout, *pending[:1]) - passed if pending else timeout - passed
            for key, _ in selector.select(max(0.0, wait)):
                for device in _receive(key.fileobj):
                    found.setdefault(device.address, device)
    return sorted(found.values(), key=lambda device: device.address)


def _sockets() -> list[socket.socket]:
    """Return one socket for each interface that takes multicast."""
    made: list[socket.socket] = []
    for index, _ in socket.if_nameindex():
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.settimeout(0)
        # struct ip_mreqn: group, address, interface; only the interface matters for sending
        choice = struct.pack("@4s4si", bytes(4), bytes(4), index)
        one.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, choice)
        made.append(one)
    return made


def _ask(sockets: list[socket.socket]) -> None:
    for one in sockets:
        with contextlib.suppress(OSError):  # an interface without address or multicast
            one.sendto(_PROBE.format(message=uuid.uuid4()).encode(), _GROUP)


def _receive(source: object) -> list[FoundDevice]:
    if not isinstance(source, socket.socket):
        return []
    try:
        data, sender = source.recvfrom(_LARGEST)
    except OSError:
        return []
    return devices_in(data, str(sender[0]))


def devices_in(data: bytes, sender: str) -> list[FoundDevice]:
    """Return the devices that an answer from the address ``sender`` names."""
    try:
        document = parse(data)
    except InputError:
        return []
    matches = (_device(match, sender) for match in document.iter("ProbeMatch"))
    return [device for device in matches if device is not None]


def _device(match: Element, sender: str) -> FoundDevice | None:
    """Read one answer; of several addresses the one it came from is the one that works."""
    addresses = [url for url in text(match, "XAddrs").split() if _host_of(url)]
    if not addresses:
        return None
    xaddr = next((url for url in addresses if _host_of(url) == sender), addresses[0])
    scopes = [scope for scope in text(match, "Scopes").split() if scope.startswith(_SCOPE)]
    told = dict(scope.removeprefix(_SCOPE).partition("/")[::2] for scope in reversed(scopes))
    name, model = (unquote(told.get(kind, "")) for kind in ("name", "hardware"))
    return FoundDevice(_host_of(xaddr) or sender, name or model or sender, model, xaddr)


def _host_of(url: str) -> str | None:
    """Return the host; None where there is none, or no URL: anybody may answer a scan."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
