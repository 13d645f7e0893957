"""What the owner decided for the whole house: language, zone, quiet hours, where alerts go."""

from dataclasses import dataclass
from enum import StrEnum

from consentry.model.secret import Secret
from consentry.model.time import MINUTE, Micros


class Language(StrEnum):
    """Languages of the page and of messages."""

    ENGLISH = "en"
    GERMAN = "de"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """No alerts on ``days`` (0 Monday .. 6 Sunday) from ``start`` to ``end``, minutes after midnight.

    ``end`` at or before ``start`` means the next morning: the day is that of ``start``.
    """

    days: frozenset[int]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AppriseChannel:
    """One service apprise speaks; its URL holds tokens and is a secret as a whole."""

    id: str
    name: str
    url: Secret
    enabled: bool = True
    pictures: bool = False


@dataclass(frozen=True, slots=True)
class EmailChannel:
    """Mail by SMTP. ``security`` is "starttls", "tls" or "none" (refused off loopback)."""

    id: str
    name: str
    host: str
    sender: str
    recipients: tuple[str, ...]
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password: Secret = Secret("")  # noqa: RUF009 - frozen
    enabled: bool = True
    pictures: bool = False


@dataclass(frozen=True, slots=True)
class MqttChannel:
    """A broker for Home Assistant: discovery under ``discovery_prefix``, states under ``prefix``."""

    id: str
    name: str
    host: str
    port: int = 1883
    tls: bool = False
    user: str = ""
    password: Secret = Secret("")  # noqa: RUF009 - frozen
    prefix: str = "consentry"
    discovery_prefix: str = "homeassistant"
    enabled: bool = True
    pictures: bool = False


Channel = AppriseChannel | EmailChannel | MqttChannel


@dataclass(frozen=True, slots=True)
class Settings:
    """The house's settings; kept in the database, changed as a whole."""

    language: Language = Language.ENGLISH
    time_zone: str = "UTC"
    quiet_hours: tuple[QuietHours, ...] = ()
    cool_down: Micros = Micros(2 * MINUTE)
    channels: tuple[Channel, ...] = ()
