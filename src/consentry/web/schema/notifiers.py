"""Notification channels as JSON. Secrets go in and never come out: they read back as null.

The fields have the names of ``model.settings``, so one loop translates all kinds.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Literal

from pydantic import Field

from consentry.model.errors import InputError, Reason
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
from consentry.web.schema.base import Answer, Body, Credential, Name, Text
from consentry.web.schema.hours import Hours, hours, model_hours

Id = Annotated[str, Field(max_length=64)]
HostName = Annotated[str, Field(min_length=1, max_length=255)]
Port = Annotated[int, Field(ge=1, le=65535)]
QuietHours = Annotated[tuple[Hours, ...], Field(max_length=32)]
Mail = Annotated[str, Field(min_length=3, max_length=254)]


class _Notifier(Body):
    """What every channel has."""

    id: Id | None = None
    name: Name
    enabled: bool = True
    pictures: bool = False
    member: Id | None = None


class _NotifierOfPeople(_Notifier):
    """What a channel has that people read."""

    quiet_hours: QuietHours = ()
    language: Language | None = None


class AppriseNotifier(_NotifierOfPeople):
    """One service apprise speaks; its URL holds tokens and is write-only."""

    kind: Literal["apprise"]
    watched: bool = False
    url: Annotated[str, Field(max_length=2000)] | None = None


class EmailNotifier(_NotifierOfPeople):
    """Mail through the owner's server; the password is write-only."""

    kind: Literal["email"]
    host: HostName
    port: Port = 587
    security: MailSecurity = MailSecurity.STARTTLS
    user: Credential = ""
    password: Credential | None = None
    sender: Mail
    recipients: Annotated[tuple[Mail, ...], Field(min_length=1, max_length=20)]


class MqttNotifier(_Notifier):
    """A broker for Home Assistant; the password is write-only."""

    kind: Literal["mqtt"]
    host: HostName
    port: Port = 1883
    tls: bool = False
    user: Credential = ""
    password: Credential | None = None
    prefix: Text = "consentry"
    discovery_prefix: Text = "homeassistant"


AnyNotifier = AppriseNotifier | EmailNotifier | MqttNotifier
Notifier = Annotated[AnyNotifier, Field(discriminator="kind")]


class Channels(Answer):
    """Channels for alerts; ``troubles`` says of those that fail why, by their ids."""

    channels: list[Notifier]
    troubles: dict[str, str]


_NOTIFIERS: Mapping[type[Channel], type[AnyNotifier]] = {
    AppriseChannel: AppriseNotifier,
    EmailChannel: EmailNotifier,
    MqttChannel: MqttNotifier,
}
_CHANNELS = {notifier: channel for channel, notifier in _NOTIFIERS.items()}


def notifier(channel: Channel) -> AnyNotifier:
    """Return a channel without its secrets."""
    values = {field.name: getattr(channel, field.name) for field in fields(channel)}
    shown = {name: value for name, value in values.items() if not isinstance(value, Secret)}
    if not isinstance(channel, MqttChannel):
        shown["quiet_hours"] = tuple(hours(each) for each in channel.quiet_hours)
    return _NOTIFIERS[type(channel)].model_construct(kind=channel.kind, **shown)


def channel_of(given: AnyNotifier, known: Mapping[ChannelId, Channel]) -> Channel:
    """Read a channel; a secret that was left out is the one it had. Raises InputError."""
    before = _before(given, known)
    values = given.model_dump(exclude={"kind", "id"})
    if not isinstance(given, MqttNotifier):
        values["quiet_hours"] = tuple(model_hours(each) for each in given.quiet_hours)
    kind = _CHANNELS[type(given)]
    for field in fields(kind):
        if field.type is Secret:
            values[field.name] = _secret(values[field.name], given, before)
    return kind(id=ChannelId(given.id or random_id()), **values)


def _before(given: AnyNotifier, known: Mapping[ChannelId, Channel]) -> Channel | None:
    if not given.id:
        return None
    before = known.get(ChannelId(given.id))
    if before is None:
        message = f"There is no channel with the id {given.id!r}; leave the id out to make one."
        raise InputError(message)
    if before.kind != given.kind:
        message = f"The channel {before.name!r} cannot become another kind; make a new one."
        raise InputError(message)
    return before


def _secret(typed: str | None, given: AnyNotifier, before: Channel | None) -> Secret:
    """Return what was typed, or what the channel had: which never follows it to another server."""
    if typed is not None:
        return Secret(typed)
    match before, given:
        case AppriseChannel(), _:
            return before.url
        case ((EmailChannel() | MqttChannel()), (EmailNotifier() | MqttNotifier())):
            if before.password and before.host != given.host:
                message = f"The channel {before.name!r} has a new server: type its password again."
                raise InputError(message, reason=Reason.CHANNEL_MOVED, name=before.name)
            return before.password
        case _:
            return Secret("")
