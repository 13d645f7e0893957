"""Where each kind of channel ends: a real server that keeps every byte it is sent."""

import base64
import contextlib
import quopri
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from consentry.model.feed import EventChanged
from consentry.model.ids import CameraId, EventId, MemberId
from consentry.model.secret import Secret
from consentry.model.settings import (
    AppriseChannel,
    Channel,
    ChannelId,
    EmailChannel,
    MailSecurity,
    MqttChannel,
)
from consentry.notify.outbox import Outbox
from tests.notify.house import person
from tests.notify.servers import (
    Listener,
    MailServer,
    WebHook,
    listener,
    mail_server,
    mosquitto,
    web_hook,
)
from tests.port import free_port

PASSWORD = "own-passw0rd"
"""What each channel shows its server, and nobody else may read."""


MARK = CameraId("mark0000000000000")
"""A camera that everybody may see: what it tells comes after all that was told before."""


class Station(Protocol):
    """The far end of one kind of channel; several channels may lead there."""

    def channel(self, name: str, member: MemberId | None, *, pictures: bool) -> Channel:
        """Return a channel called ``name`` that leads here."""

    async def caught_up(self, box: Outbox, name: str, told: int) -> None:
        """Wait until the channel ``name`` has sent all; letters so far are ``told``."""

    def sent(self, name: str) -> list[bytes]:
        """Return each message of the channel as it arrived, address and headers included."""


class MailStation:
    """An SMTP server; channels differ in their recipient."""

    def __init__(self, server: MailServer) -> None:
        """Read what ``server`` takes."""
        self._server = server

    def channel(self, name: str, member: MemberId | None, *, pictures: bool) -> Channel:
        """See ``Station``."""
        return EmailChannel(
            id=ChannelId(name),
            name=name,
            member=member,
            pictures=pictures,
            host="127.0.0.1",
            port=self._server.port,
            security=MailSecurity.NONE,
            user="hub",
            password=Secret(PASSWORD),
            sender="hub@home.example",
            recipients=(f"{name}@home.example",),
        )

    async def caught_up(self, _box: Outbox, name: str, told: int) -> None:
        """See ``Station``."""
        await self._server.until(lambda: len(self.sent(name)) >= told)

    def sent(self, name: str) -> list[bytes]:
        """See ``Station``."""
        to = f"To: {name}@home.example"
        return [letter.encode() for letter in self._server.letters if to in letter]


class HookStation:
    """An HTTP server, as any web hook or service of apprise is; channels differ in their path."""

    def __init__(self, hook: WebHook) -> None:
        """Read what ``hook`` takes."""
        self._hook = hook

    def channel(self, name: str, member: MemberId | None, *, pictures: bool) -> Channel:
        """See ``Station``."""
        return AppriseChannel(
            id=ChannelId(name),
            name=name,
            member=member,
            pictures=pictures,
            watched=True,
            url=Secret(f"json://hub:{PASSWORD}@127.0.0.1:{self._hook.port}/{name}"),
        )

    async def caught_up(self, _box: Outbox, name: str, told: int) -> None:
        """See ``Station``."""
        await self._hook.until(lambda: len(self.sent(name)) >= told)

    def sent(self, name: str) -> list[bytes]:
        """See ``Station``."""
        both = zip(self._hook.heads, self._hook.bodies, strict=True)
        asked = f"POST /{name} ".encode()
        # The one header that is there to show the password to the channel's own server.
        return [
            re.sub(rb"(?im)^authorization:.*$", b"", head) + body
            for head, body in both
            if head.startswith(asked)
        ]


class BrokerStation:
    """A broker; channels differ in their topics. It keeps every value, not only the newest."""

    def __init__(self, port: int, seen: Listener) -> None:
        """Read what the broker on ``port`` hands on to ``seen``."""
        self._port, self._seen = port, seen
        self._marks = 0

    def channel(self, name: str, member: MemberId | None, *, pictures: bool) -> Channel:
        """See ``Station``."""
        return MqttChannel(
            id=ChannelId(name),
            name=name,
            member=member,
            pictures=pictures,
            host="127.0.0.1",
            port=self._port,
            user="hub",
            password=Secret(PASSWORD),
            prefix=name,
            discovery_prefix=f"found-by-{name}",
        )

    async def caught_up(self, box: Outbox, name: str, told: int) -> None:
        """See ``Station``: values go out in the order of change, so one more is waited for."""
        self._marks += 1
        mark = EventId(f"mark-{self._marks}")
        box.post(EventChanged(replace(person(), id=mark, camera=MARK)))
        await self._seen.holding(f"{name}/{MARK}/event", f'"{mark}"'.encode())
        assert len(self.sent(name)) >= told

    def sent(self, name: str) -> list[bytes]:
        """See ``Station``."""
        mine = (f"{name}/", f"found-by-{name}/")
        return [
            topic.encode() + b" " + value
            for topic, value in self._seen.heard
            if topic.startswith(mine)
        ]


@contextlib.asynccontextmanager
async def _mail(_folder: Path) -> AsyncIterator[Station]:
    async with mail_server(password=PASSWORD) as server:
        yield MailStation(server)


@contextlib.asynccontextmanager
async def _hook(_folder: Path) -> AsyncIterator[Station]:
    async with web_hook() as hook:
        yield HookStation(hook)


@contextlib.asynccontextmanager
async def _broker(folder: Path) -> AsyncIterator[Station]:
    port = free_port()
    with mosquitto(folder, port, password=PASSWORD):
        async with listener(port, password=PASSWORD) as seen:
            yield BrokerStation(port, seen)


STATIONS: dict[type[Channel], Callable[[Path], AbstractAsyncContextManager[Station]]] = {
    EmailChannel: _mail,
    AppriseChannel: _hook,
    MqttChannel: _broker,
}
"""Every kind of channel there is; a test fails when one is missing."""


def readings(sent: bytes) -> Iterator[bytes]:
    """Return what was sent, and what whoever decodes it may read there.

    Quoted-printable and JSON's escapes are undone; base64 wherever some stands.
    """
    yield sent
    yield quopri.decodestring(sent)
    # A header's lines are unfolded (RFC 5322), then its encoded words are joined (RFC 2047).
    together = re.sub(rb"\?= +=\?", b"?==?", sent.replace(b"\r\n ", b" "))
    yield re.sub(
        rb"=\?utf-8\?q\?(.*?)\?=",
        lambda word: quopri.decodestring(word[1], header=True),
        together,
    )
    yield sent.decode("utf-8", "replace").encode("utf-8").replace(b"\\/", b"/")
    with contextlib.suppress(UnicodeDecodeError):
        yield sent.decode("ascii").encode().decode("unicode_escape").encode()
    for run in re.findall(rb"[A-Za-z0-9+/\r\n]{16,}={0,2}", sent):
        text = re.sub(rb"\s", b"", run)
        for skipped in range(4):
            part = text[skipped:].rstrip(b"=")
            yield base64.b64decode(part[: len(part) // 4 * 4])


def tells(sent: bytes, text: str | bytes) -> bool:
    """Tell whether somebody could read ``text`` in what was sent."""
    wanted = text.encode() if isinstance(text, str) else text
    return any(wanted in reading for reading in readings(sent))
