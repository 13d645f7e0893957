"""Routes of the channels by which alerts leave the house: the house's own, and each member's.

A member has alerts sent to themselves, within their rights (``Outbox`` asks for each message). The
owner sees all channels and may remove any. Pictures go only where the owner said so: a member who
leads their channel elsewhere leads it there without.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from consentry.model.errors import ConflictError, DeniedError, NotFoundError, Reason
from consentry.model.ids import MemberId
from consentry.model.rights import Action, Caller
from consentry.model.settings import Channel, ChannelId, MqttChannel, Settings, same_end
from consentry.model.status import ProblemCode
from consentry.web.answers import SIGNED, failures
from consentry.web.context import Context, Ctx, Signed, caller_of
from consentry.web.schema import notifiers as schema

MOST, MOST_OF_ONE = 32, 8
"""Channels of the house, and of one member."""

router = APIRouter(prefix="/api/channels", tags=["channels"], dependencies=[Depends(caller_of)])

ChannelPath = Annotated[ChannelId, Path(max_length=64)]


@router.get("", responses=failures(401, 403))
async def list_channels(context: Ctx, caller: Signed) -> schema.Channels:
    """List one's own channels, the owner's answer all; secrets read back as null."""
    context.demand(caller, Action.CHANNELS)
    mine = _of(context, caller)
    failing = (each for each in context.hub.problems() if each.code is ProblemCode.NOTIFIER)
    said = {each.id.removeprefix(f"{ProblemCode.NOTIFIER}-"): each.message for each in failing}
    return schema.Channels(
        channels=[schema.notifier(channel) for channel in mine.values()],
        troubles={id_: message for id_, message in said.items() if ChannelId(id_) in mine},
    )


@router.post("", status_code=201, responses=failures(*SIGNED, 409))
async def make_channel(context: Ctx, caller: Signed, body: schema.Notifier) -> schema.Notifier:
    """Make a channel; one's own, unless the owner says whose."""
    context.demand(caller, Action.CHANNELS)
    made = _permitted(context, caller, schema.channel_of(body, {}), before=None)

    def with_it(settings: Settings) -> Settings:
        channels = (*settings.channels, _of_somebody(context, made))
        if len(channels) > MOST or _count(channels, made.member) > MOST_OF_ONE:
            message = "There are too many channels: remove one first."
            raise ConflictError(message, reason=Reason.TOO_MANY_CHANNELS)
        return replace(settings, channels=channels)

    await context.hub.change_settings(with_it)
    return schema.notifier(made)


@router.put("/{channel}", responses=failures(*SIGNED))
async def change_channel(
    context: Ctx, caller: Signed, channel: ChannelPath, body: schema.Notifier
) -> schema.Notifier:
    """Change a channel; a secret that is left out stays."""
    context.demand(caller, Action.CHANNELS)

    def with_it(settings: Settings) -> Settings:
        known = _own(context, caller, channel)
        given = schema.channel_of(body.model_copy(update={"id": channel}), {channel: known})
        changed = _of_somebody(context, _permitted(context, caller, given, before=known))
        return _each(settings, lambda each: changed if each.id == channel else each)

    await context.hub.change_settings(with_it)
    return schema.notifier(_own(context, caller, channel))


@router.delete("/{channel}", status_code=204, responses=failures(*SIGNED))
async def end_channel(context: Ctx, caller: Signed, channel: ChannelPath) -> None:
    """Remove a channel: what waits for it is not sent any more."""
    context.demand(caller, Action.CHANNELS)
    _own(context, caller, channel)
    await context.hub.change_settings(
        lambda settings: _each(settings, lambda each: None if each.id == channel else each)
    )


@router.post("/{channel}/test", status_code=204, responses=failures(*SIGNED, 424))
async def test_channel(context: Ctx, caller: Signed, channel: ChannelPath) -> None:
    """Send one message through a channel; a failure says why it did not work."""
    context.demand(caller, Action.CHANNELS)
    _own(context, caller, channel)
    await context.hub.outbox.test(channel)


def _of(context: Context, caller: Caller) -> Mapping[ChannelId, Channel]:
    """Return the channels that are the caller's to see."""
    everything = context.allow(caller, Action.HOUSE)
    channels = context.hub.settings.channels
    return {each.id: each for each in channels if everything or each.member == caller.member}


def _own(context: Context, caller: Caller, channel: ChannelId) -> Channel:
    """Return a channel of the caller's. Raises NotFoundError, also for somebody else's."""
    found = _of(context, caller).get(channel)
    if found is None:
        message = "There is no such notification channel."
        raise NotFoundError(message)
    return found


def _permitted(
    context: Context, caller: Caller, given: Channel, *, before: Channel | None
) -> Channel:
    """Return the channel as the caller may have it. Raises DeniedError."""
    if context.allow(caller, Action.HOUSE):
        return given
    if isinstance(given, MqttChannel):
        message = "Only the owner connects the house to a broker."
        raise DeniedError(message)
    own = replace(given, member=caller.member)
    named = before is not None and before.pictures and same_end(before, own)
    return replace(own, pictures=own.pictures and named)


def _of_somebody(context: Context, channel: Channel) -> Channel:
    """Return the channel. Raises NotFoundError when its member is gone."""
    if channel.member is not None:
        context.hub.members.get(channel.member)
    return channel


def _count(channels: tuple[Channel, ...], member: MemberId | None) -> int:
    return 0 if member is None else sum(each.member == member for each in channels)


def _each(settings: Settings, change: Callable[[Channel], Channel | None]) -> Settings:
    changed = (change(each) for each in settings.channels)
    return replace(settings, channels=tuple(each for each in changed if each is not None))
