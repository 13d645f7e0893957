"""The services apprise knows (ntfy, Telegram, Signal, Pushover, webhooks and some hundred more)."""

import logging
import re
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from consentry.model.errors import DeliveryError, Reason
from consentry.model.settings import AppriseChannel
from consentry.notify.notifier import Message
from consentry.thread import in_thread

if TYPE_CHECKING:
    # Imported when the first message is sent: 0.3 s and 45 MB that most households never need.
    import apprise

_DECLINED = "did not take the message: check its address and tokens"

_HTTP_ERROR = re.compile(r"error=(\d{3})\b")

_Why = tuple[Reason, str]

_SOCKET: tuple[tuple[str, _Why], ...] = (
    # The first that is found in what requests says of a connection that failed; never repeated,
    # because it names the address with its tokens.
    (
        r"CERTIFICATE_VERIFY_FAILED|CertificateError",
        (Reason.SERVICE_CERTIFICATE, "showed a certificate that is not valid for it"),
    ),
    (
        r"NameResolutionError|Name or service not known|name resolution|getaddrinfo",
        (Reason.SERVICE_NOT_FOUND, "was not found: check the server's name in its address"),
    ),
    (r"timed out|Timeout", (Reason.SERVICE_SILENT, "did not answer in time")),
    (r"Connection refused", (Reason.SERVICE_REFUSED, "refused the connection")),
    (r"", (Reason.SERVICE_UNREACHABLE, "cannot be reached")),
)


class _Muffle(logging.Filter):
    """Lets nothing through: apprise and urllib3 log addresses with their tokens.

    Why a message was not taken is kept for the sending thread, without the words it was said in.
    """

    def __init__(self) -> None:
        super().__init__()
        self._heard = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if found := _HTTP_ERROR.search(said):
            self._heard.status = int(found[1])
        elif said.startswith("Socket Exception: "):
            self._heard.why = next(why for words, why in _SOCKET if re.search(words, said))
        return False

    def forget(self) -> None:
        """Begin a message of this thread."""
        self._heard.status = self._heard.why = None

    @property
    def status(self) -> int | None:
        """Return with which HTTP status the last message of this thread was declined."""
        status: int | None = getattr(self._heard, "status", None)
        return status

    @property
    def why(self) -> _Why | None:
        """Return why the last message of this thread reached nobody."""
        why: _Why | None = getattr(self._heard, "why", None)
        return why


_MUFFLE = _Muffle()
for _name in ("apprise", "urllib3.connectionpool", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_MUFFLE)
# What went wrong with a connection is said for debugging only; none of it leaves the filter.
logging.getLogger("apprise").setLevel(logging.DEBUG)


def _answered(status: int) -> _Why:
    """Return what an HTTP status other than success means to whoever set the channel up."""
    match status:
        case 401 | 403:
            return Reason.SERVICE_KEY, f"does not accept its key or password (HTTP {status})"
        case 404 | 410:
            return Reason.SERVICE_MISSING, f"has nothing at this address (HTTP {status})"
        case 429:
            return Reason.SERVICE_LIMIT, "was sent too much in a short time (HTTP 429)"
        case _ if status >= _ILL:
            return Reason.SERVICE_ILL, f"is out of order itself (HTTP {status}): try again later"
    sentence = f"did not take the message (HTTP {status}): check its address and tokens"
    return Reason.SERVICE_ANSWERED, sentence


_ILL = 500
"""From this HTTP status on it is the server that fails, and not what was asked of it."""


class Service:
    """One apprise address."""

    def __init__(self, channel: AppriseChannel) -> None:
        """Remember the address; it is read at the first message."""
        self._channel = channel
        self._plugin: apprise.NotifyBase | None = None

    async def send(self, message: Message) -> None:
        """Hand the message to the service."""
        try:
            await in_thread("apprise", lambda: self._send(message))
        except (TypeError, ValueError, OSError):  # what plugins let through for bad parameters
            raise self._failure(Reason.SERVICE_DECLINED, _DECLINED) from None

    def _send(self, message: Message) -> None:
        """Send (blocking). Raises DeliveryError."""
        import apprise  # noqa: PLC0415 - see above

        picture = None
        if message.picture is not None:
            picture = apprise.AppriseAttachment()
            picture.add(_attachment(message.picture))
        if self._plugin is None:
            self._plugin = _plugin(self._channel)
        if self._plugin is None:
            complaint = "is none that apprise knows: check its address"
            raise self._failure(Reason.SERVICE_UNKNOWN, complaint)
        _MUFFLE.forget()
        # The plugin itself, not Apprise.notify(): its thread pool would be joined at exit.
        if self._plugin.notify(body=message.plain, title=message.title, attach=picture):
            return
        if (status := _MUFFLE.status) is not None:
            raise self._failure(*_answered(status), status=str(status))
        raise self._failure(*(_MUFFLE.why or (Reason.SERVICE_DECLINED, _DECLINED)))

    def _failure(self, reason: Reason, complaint: str, **facts: str) -> DeliveryError:
        name = self._channel.name
        sentence = f"The service of the channel {name!r} {complaint}."
        return DeliveryError(sentence, reason=reason, name=name, **facts)


def _plugin(channel: AppriseChannel) -> "apprise.NotifyBase | None":
    import apprise  # noqa: PLC0415 - see above

    asset = apprise.AppriseAsset(
        app_id="Consentry", app_desc="Consentry", app_url="", image_url_mask="", async_mode=False
    )
    plugin = apprise.Apprise.instantiate(channel.url.reveal(), asset=asset)
    return plugin if isinstance(plugin, apprise.NotifyBase) else None


def _attachment(jpeg: bytes) -> "apprise.AttachBase":
    from apprise.attachment.memory import AttachMemory  # noqa: PLC0415 - see above

    attach: Callable[..., apprise.AttachBase] = AttachMemory  # its __init__ has no annotations
    return attach(jpeg, name="picture.jpg", mimetype="image/jpeg")
