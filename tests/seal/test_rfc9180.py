"""Our envelopes are RFC 9180: opened here by the RFC's own steps, without the library's HPKE."""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from consentry.seal import DataKey, Household

PRIVATE = bytes(range(32))
KEM = b"KEM\x00\x20"  # DHKEM(X25519, HKDF-SHA256), section 4.1
SUITE = b"HPKE\x00\x20\x00\x01\x00\x02"  # with HKDF-SHA256 and AES-256-GCM, section 5.1


def extract(suite: bytes, salt: bytes, label: bytes, key: bytes) -> bytes:
    """Return LabeledExtract of section 4."""
    return hmac.digest(salt, b"HPKE-v1" + suite + label + key, hashlib.sha256)


def expand(suite: bytes, secret: bytes, label: bytes, context: bytes, length: int) -> bytes:
    """Return LabeledExpand of section 4, for at most one block of SHA-256."""
    info = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + context
    return hmac.digest(secret, info + b"\x01", hashlib.sha256)[:length]


def open_base(sealed: bytes, info: bytes) -> bytes:
    """Open ``enc | ciphertext`` in base mode, the first message of its context (6.1)."""
    private = X25519PrivateKey.from_private_bytes(PRIVATE)
    encapsulated, ciphertext = sealed[:32], sealed[32:]
    shared = private.exchange(X25519PublicKey.from_public_bytes(encapsulated))
    context = encapsulated + private.public_key().public_bytes_raw()
    secret = expand(KEM, extract(KEM, b"", b"eae_prk", shared), b"shared_secret", context, 32)
    schedule = b"\x00" + extract(SUITE, b"", b"psk_id_hash", b"")
    schedule += extract(SUITE, b"", b"info_hash", info)
    secret = extract(SUITE, secret, b"secret", b"")
    key = expand(SUITE, secret, b"key", schedule, 32)
    nonce = expand(SUITE, secret, b"base_nonce", schedule, 12)
    return AESGCM(key).decrypt(nonce, ciphertext, b"")


def test_key_envelope_opens_by_the_rfc() -> None:
    """Whoever has the RFC, the household key and the context can open a data key."""
    key = DataKey.random()
    sealed = Household.from_bytes(PRIVATE).public.seal_key(key, "segment/cam/main/seg")
    assert sealed[0] == 1
    assert (
        sealed[1:5]
        == X25519PrivateKey.from_private_bytes(PRIVATE).public_key().public_bytes_raw()[:4]
    )
    opened = open_base(sealed[5:], b"consentry/1/key/segment/cam/main/seg")
    assert opened == key.reveal()


def test_blob_envelope_opens_by_the_rfc() -> None:
    """The same holds for pictures: the key by the RFC, the blob by AES-256-GCM."""
    sealed = Household.from_bytes(PRIVATE).public.seal_blob(b"a picture", "event-picture/e1")
    info = b"consentry/1/blob/event-picture/e1"
    key = open_base(sealed[5:85], info)
    assert AESGCM(key).decrypt(sealed[85:97], sealed[97:], info) == b"a picture"
