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

_DECLINED = "did not take the message{}: check its address and tokens"

_HTTP_ERROR = re.compile(r"error=(\d{3})\b")


class _Muffle(logging.Filter):
    """Lets nothing through: apprise and urllib3 log addresses with their tokens.

    The one thing that holds no secret, the HTTP status, is kept for the sending thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self.heard = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        if found := _HTTP_ERROR.search(record.getMessage()):
            self.heard.status = found[1]
        return False


_MUFFLE = _Muffle()
for _name in ("apprise", "urllib3.connectionpool", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_MUFFLE)


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
            raise self._failure(Reason.SERVICE_DECLINED, _DECLINED.format("")) from None

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
        # The plugin itself, not Apprise.notify(): its thread pool would be joined at exit.
        if self._plugin.notify(body=message.plain, title=message.title, attach=picture):
            return
        status = getattr(_MUFFLE.heard, "status", None)
        if status is None:
            raise self._failure(Reason.SERVICE_DECLINED, _DECLINED.format(""))
        answered = _DECLINED.format(f" (HTTP {status})")
        raise self._failure(Reason.SERVICE_ANSWERED, answered, status=status)

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
