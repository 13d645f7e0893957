"""A device's media profiles with their URLs: by Media2 where there is one, else by Media.

Media (ver10) cannot name H.265: devices leave such profiles out there, newest ones leave the whole
service out. Sources: ONVIF Media Service 21.12; ONVIF Media2 Service 21.12.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from consentry.ingest.onvif.document import first, text
from consentry.ingest.onvif.soap import SoapClient
from consentry.model.errors import CameraError, CameraState
from consentry.model.secret import split_credentials

T = TypeVar("T")

_DEVICE = 'xmlns="http://www.onvif.org/ver10/device/wsdl"'
_MEDIA = 'xmlns="http://www.onvif.org/ver10/media/wsdl"'
_MEDIA2_SPACE = "http://www.onvif.org/ver20/media/wsdl"
_MEDIA2 = f'xmlns="{_MEDIA2_SPACE}"'
_SCHEMA = "http://www.onvif.org/ver10/schema"


@dataclass(frozen=True, slots=True)
class Profile:
    """One media profile: its name, codec as the device spells it, size, and RTSP URL."""

    name: str
    encoding: str
    width: int
    height: int
    url: str


def profiles(client: SoapClient, xaddr: str) -> tuple[Profile, ...]:
    """Return the video profiles of the device at ``xaddr``.

    Raises CameraError where no media service answers. URLs in the answers get the host of
    ``xaddr``: devices behind a bridge name addresses that nobody can reach.
    """
    found: tuple[Profile, ...] = ()
    if media2 := _media2_address(client, xaddr):
        found = _answered(lambda: tuple(_media2(client, media2))) or ()
    return found or tuple(_media(client, _media_address(client, xaddr)))


def _media2(client: SoapClient, media: str) -> Iterator[Profile]:
    asked = f"<GetProfiles {_MEDIA2}><Type>VideoEncoder</Type></GetProfiles>"
    for element in client.call(media, asked, signed=True).iter("Profiles"):
        question = (
            f"<GetStreamUri {_MEDIA2}><Protocol>RTSP</Protocol>"
            f"<ProfileToken>{_token(element)}</ProfileToken></GetStreamUri>"
        )
        yield from _profile(client, media, element, first(element, "VideoEncoder"), question)


def _media(client: SoapClient, media: str) -> Iterator[Profile]:
    for element in client.call(media, f"<GetProfiles {_MEDIA}/>", signed=True).iter("Profiles"):
        encoder = first(element, "VideoEncoderConfiguration")
        question = (
            f'<GetStreamUri {_MEDIA}><StreamSetup><Stream xmlns="{_SCHEMA}">RTP-Unicast</Stream>'
            f'<Transport xmlns="{_SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup>'
            f"<ProfileToken>{_token(element)}</ProfileToken></GetStreamUri>"
        )
        yield from _profile(client, media, element, encoder, question)


def _profile(
    client: SoapClient, media: str, element: Element, encoder: Element | None, question: str
) -> Iterator[Profile]:
    """Yield the profile with the URL asked for; nothing when it has no video or no URL."""
    if encoder is None:
        return
    answer = _answered(lambda: client.call(media, question, signed=True))
    url, _, _ = split_credentials(_at_host_of(media, text(answer, "Uri")))
    if url.startswith(("rtsp://", "rtsps://")):
        size = first(encoder, "Resolution")
        sides = (text(size, side) for side in ("Width", "Height"))
        width, height = (int(side) if side.isdecimal() else 0 for side in sides)
        yield Profile(text(element, "Name"), text(encoder, "Encoding"), width, height, url)


def _token(profile: Element) -> str:
    return escape(profile.get("token", ""), {'"': "&quot;"})


def _media2_address(client: SoapClient, xaddr: str) -> str | None:
    """Return where Media2 questions go; None where the device has no such service."""
    question = f"<GetServices {_DEVICE}><IncludeCapability>false</IncludeCapability></GetServices>"
    answer = _answered(lambda: client.call(xaddr, question, signed=True))
    services = answer.iter("Service") if answer is not None else ()
    told = (text(one, "XAddr") for one in services if text(one, "Namespace") == _MEDIA2_SPACE)
    return next((_at_host_of(xaddr, address) for address in told if address), None)


def _media_address(client: SoapClient, xaddr: str) -> str:
    """Return where media questions go; the device's own address if it does not say."""
    question = f"<GetCapabilities {_DEVICE}><Category>Media</Category></GetCapabilities>"
    answer = _answered(lambda: client.call(xaddr, question, signed=True))
    media = first(answer, "Media") if answer is not None else None
    told = text(media, "XAddr")
    return (_at_host_of(xaddr, told) if told else "") or xaddr


def _answered(ask: Callable[[], T]) -> T | None:
    """Return the answer; None where the device lacks what was asked. A wrong password is raised."""
    try:
        return ask()
    except CameraError as error:
        if error.state is CameraState.WRONG_PASSWORD:
            raise
        return None


def _at_host_of(reached: str, told: str) -> str:
    """Return ``told`` with the host by which the device was reached; empty when it is no URL."""
    try:
        parts = urlsplit(told)
        port = parts.port
    except ValueError:
        return ""
    host = urlsplit(reached).hostname or ""
    host = f"[{host}]" if ":" in host else host
    return urlunsplit(parts._replace(netloc=f"{host}:{port}" if port else host))
