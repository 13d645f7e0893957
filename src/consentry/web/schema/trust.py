"""What there is to trust about the hub's HTTPS, as JSON."""

from consentry.model.time import from_datetime
from consentry.web.certificate import Front, Trust
from consentry.web.schema.base import Answer, iso


class TrustAnswer(Answer):
    """How browsers know this hub; ``kind`` none: only this machine itself gets in.

    ``fingerprint`` is the SHA-256 of the house's authority as phones show it, ``page`` where a
    phone learns to trust it, ``until`` the end of what the hub shows.
    """

    kind: Trust
    fingerprint: str | None = None
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    page: str | None = None
    until: str | None = None


def trust(front: Front | None, *, port: int | None) -> TrustAnswer:
    """Return how browsers know the hub, as seen by somebody who reached it at ``port``."""
    if front is None:
        return TrustAnswer(kind=Trust.NONE)
    identity = front.certificate.identity
    return TrustAnswer(
        kind=identity.trust,
        fingerprint=identity.fingerprint,
        names=identity.names,
        addresses=identity.addresses,
        page=front.trust_page(port),
        until=iso(from_datetime(identity.until)),
    )
