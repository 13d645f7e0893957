"""ONVIF, as little as finding and adding a camera needs: WS-Discovery and a few SOAP calls."""

from consentry.ingest.onvif.device import Device, ask
from consentry.ingest.onvif.discovery import discover
from consentry.ingest.onvif.media import Profile

__all__ = ["Device", "Profile", "ask", "discover"]
