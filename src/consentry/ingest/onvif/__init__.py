"""ONVIF, as little as finding and adding a camera needs: WS-Discovery and five SOAP calls."""
