"""apprise against a real HTTP server."""

import base64
import json
import logging

import pytest

from consentry.model.errors import DeliveryError
from consentry.model.secret import Secret
from consentry.model.settings import AppriseChannel, ChannelId
from consentry.notify.notifier import Link, Message
from consentry.notify.service import Service
from tests.notify.house import JPEG
from tests.notify.servers import web_hook

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


async def test_refusal_names_the_status_and_no_token(caplog: pytest.LogCaptureFixture) -> None:
    """A service that says 403 makes one sentence; neither it nor the log holds the token."""
    caplog.set_level(logging.DEBUG)
    async with web_hook() as hook:
        hook.status = "403 Forbidden"
        url = f"json://hub:t0ken-of-mine@127.0.0.1:{hook.port}/path-t0ken"
        with pytest.raises(
            DeliveryError, match=r"'hook' did not take the message \(HTTP 403\)"
        ) as e:
            await Service(channel(url)).send(ALERT)
    assert "t0ken" not in str(e.value) + caplog.text


async def test_unknown_address_is_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    """An address apprise does not know is said so, and not repeated."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(DeliveryError, match="none that apprise knows") as caught:
        await Service(channel("nonsense://t0ken@host")).send(ALERT)
    assert "t0ken" not in str(caught.value) + caplog.text
