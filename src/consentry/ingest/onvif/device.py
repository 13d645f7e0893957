"""What an ONVIF device tells of itself: maker, clock, and its media profiles with their URLs."""

from dataclasses import dataclass
from datetime import UTC, datetime

from consentry.ingest.onvif.document import first, text
from consentry.ingest.onvif.media import Profile, profiles
from consentry.ingest.onvif.soap import SoapClient
from consentry.model.errors import CameraError, CameraState
from consentry.model.secret import Secret

_DEVICE = 'xmlns="http://www.onvif.org/ver10/device/wsdl"'


@dataclass(frozen=True, slots=True)
class Device:
    """What was told. ``clock_skew`` is the device's clock minus ours in seconds, None if untold."""

    name: str
    clock_skew: float | None
    profiles: tuple[Profile, ...]


def ask(xaddr: str, user: str, password: Secret, *, timeout: float) -> Device:
    """Ask the device at ``xaddr`` for all of it. Blocks; raises CameraError."""
    client = SoapClient(user, password, timeout=timeout)
    try:
        skew = align_clock(client, xaddr)
        information = client.call(xaddr, f"<GetDeviceInformation {_DEVICE}/>", signed=True)
        name = f"{text(information, 'Manufacturer')} {text(information, 'Model')}".strip()
        return Device(name, skew, profiles(client, xaddr))
    finally:
        client.close()


def align_clock(client: SoapClient, xaddr: str) -> float | None:
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
