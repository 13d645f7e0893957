"""The way out: takes the feed's messages and gives every channel what its owner allowed.

A picture leaves only after ``note`` wrote down to which channels; what is posted meanwhile waits
behind it, so that no channel hears of an event's end before its beginning.

Lifecycle: ``async with Outbox(settings, tell)``; ``post`` at every message of the feed; ``apply``
when the settings change (it restarts only channels that changed); leaving cancels what is unsent.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from consentry.model.errors import DeliveryError, InputError, NotFoundError
from consentry.model.event import Event
from consentry.model.feed import (
    AlertShown,
    CameraChanged,
    CameraGone,
    FeedMessage,
    ProblemChanged,
    SignedIn,
    WatchingChanged,
    concerns,
)
from consentry.model.ids import CameraId, MemberId
from consentry.model.rights import Action
from consentry.model.settings import (
    AppriseChannel,
    Channel,
    ChannelId,
    EmailChannel,
    MqttChannel,
    Settings,
)
from consentry.model.status import ProblemCode
from consentry.model.time import Span
from consentry.notify import broker
from consentry.notify.delivery import Delivery
from consentry.notify.homeassistant import HomeAssistant
from consentry.notify.mail import Mail
from consentry.notify.notifier import Message, Notifier
from consentry.notify.service import Service
from consentry.notify.wording import Wording

log = logging.getLogger(__name__)

MayHear = Callable[[MemberId | None, Action, CameraId | None], bool]
"""Tells whether a channel of somebody (None: of the house) may be told of something now."""

_Letter = Callable[[Wording], Message]
"""What people read, as soon as it is known in which words."""

Tell = Callable[[Channel, str | None], None]
"""Called with a sentence when a channel fails, with None when it works (again)."""

Note = Callable[[Event, tuple[Channel, ...]], Awaitable[bool]]
"""Called before a picture of the event goes to these channels; False: it must not go."""

Paid = Callable[[ChannelId, frozenset[CameraId]], None]
"""Called when the channel's broker has forgotten these cameras, or never will."""

HELD = 1000
"""Messages that wait behind a picture being noted (one fsync); beyond, the oldest goes, counted."""


async def unnoted(_event: Event, _channels: tuple[Channel, ...]) -> bool:
    """Write nothing down: then no picture leaves."""
    return False


