"""Shared files and their envelopes: only link and passphrase open them, as they were."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.model.errors import IntegrityError
from consentry.model.secret import Secret
from consentry.seal.share import ShareKey, link_secret

KEY = ShareKey("share00000000001", bytes(range(32)))


@given(st.lists(st.binary(max_size=40_000), max_size=4))
@settings(max_examples=25, deadline=None)
def test_a_file_opens_as_it_was(chunks: list[bytes]) -> None:
    """However it was cut into pieces, the same bytes come back."""
    key = ShareKey("share00000000001")
    sealed = b"".join(key.seal(chunks))
    plain = b"".join(chunks)
    assert b"".join(key.open([sealed])) == plain
    assert len(sealed) == len(plain) + 56 + 16 * (len(plain) // 16384 + 1)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_changed_bit_or_a_missing_end_is_told(data: st.DataObject) -> None:
    """A file with one bit flipped, or cut anywhere, does not open to its end."""
    key = ShareKey("share00000000001")
    sealed = bytearray(b"".join(key.seal([bytes(40_000)])))
    at = data.draw(st.integers(0, len(sealed) - 1))
    flipped = bytearray(sealed)
    flipped[at] ^= 1 << data.draw(st.integers(0, 7))
    for broken in (bytes(flipped), bytes(sealed[:at])):
        with pytest.raises(IntegrityError):
            b"".join(key.open([broken]))


def test_a_file_belongs_to_its_share() -> None:
    """The file of one share does not pass for that of another with the same key."""
    sealed = b"".join(KEY.seal([b"film"]))
    with pytest.raises(IntegrityError):
        b"".join(ShareKey("share00000000002", KEY.raw).open([sealed]))


def test_link_and_passphrase_open_the_envelope() -> None:
    """The link alone is enough without a passphrase, and not with one."""
    secret = link_secret()
    assert ShareKey.unwrap(KEY.id, KEY.wrap(secret), secret).raw == KEY.raw
    guarded = KEY.wrap(secret, Secret("grüne Tür"))
    assert ShareKey.unwrap(KEY.id, guarded, secret, Secret("grüne Tür")).raw == KEY.raw
    for wrong in (None, Secret("gruene Tuer")):
        with pytest.raises(IntegrityError, match="passphrase"):
            ShareKey.unwrap(KEY.id, guarded, secret, wrong)
    with pytest.raises(IntegrityError):
        ShareKey.unwrap(KEY.id, guarded, link_secret(), Secret("grüne Tür"))
    with pytest.raises(IntegrityError):
        ShareKey.unwrap("share00000000002", guarded, secret, Secret("grüne Tür"))


@given(at=st.integers(4, 80), bit=st.integers(0, 7))
@settings(max_examples=40, deadline=None)
def test_a_flipped_bit_of_the_envelope_is_told(at: int, bit: int) -> None:
    """No envelope that was changed opens; nor does the count of rounds go unnoticed."""
    secret = link_secret()
    envelope = bytearray(KEY.wrap(secret))
    envelope[at] ^= 1 << bit
    with pytest.raises(IntegrityError):
        ShareKey.unwrap(KEY.id, bytes(envelope), secret)


@pytest.mark.parametrize("envelope", [b"", b"\x01", b"\x02" + bytes(80)])
def test_another_envelope_is_named(envelope: bytes) -> None:
    """A kind that does not exist, or half an envelope, gets its own sentence."""
    with pytest.raises(IntegrityError, match="unknown to this version"):
        ShareKey.unwrap(KEY.id, envelope, link_secret())


def test_the_format_stands() -> None:
    """An envelope and a file written by the first version open for ever (formats.md)."""
    secret = bytes(range(100, 132))
    assert ShareKey.unwrap(KEY.id, ENVELOPE, secret).raw == KEY.raw
    assert b"".join(KEY.open([FILE])) == b"a clip"


ENVELOPE = bytes.fromhex(
    "0100000000d25eeca6f85d1aaf1e106bef4d66c7799240c2ec005ec931777c4100bf2f6bea8c17be10052f6593ba8e"
    "664f6083e07cb71e394213836af67740286aeb0d2751da1fbceb50d37c6c0e259fc4"
)
FILE = bytes.fromhex(
    "d1a51a3a90f07e7b58390fa3e1f8c63a0b53f09a187e24a99063608201f2cd051fe9ce4fe721d0471d04887e7052f6"
    "57186504ebe90d5421153d8a05b3b2a0e95b217b0b08182bd60021e37c805b"
)
