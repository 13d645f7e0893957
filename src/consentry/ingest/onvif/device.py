"""What an ONVIF device tells of itself: maker, clock, and its media profiles with their URLs."""

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from consentry.ingest.onvif.document import first, text
from consentry.ingest.onvif.soap import SoapClient
from consentry.model.errors import CameraError, CameraState
from consentry.model.secret import Secret, split_credentials

_DEVICE = 'xmlns="http://www.onvif.org/ver10/device/wsdl"'
_MEDIA = 'xmlns="http://www.onvif.org/ver10/media/wsdl"'
_SCHEMA = "http://www.onvif.org/ver10/schema"


@dataclass(frozen=True, slots=True)
class Profile:
    """One media profile: its name, codec as the device spells it, size, and RTSP URL."""

    name: str
    encoding: str
    width: int
    height: int
    url: str


@dataclass(frozen=True, slots=True)
class Device:
    """What was told. ``clock_skew`` is the device's clock minus ours in seconds, None if untold."""

    name: str
    clock_skew: float | None
    profiles: tuple[Profile, ...]


def ask(xaddr: str, user: str, password: Secret, *, timeout: float) -> Device:
    """Ask the device at ``xaddr`` for all of it. Blocks; raises CameraError.

    URLs in the answers get the host of ``xaddr``: devices behind a bridge name addresses that
    nobody can reach.
    """
    client = SoapClient(user, password, timeout=timeout)
    try:
        skew = _clock_skew(client, xaddr)
        information = client.call(xaddr, f"<GetDeviceInformation {_DEVICE}/>", signed=True)
        name = f"{text(information, 'Manufacturer')} {text(information, 'Model')}".strip()
        media = _media_address(client, xaddr)
        answer = client.call(media, f"<GetProfiles {_MEDIA}/>", signed=True)
        profiles = [
            profile
            for element in answer.iter("Profiles")
            if (profile := _profile(client, media, element)) is not None
        ]
    finally:
        client.close()
    return Device(name, skew, tuple(profiles))


def _clock_skew(client: SoapClient, xaddr: str) -> float | None:
    """Read the device's clock and lend it to the tokens.

    The standard asks for no password here, since a token needs the clock; some ask all the same.
    """
    question = f"<GetSystemDateAndTime {_DEVICE}/>"
    try:
        answer = client.call(xaddr, question, signed=False)
    except CameraError as error:
        if error.state is not CameraState.WRONG_PASSWORD:
            raise
        answer = client.call(xaddr, question, signed=True)
    moment = first(answer, "UTCDateTime")
    try:
        year, month, day = (int(text(moment, part)) for part in ("Year", "Month", "Day"))
        hour, minute, second = (int(text(moment, part)) for part in ("Hour", "Minute", "Second"))
        told = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    client.skew = told - datetime.now(UTC)
    return round(client.skew.total_seconds(), 1)


def _media_address(client: SoapClient, xaddr: str) -> str:
    """Return where media questions go; the device's own address if it does not say."""
    question = f"<GetCapabilities {_DEVICE}><Category>Media</Category></GetCapabilities>"
    with contextlib.suppress(CameraError):
        answer = client.call(xaddr, question, signed=True)
        media = first(answer, "Media")
        if told := text(media, "XAddr"):
            return _at_host_of(xaddr, told)
    return xaddr


def _profile(client: SoapClient, media: str, element: Element) -> Profile | None:
    """Read one profile and ask for its URL; None when it carries no video."""
    encoder = first(element, "VideoEncoderConfiguration")
    token = escape(element.get("token", ""), {'"': "&quot;"})
    if encoder is None:
        return None
    question = (
        f'<GetStreamUri {_MEDIA}><StreamSetup><Stream xmlns="{_SCHEMA}">RTP-Unicast</Stream>'
        f'<Transport xmlns="{_SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup>'
        f"<ProfileToken>{token}</ProfileToken></GetStreamUri>"
    )
    try:
        told = text(client.call(media, question, signed=True), "Uri")
    except CameraError as error:
        if error.state is CameraState.WRONG_PASSWORD:
            raise
        return None
    url, _, _ = split_credentials(_at_host_of(media, told, port=urlsplit(told).port))
    if not url.startswith(("rtsp://", "rtsps://")):
        return None
    size = first(encoder, "Resolution")
    width, height = (int(text(size, side) or 0) for side in ("Width", "Height"))
    name = text(element, "Name")
    return Profile(name, text(encoder, "Encoding"), width, height, url)


def _at_host_of(reached: str, told: str, *, port: int | None = None) -> str:
    """Return ``told`` with the host by which the device was reached."""
    parts = urlsplit(told)
    host = urlsplit(reached).hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = port or parts.port
    return urlunsplit(parts._replace(netloc=f"{host}:{port}" if port else host))
