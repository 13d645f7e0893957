"""Answers from devices are strangers' bytes: read defensively."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.ingest.onvif.discovery import devices_in
from consentry.ingest.onvif.document import MAX_BYTES, parse, text
from consentry.model.errors import InputError

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<Body>&c;</Body>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding: str) -> None:
    """A document that declares entities is refused before any of them expands."""
    data = BOMB.decode().replace("1.0", f'1.0" encoding="{encoding}', 1).encode(encoding)
    with pytest.raises(InputError, match="document type"):
        parse(data)


def test_files_of_this_machine_cannot_be_fetched() -> None:
    """An external entity is refused like any."""
    data = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
    with pytest.raises(InputError, match="document type"):
        parse(data)


def test_an_endless_answer_is_refused() -> None:
    """More than a megabyte is no answer."""
    with pytest.raises(InputError, match="too large"):
        parse(b" " * (MAX_BYTES + 1))


def test_namespaces_do_not_matter() -> None:
    """Makers mix up prefixes and namespaces; names are what counts."""
    document = parse(b'<a:E xmlns:a="urn:1"><b:Uri xmlns:b="urn:2"> rtsp://x </b:Uri></a:E>')
    assert document.tag == "E"
    assert text(document, "Uri") == "rtsp://x"
    assert text(document, "Nothing") == ""


def test_an_address_that_is_none_hides_no_other_device() -> None:
    """A device that answers a scan with half an address is passed over, its neighbour found."""
    addresses = ("http://[fe80::1/x", "http://192.0.2.7/onvif/device_service http://[x")
    matches = "".join(f"<ProbeMatch><XAddrs>{one}</XAddrs></ProbeMatch>" for one in addresses)
    (device,) = devices_in(f"<Body>{matches}</Body>".encode(), "192.0.2.7")
    assert device.address == "192.0.2.7"


@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever comes, there is an element or an InputError."""
    with contextlib.suppress(InputError):
        assert parse(data).tag
