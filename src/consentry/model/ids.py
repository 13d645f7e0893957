"""Identifiers. All are random and opaque: order comes from sequence numbers, never from an id."""

import secrets
from typing import NewType

CameraId = NewType("CameraId", str)
SegmentId = NewType("SegmentId", str)
RunId = NewType("RunId", str)
EventId = NewType("EventId", str)
MemberId = NewType("MemberId", str)
InvitationId = NewType("InvitationId", str)
TokenId = NewType("TokenId", str)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base32: safe in file names and URLs


def random_id() -> str:
    """Return 16 random Crockford base32 characters (80 bits)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))
