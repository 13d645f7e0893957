"""The accounts in an ONVIF device: whom it lets in, and giving one of them another password.

Source: ONVIF Core 21.12, 8.4.3 (GetUsers, SetUser).
"""

import socket
from collections.abc import Iterable
from functools import partial
from xml.sax.saxutils import escape

from consentry.ingest.onvif.device import align_clock
from consentry.ingest.onvif.document import text
from consentry.ingest.onvif.soap import SoapClient
from consentry.model.errors import CameraError, CameraState
from consentry.model.secret import Secret
from consentry.thread import aside

PORTS = (80, 8000, 8080, 2020, 8899)  # usual, Hikvision and Reolink, many, TP-Link, Xiongmai

_DEVICE = 'xmlns="http://www.onvif.org/ver10/device/wsdl"'
_SCHEMA = 'xmlns="http://www.onvif.org/ver10/schema"'
_KNOCK_SECONDS = 1.0
_SECONDS = 5.0


def find(host: str, ports: Iterable[int] = PORTS) -> str | None:
    """Return where a device's ONVIF service is; None when there is none at the usual ports."""
    asked = [aside("onvif", partial(_at, host, port)) for port in ports]
    found = [answer.result() for answer in asked]
    return next((xaddr for xaddr in found if xaddr is not None), None)


def admits(xaddr: str, user: str, password: Secret) -> bool:
    """Tell whether the device lets this user in; without a user, whether it lets in anybody.

    Anybody is let in by a device that lists its accounts unasked for a password. Raises CameraError
    when it does not answer.
    """
    question = f"<GetDeviceInformation {_DEVICE}/>" if user else f"<GetUsers {_DEVICE}/>"
    client = SoapClient(user, password, timeout=_SECONDS)
    try:
        if user:
            align_clock(client, xaddr)
        client.call(xaddr, question, signed=True)
    except CameraError as error:
        if error.state in {CameraState.WRONG_PASSWORD, CameraState.NOT_FOUND}:
            return False
        raise
    finally:
        client.close()
    return True


def set_password(xaddr: str, user: str, old: Secret, new: Secret) -> None:
    """Give ``user`` another password, as what they are. Raises CameraError.

    When the answer is lost nobody knows whether it was taken: ask ``admits``.
    """
    client = SoapClient(user, old, timeout=_SECONDS)
    try:
        align_clock(client, xaddr)
        level = _level(client, xaddr, user)
        client.call(
            xaddr,
            f"<SetUser {_DEVICE}><User><Username {_SCHEMA}>{escape(user)}</Username>"
            f"<Password {_SCHEMA}>{escape(new.reveal())}</Password>"
            f"<UserLevel {_SCHEMA}>{level}</UserLevel></User></SetUser>",
            signed=True,
        )
    finally:
        client.close()


def _level(client: SoapClient, xaddr: str, user: str) -> str:
    """Return what the user is in the device: changing the password must not change that."""
    users = client.call(xaddr, f"<GetUsers {_DEVICE}/>", signed=True)
    for element in users.iter("User"):
        if text(element, "Username") == user:
            return escape(text(element, "UserLevel") or "Administrator")
    return "Administrator"


def _at(host: str, port: int) -> str | None:
    shown = f"[{host}]" if ":" in host else host
    xaddr = f"http://{shown}:{port}/onvif/device_service"
    client = SoapClient("", Secret(""), timeout=_SECONDS)
    try:
        socket.create_connection((host, port), timeout=_KNOCK_SECONDS).close()
        client.call(xaddr, f"<GetSystemDateAndTime {_DEVICE}/>", signed=False)
    except OSError:
        return None
    except CameraError as error:
        # It minds who asks for the time, against the standard: all the same it speaks ONVIF.
        return xaddr if error.state is CameraState.WRONG_PASSWORD else None
    finally:
        client.close()
    return xaddr