class Outbox:
    """All channels of the household. Its fields belong to the event loop's thread."""

    def __init__(
        self,
        settings: Settings,
        tell: Tell,
        may_hear: MayHear = lambda *_: True,
        *,
        note: Note = unnoted,
        local: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Prepare; channels start on entering. ``local`` is the house's time of day."""
        self._settings = settings
        self._tell = tell
        self._may_hear = may_hear
        self._note = note
        self._local = local
        self._owed: dict[ChannelId, set[CameraId]] = {}
        self._paid: Paid = lambda *_: None
        self._held: deque[_Posted] = deque()
        self._noting: asyncio.Task[None] | None = None
        self.dropped = 0
        self.reached: Callable[[], str | None] = lambda: None
        """What the hub knows of its own address; asked where the owner named none."""
        self._lines: dict[ChannelId, _Line] = {}
        self._cameras: dict[CameraId, CameraChanged] = {}
        self._told: set[str] = set()  # ids of problems people were told of
        self._changing = asyncio.Lock()  # two changes of settings must not start a channel twice

    async def __aenter__(self) -> Self:
        """Start the enabled channels."""
        await self.apply(self._settings)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop all channels; what waits is lost."""
        if self._noting is not None:
            self._noting.cancel()
            await asyncio.wait((self._noting,))
        await self._stop(list(self._lines))

    @property
    def address(self) -> str | None:
        """Where the hub's page is opened, such as https://hub.local:8600; None: nobody knows."""
        return self._settings.address or self.reached()

    def owe(self, owed: Mapping[ChannelId, frozenset[CameraId]], paid: Paid) -> None:
        """Take over, before channels start, which cameras that are gone brokers still know of."""
        self._owed = {channel: set(cameras) for channel, cameras in owed.items()}
        self._paid = paid

    def told_of(self, camera: CameraId) -> list[ChannelId]:
        """Return the channels, on or off, whose brokers may keep something of a camera."""
        concern = concerns(CameraGone(camera))
        return [
            channel.id
            for channel in self._settings.channels
            if isinstance(channel, MqttChannel) and self._may_hear(channel.member, *concern)
        ]

    def post(self, message: FeedMessage, *, picture: bytes | None = None) -> None:
        """Send a message on; never blocks. ``picture`` is the JPEG of an alert.

        Until ``note`` has written down where a picture goes, it and all that follows wait.

        Of events, people hear the alerts; of problems, each one's beginning and end. What the
        channels themselves cannot deliver (``ProblemCode.NOTIFIER``) stays in the page: a message
        about a broken channel would wait in that channel.
        """
        match message:
            case CameraChanged(view):
                self._cameras[view.camera.id] = message
            case CameraGone(camera):
                self._cameras.pop(camera, None)
        posted = _Posted(message, self._letter(message), picture)
        if self._noting is None and not self._leaves(posted):
            self._hand_out(posted, to=())
            return
        if len(self._held) == HELD:
            self._held.popleft()
            self.dropped += 1
        self._held.append(posted)
        if self._noting is None:
            self._noting = asyncio.create_task(self._hand_out_held())

    async def apply(self, settings: Settings) -> None:
        """Take new settings: stop channels that are gone or changed, start new ones."""
        async with self._changing:
            before = self._wording()
            left = _left(self._settings, settings)
            self._settings = settings
            same_words = self._wording() == before
            wanted = {channel.id: channel for channel in settings.channels if channel.enabled}
            changed = [
                channel_id
                for channel_id, line in self._lines.items()
                if wanted.get(channel_id) != line.channel or not same_words
            ]
            await self._stop(changed)
            await asyncio.gather(*(self._withdraw(channel) for channel in left))
            for channel in wanted.values():
                if channel.id not in self._lines:
                    self._lines[channel.id] = self._start(channel)

    async def review(self, member: MemberId) -> None:
        """Put other rights of ``member`` in force: what waits for their channels is lost."""
        async with self._changing:
            theirs = [line for line in self._lines.values() if line.channel.member == member]
            for line in theirs:
                if isinstance(line, _HomeLine):
                    self._show_cameras(line)
                else:
                    await self._stop([line.channel.id])
                    self._lines[line.channel.id] = self._start(line.channel)

    def forget(self, camera: CameraId, span: Span) -> None:
        """Take what was erased off the brokers: the last event of ``span`` and its picture."""
        for line in self._lines.values():
            if isinstance(line, _HomeLine):
                line.forget(camera, span)

    async def test(self, channel_id: ChannelId) -> None:
        """Send one message through the channel, enabled or not, past its queue.

        Raises:
            NotFoundError: there is no such channel.
            DeliveryError: it did not work; the sentence says why.
        """
        for channel in self._settings.channels:
            if channel.id == channel_id:
                return await _test(channel, self._wording(channel))
        message = "There is no such notification channel."
        raise NotFoundError(message)

    def _lines_for(self, message: FeedMessage) -> "list[_Line]":
        """Return the lines of those who may hear this."""
        concern = concerns(message)
        now = self._local()
        return [
            line
            for line in self._lines.values()
            if self._may_hear(line.channel.member, *concern) and not line.rests(message, now)
        ]

    def _leaves(self, posted: "_Posted") -> tuple[Channel, ...]:
        """Return the channels that a posted picture may go to."""
        if posted.picture is None:
            return ()
        channels = (line.channel for line in self._lines_for(posted.message))
        return tuple(channel for channel in channels if channel.pictures)

    async def _hand_out_held(self) -> None:
        """Note and hand out what waits, in order."""
        try:
            while self._held:
                posted = self._held.popleft()
                to = self._leaves(posted)
                if to and isinstance(posted.message, AlertShown):
                    to = to if await self._note(posted.message.event, to) else ()
                self._hand_out(posted, to=to)
        finally:
            self._noting = None

    def _hand_out(self, posted: "_Posted", *, to: tuple[Channel, ...]) -> None:
        """Give every channel the message, its picture only to those of ``to``."""
        if isinstance(posted.message, CameraGone):
            self._clear(posted.message)
            return
        for line in self._lines_for(posted.message):
            picture = posted.picture if line.channel in to else None
            letter = posted.letter
            read = letter(self._wording(line.channel)) if letter is not None else None
            line.take(posted.message, read, picture)

    async def mail(self, recipient: str, letter: Callable[[Wording], Message]) -> None:
        """Send a letter to somebody outside, through the mail server that alerts use.

        Raises InputError without a mail server or for what is no address; DeliveryError.
        """
        channels = self._settings.channels
        mail = next((channel for channel in channels if isinstance(channel, EmailChannel)), None)
        if mail is None:
            message = "No mail server is known: add an e-mail channel in the settings first."
            raise InputError(message)
        to_one = replace(mail, recipients=(recipient,))
        await Mail(to_one).send(letter(self._wording()))

    def _letter(  # noqa: PLR0911 - one return a message
        self, message: FeedMessage
    ) -> "_Letter | None":
        """Return what people read, in any language, or None for what they need not be told."""
        match message:
            case WatchingChanged(_, name, people):
                return lambda words: words.watching(name, people)
            case AlertShown(event):
                name = self._name(event.camera) or "?"
                return lambda words: words.alert(event, name)
            case SignedIn():
                return lambda words: words.signed_in(message)
            case ProblemChanged(problem) if problem.code is ProblemCode.NOTIFIER:
                return None
            case ProblemChanged(problem, over=False) if problem.id not in self._told:
                self._told.add(problem.id)
                where = self._name(problem.camera)
                return lambda words: words.problem(problem, where)
            case ProblemChanged(problem, over=True) if problem.id in self._told:
                self._told.discard(problem.id)
                where = self._name(problem.camera)
                return lambda words: words.problem_over(problem, where)
            case _:
                return None

    def _wording(self, channel: Channel | None = None) -> Wording:
        """Return the words of the house, or of a channel that speaks another language."""
        words = Wording.of(self._settings, self.address)
        if channel is None or isinstance(channel, MqttChannel) or channel.language is None:
            return words
        return replace(words, language=channel.language)

    def _name(self, camera: CameraId | None) -> str | None:
        known = self._cameras.get(camera) if camera is not None else None
        return known.view.camera.name if known is not None else None

    def _start(self, channel: Channel) -> "_Line":
        def tell(sentence: str | None) -> None:
            self._tell(channel, sentence)

        if not isinstance(channel, MqttChannel):
            delivery = Delivery(_notifier(channel), tell)
            return _PeopleLine(channel, asyncio.create_task(delivery.run()), delivery)
        home = HomeAssistant(channel, self._settings.language, address=lambda: self.address)
        link = broker.Broker(
            channel, home.status_topic, tell, settled=lambda: self._forgotten(channel.id)
        )
        line = _HomeLine(channel, asyncio.create_task(link.run()), home, link)
        for camera in self._owed.get(channel.id, ()):
            line.take(CameraGone(camera), None, None)
        self._show_cameras(line)
        return line

    def _show_cameras(self, line: "_HomeLine") -> None:
        """Announce the cameras that the channel may tell of, and take back the others."""
        for camera, shown in self._cameras.items():
            if self._may_hear(line.channel.member, *concerns(shown)):
                line.take(shown, None, None)
            else:
                line.take(CameraGone(camera), None, None)

    async def _withdraw(self, channel: MqttChannel) -> None:
        """Leave nothing on a broker: names of cameras, the last event, the last picture."""
        home = HomeAssistant(channel, self._settings.language)
        cameras = self._cameras.keys() | self._owed.get(channel.id, set())
        self._forgotten(channel.id)
        try:
            await broker.withdraw(channel, home.withdrawal(cameras))
        except DeliveryError as error:
            log.warning("what was told stays on the broker: channel=%s %s", channel.name, error)

    def _clear(self, gone: CameraGone) -> None:
        """Take a camera off the brokers, of channels that are off or away once they are back."""
        for channel in self.told_of(gone.camera):
            self._owed.setdefault(channel, set()).add(gone.camera)
            line = self._lines.get(channel)
            if isinstance(line, _HomeLine):
                line.take(gone, None, None)

    def _forgotten(self, channel: ChannelId) -> None:
        """Note that nothing of the cameras that are gone is left on a broker that we can reach."""
        cameras = self._owed.pop(channel, None)
        if cameras:
            self._paid(channel, frozenset(cameras))

    async def _stop(self, channel_ids: list[ChannelId]) -> None:
        """Stop these channels, all at once; what was wrong with them is nobody's trouble then."""
        lines = [self._lines.pop(channel_id) for channel_id in channel_ids]
        tasks = [line.task for line in lines]
        for line in lines:
            line.task.cancel()
            self._tell(line.channel, None)
        if tasks:
            await asyncio.wait(tasks)


@dataclass(frozen=True, slots=True)
class _Posted:
    """A message on its way to the channels, what people read of it, and the alert's picture."""

    message: FeedMessage
    letter: "_Letter | None"
    picture: bytes | None


@dataclass(frozen=True, slots=True)
class _PeopleLine:
    """A channel to people: hears letters, by queue."""

    channel: EmailChannel | AppriseChannel
    task: asyncio.Task[None]
    delivery: Delivery

    def rests(self, message: FeedMessage, local: datetime) -> bool:
        """Tell whether this disturbs nobody now; that something is wrong disturbs at any hour."""
        if not isinstance(message, AlertShown | WatchingChanged):
            return False
        return any(hours.cover(local) for hours in self.channel.quiet_hours)

    def take(self, message: FeedMessage, letter: Message | None, picture: bytes | None) -> None:
        if isinstance(message, WatchingChanged) and not self._hears_watching():
            return
        if letter is not None:
            self.delivery.post(replace(letter, picture=picture))

    def _hears_watching(self) -> bool:
        return isinstance(self.channel, AppriseChannel) and self.channel.watched


@dataclass(frozen=True, slots=True)
class _HomeLine:
    """A channel to Home Assistant: hears everything, as state."""

    channel: Channel
    task: asyncio.Task[None]
    home: HomeAssistant
    link: broker.Broker

    def rests(self, _message: FeedMessage, _local: datetime) -> bool:
        """Never: state disturbs nobody."""
        return False

    def take(self, message: FeedMessage, _letter: Message | None, picture: bytes | None) -> None:
        for retained in self.home.topics(message, picture):
            self.link.put(retained)

    def forget(self, camera: CameraId, span: Span) -> None:
        for retained in self.home.erased(camera, span):
            self.link.put(retained)


_Line = _PeopleLine | _HomeLine


def _left(before: Settings, after: Settings) -> list[MqttChannel]:
    """Return the MQTT channels, as they were, whose broker or topics are no channel's any more."""
    kept = {_topics_of(channel) for channel in after.channels if isinstance(channel, MqttChannel)}
    former = (channel for channel in before.channels if isinstance(channel, MqttChannel))
    return [channel for channel in former if _topics_of(channel) not in kept]


def _topics_of(channel: MqttChannel) -> tuple[str, int, str, str]:
    return channel.host, channel.port, channel.prefix, channel.discovery_prefix


def _notifier(channel: EmailChannel | AppriseChannel) -> Notifier:
    match channel:
        case EmailChannel():
            return Mail(channel)
        case AppriseChannel():
            return Service(channel)


async def _test(channel: Channel, wording: Wording) -> None:
    if isinstance(channel, MqttChannel):
        await broker.check(channel)
    else:
        await _notifier(channel).send(wording.test())
