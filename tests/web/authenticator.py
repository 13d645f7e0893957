"""A passkey in software: what a phone's authenticator answers to WebAuthn requests."""

import hashlib
import json
import secrets
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url, encode_cbor

_PRESENT_AND_VERIFIED, _WITH_KEY = 0x05, 0x40


class Authenticator:
    """One ES256 key pair, made for one origin; attests nothing."""

    def __init__(self, origin: str) -> None:
        """Make the pair for pages of ``origin``."""
        self._origin = origin
        self._host = hashlib.sha256((urlsplit(origin).hostname or "").encode()).digest()
        self._pair = ec.generate_private_key(ec.SECP256R1())
        self._id = secrets.token_bytes(16)
        self._uses = 0

    def made(self, challenge: str) -> dict[str, object]:
        """Return what ``navigator.credentials.create`` answers."""
        point = self._pair.public_key().public_numbers()
        x, y = point.x.to_bytes(32), point.y.to_bytes(32)
        cose = encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        data = self._data(_WITH_KEY) + bytes(16) + len(self._id).to_bytes(2) + self._id + cose
        attested = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", challenge)
        return self._credential(attestationObject=attested, clientDataJSON=client)

    def shown(self, challenge: str) -> dict[str, object]:
        """Return what ``navigator.credentials.get`` answers."""
        self._uses += 1
        data, client = self._data(), self._client("webauthn.get", challenge)
        signed = data + hashlib.sha256(client).digest()
        signature = self._pair.sign(signed, ec.ECDSA(SHA256()))
        return self._credential(authenticatorData=data, clientDataJSON=client, signature=signature)

    def _data(self, flags: int = 0) -> bytes:
        return self._host + bytes([_PRESENT_AND_VERIFIED | flags]) + self._uses.to_bytes(4)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self._origin}).encode()

    def _credential(self, **response: bytes) -> dict[str, object]:
        name = bytes_to_base64url(self._id)
        texts = {key: bytes_to_base64url(value) for key, value in response.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": texts}
