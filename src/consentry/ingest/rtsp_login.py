"""Signing in to a camera: Basic (RFC 7617), Digest with MD5 or SHA-256 (RFC 7616, RFC 2069).

A password is sent once for each time the camera asks anew, never again after a plain no: cameras
count wrong ones and lock the account.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from consentry.ingest.rtsp_message import Message
from consentry.model.secret import Secret

_CHALLENGE = re.compile(r"(?i)\b(digest|basic)\s+(.*?)(?=,?\s*\b(?:digest|basic)\s|$)")
_FIELD = re.compile(r'([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_HASHES: dict[str, Callable[[str], str]] = {"": _md5, "MD5": _md5, "SHA-256": _sha256}


@dataclass(slots=True)
class Login:
    """One connection's user, and what the camera asked of it."""

    user: str
    password: Secret
    _scheme: str = ""
    _asked: dict[str, str] = field(default_factory=dict)
    _count: int = 0

    def challenged(self, refusal: Message) -> bool:
        """Take a 401; True when answering it can help: the first one, or a nonce that got old."""
        if not self.user:
            return False
        again = bool(self._scheme)
        for line in refusal.all("www-authenticate"):
            for scheme, rest in _CHALLENGE.findall(line):
                asked = {
                    name.lower(): quoted or bare for name, quoted, bare in _FIELD.findall(rest)
                }
                if scheme.lower() == "digest" and asked.get("algorithm", "").upper() in _HASHES:
                    self._scheme, self._asked, self._count = "digest", asked, 0
                    return not again or asked.get("stale", "").lower() == "true"
                if scheme.lower() == "basic" and self._scheme != "digest":
                    self._scheme = "basic"
        return bool(self._scheme) and not again

    def header(self, method: str, uri: str) -> str:
        """Return the Authorization header for a request; empty before the camera asked."""
        match self._scheme:
            case "basic":
                pair = f"{self.user}:{self.password.reveal()}".encode()
                return f"Basic {base64.b64encode(pair).decode()}"
            case "digest":
                return self._digest(method, uri)
        return ""

    def _digest(self, method: str, uri: str) -> str:
        asked = self._asked
        algorithm = asked.get("algorithm", "")
        hashed = _HASHES[algorithm.upper()]
        realm, nonce = asked.get("realm", ""), asked.get("nonce", "")
        secret = hashed(f"{self.user}:{realm}:{self.password.reveal()}")
        request = hashed(f"{method}:{uri}")
        user = self.user.replace("\\", "\\\\").replace('"', '\\"')
        fields = f'username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}"'
        if "auth" in re.split(r"[\s,]+", asked.get("qop", "").lower()):
            self._count += 1
            count, own = f"{self._count:08x}", secrets.token_hex(8)
            response = hashed(f"{secret}:{nonce}:{count}:{own}:auth:{request}")
            fields += f', qop=auth, nc={count}, cnonce="{own}"'
        else:
            response = hashed(f"{secret}:{nonce}:{request}")
        fields += f', response="{response}"'
        fields += f", algorithm={algorithm}" if algorithm else ""
        fields += f', opaque="{asked["opaque"]}"' if "opaque" in asked else ""
        return f"Digest {fields}"
