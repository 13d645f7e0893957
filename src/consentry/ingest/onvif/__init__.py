"""ONVIF, as little as cameras at home need: WS-Discovery and a dozen SOAP calls."""

from consentry.ingest.onvif.device import Device, ask
from consentry.ingest.onvif.discovery import discover
from consentry.ingest.onvif.media import Profile
from consentry.ingest.onvif.users import PORTS, admits, find, set_password

__all__ = [
    "PORTS",
    "Device",
    "Profile",
    "admits",
    "ask",
    "discover",
    "find",
    "set_password",
]
