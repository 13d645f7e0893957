"""The house's settings as JSON. Secrets go in and never come out: they read back as null."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Annotated, Literal, assert_never

from pydantic import Field, StringConstraints

from consentry.model.errors import InputError
from consentry.model.ids import random_id
from consentry.model.secret import Secret
from consentry.model.settings import (
    AppriseChannel,
    Channel,
    ChannelId,
    EmailChannel,
    Language,
    MailSecurity,
    MqttChannel,
)
from consentry.model.settings import QuietHours as ModelQuietHours
from consentry.model.settings import Settings as ModelSettings
from consentry.model.time import SECOND, Micros
from consentry.web.schema.base import Answer, Body, Credential, Name, Text

Clock = Annotated[
    str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$"), Field(examples=["22:00"])
]
Id = Annotated[str, Field(max_length=64)]
HostName = Annotated[str, Field(min_length=1, max_length=255)]
Port = Annotated[int, Field(ge=1, le=65535)]
Mail = Annotated[str, Field(min_length=3, max_length=254)]


class QuietHours(Body):
    """No alerts on these days (0 Monday .. 6 Sunday); an end at or before the start: next day."""

    days: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1, max_length=7)]
    start: Annotated[Clock, Field(alias="from")]
    end: Annotated[Clock, Field(alias="to")]


class AppriseNotifier(Body):
    """One service apprise speaks; its URL holds tokens and is write-only."""

    kind: Literal["apprise"]
    id: Id | None = None
    name: Name
    enabled: bool = True
    pictures: bool = False
    url: Annotated[str, Field(max_length=2000)] | None = None


class EmailNotifier(Body):
    """Mail through the owner's server; the password is write-only."""

    kind: Literal["email"]
    id: Id | None = None
    name: Name
    enabled: bool = True
    pictures: bool = False
    host: HostName
    port: Port = 587
    security: MailSecurity = MailSecurity.STARTTLS
    user: Credential = ""
    password: Credential | None = None
    sender: Mail
    recipients: Annotated[list[Mail], Field(min_length=1, max_length=20)]


class MqttNotifier(Body):
    """A broker for Home Assistant; the password is write-only."""

    kind: Literal["mqtt"]
    id: Id | None = None
    name: Name
    enabled: bool = True
    pictures: bool = False
    host: HostName
    port: Port = 1883
    tls: bool = False
    user: Credential = ""
    password: Credential | None = None
    prefix: Text = "consentry"
    discovery_prefix: Text = "homeassistant"


Notifier = Annotated[AppriseNotifier | EmailNotifier | MqttNotifier, Field(discriminator="kind")]


class Settings(Answer):
    """What the owner decided for the whole house."""

    language: Language
    time_zone: str
    quiet_hours: list[QuietHours]
    cool_down_s: float
    notifiers: list[Notifier]


class SettingsChange(Body):
    """Any of the settings; lists are replaced whole."""

    language: Language | None = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    quiet_hours: Annotated[list[QuietHours], Field(max_length=32)] | None = None
    cool_down_s: Annotated[float, Field(ge=0, le=86400, allow_inf_nan=False)] | None = None
    notifiers: Annotated[list[Notifier], Field(max_length=32)] | None = None


class TestBody(Body):
    """Which channel is to send one message."""

    __test__ = False  # not a test case, whatever pytest thinks of the name

    channel: Id


def settings(model: ModelSettings) -> Settings:
    """Return the settings without their secrets."""
    return Settings(
        language=model.language,
        time_zone=model.time_zone,
        quiet_hours=[_quiet_hours(hours) for hours in model.quiet_hours],
        cool_down_s=model.cool_down / SECOND,
        notifiers=[_notifier(channel) for channel in model.channels],
    )


def changed(model: ModelSettings, change: SettingsChange) -> ModelSettings:
    """Return ``model`` with what ``change`` names. Raises InputError."""
    if change.language is not None:
        model = replace(model, language=change.language)
    if change.time_zone is not None:
        model = replace(model, time_zone=change.time_zone)
    if change.quiet_hours is not None:
        hours = tuple(_model_quiet_hours(given) for given in change.quiet_hours)
        model = replace(model, quiet_hours=hours)
    if change.cool_down_s is not None:
        model = replace(model, cool_down=Micros(round(change.cool_down_s * SECOND)))
    if change.notifiers is not None:
        known = {channel.id: channel for channel in model.channels}
        channels = tuple(_channel(given, known) for given in change.notifiers)
        model = replace(model, channels=channels)
    return model


