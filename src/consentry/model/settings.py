"""What the household decided for the whole house: language, zone, quiet hours, where alerts go.

Immutable: the page changes a setting by making a new ``Settings``, the store keeps it, and the hub
restarts what it touches. Every class refuses what cannot work, with the sentence its owner reads.
"""

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import ClassVar, NewType
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from consentry.model.errors import InputError, Reason
from consentry.model.hours import Hours
from consentry.model.ids import MemberId
from consentry.model.secret import Secret
from consentry.model.time import SECOND, Micros, to_datetime

ChannelId = NewType("ChannelId", str)
"""Random and opaque like the ids of ``model.ids``; made by ``random_id``."""

_PORTS = range(1, 65536)


class Language(StrEnum):
    """Languages of the page and of messages."""

    ENGLISH = "en"
    GERMAN = "de"


class MailSecurity(StrEnum):
    """How the connection to a mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Channel:
    """What every channel has; ``member``: whose it is, None for the whole house's."""

    id: ChannelId
    name: str
    enabled: bool = True
    pictures: bool = False
    member: MemberId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _ChannelToPeople(_Channel):
    """What a channel has that people read; ``language`` None: the house's."""

    quiet_hours: tuple[Hours, ...] = ()
    language: Language | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChannel(_ChannelToPeople):
    """Alerts by e-mail through the owner's mail server."""

    kind: ClassVar[str] = "email"

    host: str
    port: int = 587
    security: MailSecurity = MailSecurity.STARTTLS
    user: str = ""
    password: Secret = Secret("")
    sender: str
    recipients: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a channel that reaches nobody, and line breaks that would forge headers."""
        _require(self.name, "A channel needs a name.")
        _require(self.host, f"The e-mail channel {self.name!r} needs a mail server.")
        _require_port(self.port, self.name)
        addresses = (self.sender, *self.recipients)
        if not self.recipients or not all(_is_address(address) for address in addresses):
            message = (
                f"The e-mail channel {self.name!r} needs a sender and at least one recipient, "
                "each like name@example.org."
            )
            raise InputError(message, reason=Reason.MAIL_ADDRESSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseChannel(_ChannelToPeople):
    """Alerts through one of the services apprise knows; its URL carries tokens and is a secret.

    ``watched``: it also hears when somebody begins and ceases to watch an indoor camera live, as
    for a web hook that switches on a light or a chime.
    """

    kind: ClassVar[str] = "apprise"

    watched: bool = False
    url: Secret

    def __post_init__(self) -> None:
        """Refuse an empty address."""
        _require(self.name, "A channel needs a name.")
        _require(
            self.url.reveal(),
            f"The channel {self.name!r} needs an apprise address such as ntfys://ntfy.sh/topic.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MqttChannel(_Channel):
    """A broker for Home Assistant: configs under ``discovery_prefix``, states under ``prefix``."""

    kind: ClassVar[str] = "mqtt"

    host: str
    port: int = 1883
    tls: bool = False
    user: str = ""
    password: Secret = Secret("")
    prefix: str = "consentry"
    discovery_prefix: str = "homeassistant"

    def __post_init__(self) -> None:
        """Refuse an empty host and topics that MQTT would read as patterns."""
        _require(self.name, "A channel needs a name.")
        _require(self.host, f"The MQTT channel {self.name!r} needs a broker.")
        _require_port(self.port, self.name)
        for topic in (self.prefix, self.discovery_prefix):
            _require(topic, "An MQTT topic must not be empty.")
            if set(topic) & set("+#") or topic.startswith(("/", "$")):
                message = (
                    f"{topic!r} cannot be an MQTT topic: it must not begin with / or $, "
                    "or contain + or #."
                )
                raise InputError(message, reason=Reason.BROKER_TOPIC, topic=topic)


Channel = EmailChannel | AppriseChannel | MqttChannel
"""Where alerts go. One of a ``member`` tells what that member may see; None: all of the house.

Channels to people have ``quiet_hours`` of their own, in which no alert disturbs them, and a
``language`` if it is another than the house's. ``pictures`` is the owner's to say.
"""

_MANNERS = ("name", "enabled", "pictures", "quiet_hours", "language", "watched")


def same_end(one: Channel, other: Channel) -> bool:
    """Tell whether two channels lead to the same place: whatever they send arrives there."""
    ends = (
        {name: value for name, value in each.items() if name not in _MANNERS}
        for each in (_values(one), _values(other))
    )
    return type(one) is type(other) and next(ends) == next(ends)


def _values(channel: Channel) -> dict[str, object]:
    return {field.name: getattr(channel, field.name) for field in fields(channel)}


@dataclass(frozen=True, slots=True)
class Settings:
    """The house's settings; changed as a whole. ``cool_down`` is per camera and label.

    ``address`` is where people open the hub's page, such as https://hub.local:8600: what links in
    messages begin with. Empty: what the hub finds out by itself.
    """

    language: Language = Language.ENGLISH
    time_zone: str = "UTC"
    quiet_hours: tuple[Hours, ...] = ()
    cool_down: Micros = Micros(30 * SECOND)
    channels: tuple[Channel, ...] = ()
    address: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot work: zone, address, a negative cool-down, double ids."""
        _zone(self.time_zone)
        if self.address:
            _require_origin(self.address)
        if self.cool_down < 0:
            message = "The cool-down must not be negative."
            raise InputError(message)
        if len({channel.id for channel in self.channels}) != len(self.channels):
            message = "Two notification channels have the same id."
            raise InputError(message)

    @property
    def zone(self) -> ZoneInfo:
        """The household's time zone."""
        return _zone(self.time_zone)

    def without_channels(self, member: MemberId) -> "Settings":
        """Return them without the channels of ``member``."""
        left = tuple(each for each in self.channels if each.member != member)
        return replace(self, channels=left)

    def quiet(self, now: Micros) -> bool:
        """Tell whether ``now`` lies in quiet hours."""
        local = to_datetime(now, self.zone)
        return any(hours.cover(local) for hours in self.quiet_hours)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"{name!r} is not a time zone such as Europe/Berlin."
        raise InputError(message) from error


def _is_address(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and text.isprintable() and " " not in text


def _require(text: str, message: str) -> None:
    if not text.strip() or not text.isprintable():
        raise InputError(message)


def _require_origin(text: str) -> None:
    """Refuse what is no scheme, host and port: a path or a password would be in every message."""
    if not _is_origin(text):
        message = f"{text!r} is not an address of the hub such as https://hub.local:8600."
        raise InputError(message, reason=Reason.HUB_ADDRESS)


def _is_origin(text: str) -> bool:
    if not text.isprintable() or " " in text or "@" in text:
        return False
    try:
        parts = urlsplit(text)
        reachable = bool(parts.hostname) and (parts.port is None or parts.port in _PORTS)
    except ValueError:
        return False
    origin = f"{parts.scheme}://{parts.netloc}"
    return reachable and parts.scheme in {"http", "https"} and origin == text


def _require_port(port: int, name: str) -> None:
    if port not in _PORTS:
        message = f"The channel {name!r} needs a port from 1 to 65535."
        raise InputError(message, reason=Reason.PORT)
