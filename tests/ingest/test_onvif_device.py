"""ONVIF devices that insist on HTTP digest and offer Media2, asked over HTTP."""

import pytest

from consentry.ingest import onvif
from consentry.model.errors import CameraError, CameraState
from consentry.model.secret import Secret
from tests.ingest.onvif_device import PASSWORD, USER, onvif_device


def test_a_device_with_http_digest_and_media2_tells_of_itself() -> None:
    """H.265 profiles, which only Media2 can name, are found by a password sent as a digest."""
    with onvif_device() as device:
        told = onvif.ask(device.xaddr, USER, Secret(PASSWORD), timeout=20)
    assert told.name == "Acme New 1"
    assert [(p.name, p.encoding, p.width, p.height, p.url) for p in told.profiles] == [
        ("large", "H265", 2560, 1440, "rtsp://127.0.0.1:5554/large"),
        ("small", "H264", 640, 360, "rtsp://127.0.0.1:5554/small"),
    ]
    assert "GetCapabilities" not in device.asked


def test_a_wrong_password_is_told_by_http_digest_too() -> None:
    """A device that answers 401 to the digest refuses the user, and nothing is answered."""
    with onvif_device() as device, pytest.raises(CameraError) as caught:
        onvif.ask(device.xaddr, USER, Secret("wrong"), timeout=20)
    assert caught.value.state is CameraState.WRONG_PASSWORD
    assert device.asked == []