def _quiet_hours(model: ModelQuietHours) -> QuietHours:
    return QuietHours.model_validate(
        {
            "days": sorted(model.days),
            "from": model.start.isoformat("minutes"),
            "to": model.end.isoformat("minutes"),
        }
    )


def _model_quiet_hours(given: QuietHours) -> ModelQuietHours:
    start, end = time.fromisoformat(given.start), time.fromisoformat(given.end)
    return ModelQuietHours(frozenset(given.days), start, end)


def _notifier(channel: Channel) -> AppriseNotifier | EmailNotifier | MqttNotifier:
    match channel:
        case AppriseChannel():
            return AppriseNotifier.model_construct(
                kind="apprise",
                id=channel.id,
                name=channel.name,
                enabled=channel.enabled,
                pictures=channel.pictures,
                url=None,
            )
        case EmailChannel():
            return EmailNotifier.model_construct(
                kind="email",
                id=channel.id,
                name=channel.name,
                enabled=channel.enabled,
                pictures=channel.pictures,
                host=channel.host,
                port=channel.port,
                security=channel.security,
                user=channel.user,
                password=None,
                sender=channel.sender,
                recipients=list(channel.recipients),
            )
        case MqttChannel():
            return MqttNotifier.model_construct(
                kind="mqtt",
                id=channel.id,
                name=channel.name,
                enabled=channel.enabled,
                pictures=channel.pictures,
                host=channel.host,
                port=channel.port,
                tls=channel.tls,
                user=channel.user,
                password=None,
                prefix=channel.prefix,
                discovery_prefix=channel.discovery_prefix,
            )
        case _:
            assert_never(channel)


def _channel(
    given: AppriseNotifier | EmailNotifier | MqttNotifier, known: Mapping[ChannelId, Channel]
) -> Channel:
    """Read a channel; a secret that was left out is the one it had."""
    channel_id = ChannelId(given.id or random_id())
    before = known.get(channel_id)
    if given.id is not None and before is None:
        message = f"There is no channel with the id {given.id!r}; leave the id out to make one."
        raise InputError(message)
    if before is not None and before.kind != given.kind:
        message = f"The channel {before.name!r} cannot become another kind; make a new one."
        raise InputError(message)
    match given:
        case AppriseNotifier():
            return AppriseChannel(
                id=channel_id,
                name=given.name,
                enabled=given.enabled,
                pictures=given.pictures,
                url=_secret(given.url, before.url if isinstance(before, AppriseChannel) else None),
            )
        case EmailNotifier():
            kept = _kept(before, EmailChannel, given)
            return EmailChannel(
                id=channel_id,
                name=given.name,
                enabled=given.enabled,
                pictures=given.pictures,
                host=given.host,
                port=given.port,
                security=given.security,
                user=given.user,
                password=_secret(given.password, kept),
                sender=given.sender,
                recipients=tuple(given.recipients),
            )
        case MqttNotifier():
            kept = _kept(before, MqttChannel, given)
            return MqttChannel(
                id=channel_id,
                name=given.name,
                enabled=given.enabled,
                pictures=given.pictures,
                host=given.host,
                port=given.port,
                tls=given.tls,
                user=given.user,
                password=_secret(given.password, kept),
                prefix=given.prefix,
                discovery_prefix=given.discovery_prefix,
            )
        case _:
            assert_never(given)


def _kept(
    before: Channel | None,
    kind: type[EmailChannel] | type[MqttChannel],
    given: EmailNotifier | MqttNotifier,
) -> Secret | None:
    """Return the password a channel had; it never follows the channel to another server."""
    if not isinstance(before, kind):
        return None
    if before.password and given.password is None and before.host != given.host:
        message = f"The channel {before.name!r} has a new server: type its password again."
        raise InputError(message)
    return before.password


def _secret(given: str | None, kept: Secret | None) -> Secret:
    return Secret(given) if given is not None else kept or Secret("")
