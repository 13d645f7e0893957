"""apprise against a real HTTP server."""

import asyncio
import base64
import json
import logging
from pathlib import Path

import pytest

from consentry.model.errors import DeliveryError, Reason
from consentry.model.secret import Secret
from consentry.model.settings import AppriseChannel, ChannelId
from consentry.notify.notifier import Link, Message
from consentry.notify.service import Service
from tests.notify.house import JPEG
from tests.notify.servers import listening, self_signed, web_hook
from tests.port import free_port

LINK = Link("https://hub.local:8600/#/events/e1", "Open")
ALERT = Message("Person: Front door", "Person seen by Front door.", JPEG, LINK)


def channel(url: str) -> AppriseChannel:
    """Return a channel to ``url``."""
    return AppriseChannel(id=ChannelId("hook"), name="hook", url=Secret(url))


async def test_service_gets_title_text_and_picture() -> None:
    """A JSON hook receives the message and the JPEG, and no other name than ours."""
    async with web_hook() as hook:
        await Service(channel(f"json://127.0.0.1:{hook.port}/")).send(ALERT)
    body = json.loads(hook.bodies[0])
    (picture,) = body["attachments"]
    assert (body["title"], body["message"]) == (ALERT.title, f"{ALERT.text}\n\n{LINK.url}")
    assert base64.b64decode(picture["base64"]) == JPEG


ANSWERS = (
    ("401 Unauthorized", Reason.SERVICE_KEY, "does not accept its key or password"),
    ("403 Forbidden", Reason.SERVICE_KEY, "does not accept its key or password"),
    ("404 Not Found", Reason.SERVICE_MISSING, "has nothing at this address"),
    ("418 I'm a teapot", Reason.SERVICE_ANSWERED, "did not take the message"),
    ("429 Too Many Requests", Reason.SERVICE_LIMIT, "was sent too much"),
    ("503 Service Unavailable", Reason.SERVICE_ILL, "is out of order itself"),
)


@pytest.mark.parametrize(("status", "reason", "words"), ANSWERS)
async def test_what_a_service_answers_is_said_in_words(
    status: str, reason: Reason, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    """One sentence says what the status means; neither it nor the log holds the token."""
    caplog.set_level(logging.DEBUG)
    async with web_hook() as hook:
        hook.status = status
        url = f"json://hub:t0ken-of-mine@127.0.0.1:{hook.port}/path-t0ken"
        with pytest.raises(DeliveryError, match=rf"'hook' {words}.* \(HTTP {status[:3]}\)") as e:
            await Service(channel(url)).send(ALERT)
    assert e.value.reason is reason
    assert "t0ken" not in str(e.value) + caplog.text


async def why_not(url: str) -> DeliveryError:
    """Return why nothing can be sent there."""
    with pytest.raises(DeliveryError) as caught:
        await Service(channel(url)).send(ALERT)
    return caught.value


async def test_what_keeps_a_message_from_its_service_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody there, nobody of that name, no answer, a certificate of somebody else: no token."""
    caplog.set_level(logging.DEBUG)

    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with (
        listening(silent) as mute,
        listening(silent, tls=self_signed(tmp_path)) as forged,
    ):
        found = [
            await why_not(f"json://hub:t0ken@127.0.0.1:{free_port()}/"),
            await why_not("json://hub:t0ken@nowhere.invalid/"),
            await why_not(f"json://hub:t0ken@127.0.0.1:{mute}/?rto=0.2"),
            await why_not(f"jsons://hub:t0ken@127.0.0.1:{forged}/"),
        ]
    assert [error.reason for error in found] == [
        Reason.SERVICE_REFUSED,
        Reason.SERVICE_NOT_FOUND,
        Reason.SERVICE_SILENT,
        Reason.SERVICE_CERTIFICATE,
    ]
    assert "t0ken" not in "".join(str(error) for error in found) + caplog.text


async def test_unknown_address_is_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    """An address apprise does not know is said so, and not repeated."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(DeliveryError, match="none that apprise knows") as caught:
        await Service(channel("nonsense://t0ken@host")).send(ALERT)
    assert "t0ken" not in str(caught.value) + caplog.text
