"""ONVIF, as little as finding and adding a camera needs: WS-Discovery and five SOAP calls."""

from consentry.ingest.onvif.device import Device, Profile, ask
from consentry.ingest.onvif.discovery import discover

__all__ = ["Device", "Profile", "ask", "discover"]
