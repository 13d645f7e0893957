"""Secrets as a type, and the one redactor for text from outside on its way to a log or a person."""

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from consentry.model.errors import InputError, Reason

STREAM_ADDRESS = "A stream's address must look like rtsp://192.168.1.20/stream, or rtsps://..."

_USERINFO = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)[^/\s'\"]*@")
_QUERY_SECRET = re.compile(
    r"(?i)(?P<name>\b(?:password|passwd|pass|pwd|token|secret|key|auth)=)[^&\s'\"]+"
)


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that never shows itself: ``str``, ``repr`` and formatting give dots, not the text."""

    _text: str = field(repr=False)

    def reveal(self) -> str:
        """Return the text itself. The only way to it."""
        return self._text

    def __bool__(self) -> bool:
        """Tell whether there is any text."""
        return bool(self._text)

    def __str__(self) -> str:
        """Return dots, however long the secret is."""
        return "•••"

    def __repr__(self) -> str:
        """Return dots, however long the secret is."""
        return "Secret(•••)"


def redact(text: str) -> str:
    """Remove credentials from every URL in ``text`` (libav puts URLs into its exceptions)."""
    return _QUERY_SECRET.sub(r"\g<name>•••", _USERINFO.sub(r"\g<scheme>", text))


def with_credentials(url: str, user: str, password: Secret) -> Secret:
    """Return ``url`` carrying the percent-encoded credentials; the result is itself a secret."""
    if not user and not password:
        return Secret(url)
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    userinfo = quote(user, safe="") + (":" + quote(password.reveal(), safe="") if password else "")
    return Secret(urlunsplit(parts._replace(netloc=f"{userinfo}@{host}")))


def split_credentials(url: str) -> tuple[str, str, Secret]:
    """Return (url without credentials, user, password).

    A pasted URL never stores its password openly. Raises InputError for what cannot be a URL.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # an address in brackets without the second, say; its text may be a password
        raise InputError(STREAM_ADDRESS, reason=Reason.STREAM_ADDRESS) from None
    userinfo, _, host = parts.netloc.rpartition("@")
    user, _, password = userinfo.partition(":")
    return urlunsplit(parts._replace(netloc=host)), unquote(user), Secret(unquote(password))
