"""The two sign-ins cameras have: Basic (RFC 7617) and Digest with MD5 (RFC 2069 and 2617)."""

import binascii
import hashlib
import re
from base64 import b64decode
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Literal

Scheme = Literal["basic", "digest"]

_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


@dataclass(frozen=True, slots=True)
class Login:
    """One connection's sign-in: what to demand, and whether an answer satisfies it."""

    user: str
    password: str = field(repr=False)
    scheme: Scheme = "digest"
    realm: str = "Simulated camera"
    nonce: str = field(default_factory=lambda: token_hex(16))

    @property
    def demand(self) -> str:
        """The ``WWW-Authenticate`` header."""
        if self.scheme == "basic":
            return f'Basic realm="{self.realm}"'
        return f'Digest realm="{self.realm}", nonce="{self.nonce}"'

    def satisfied_by(self, header: str, method: str) -> bool:
        """Tell whether an ``Authorization`` header proves user and password."""
        given, _, rest = header.partition(" ")
        if given.lower() != self.scheme:
            return False
        if self.scheme == "basic":
            try:
                return b64decode(rest).decode() == f"{self.user}:{self.password}"
            except (binascii.Error, UnicodeDecodeError):
                return False
        fields = {name: quoted or bare for name, quoted, bare in _FIELD.findall(rest)}
        secret = _md5(f"{self.user}:{self.realm}:{self.password}")
        request = _md5(f"{method}:{fields.get('uri', '')}")
        between = [self.nonce]
        if "qop" in fields:
            between += [fields.get("nc", ""), fields.get("cnonce", ""), fields["qop"]]
        expected = _md5(":".join((secret, *between, request)))
        return fields.get("nonce") == self.nonce and fields.get("response") == expected


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
