"""E-mail against a real SMTP server."""

import asyncio
import email
import email.policy
import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from consentry.model.errors import DeliveryError, Reason
from consentry.model.secret import Secret
from consentry.model.settings import ChannelId, EmailChannel, MailSecurity
from consentry.notify.mail import Mail
from consentry.notify.notifier import Link, Message
from tests.notify.house import JPEG
from tests.notify.servers import listening, mail_server, self_signed
from tests.port import free_port

ALERT = Message(
    "Person: Haustür",
    "Person gesehen von Haustür.",
    JPEG,
    Link("https://hub.local:8600/#/events/e1", "Öffnen"),
)


def channel(port: int, *, password: str = "", security: str = "none") -> EmailChannel:
    """Return a channel to the server on ``port``."""
    return EmailChannel(
        id=ChannelId("mail"),
        name="mail",
        host="127.0.0.1",
        port=port,
        security=MailSecurity(security),
        user="hub" if password else "",
        password=Secret(password),
        sender="hub@home.example",
        recipients=("a@home.example", "b@home.example"),
    )


async def test_mail_carries_title_text_and_picture() -> None:
    """An e-mail arrives with its umlauts and the JPEG as it was."""
    async with mail_server() as server:
        await Mail(channel(server.port)).send(ALERT)
    (text,) = server.letters
    letter = email.message_from_string(text, policy=email.policy.default)
    body, html = letter.get_body(("plain",)), letter.get_body(("related",))
    assert html is not None
    page, picture = html.iter_parts()
    assert letter["Subject"] == "Person: Haustür"
    assert letter["To"] == "a@home.example, b@home.example"
    assert body is not None
    assert body.get_content().split() == f"{ALERT.text} https://hub.local:8600/#/events/e1".split()
    assert picture.get_content() == JPEG
    assert f"cid:{picture['Content-ID'].strip('<>')}" in page.get_content()


async def test_html_says_the_same_and_loads_nothing() -> None:
    """Names cannot become tags; the only address is the link to the event."""
    odd = replace(ALERT, text='Person seen by <img src="https://evil.example/x">.', picture=None)
    async with mail_server() as server:
        await Mail(channel(server.port)).send(odd)
    letter = email.message_from_string(server.letters[0], policy=email.policy.default)
    html = letter.get_body(("html",))
    assert html is not None
    page = html.get_content()
    assert "&lt;img src=&quot;https://evil.example/x&quot;&gt;" in page
    assert re.findall(r"<(\w+)", page) == ["p", "p", "a"]
    assert '<a href="https://hub.local:8600/#/events/e1">Öffnen</a>' in page


async def test_mail_tells_nothing_about_this_machine() -> None:
    """The hub's host name is in no header."""
    async with mail_server() as server:
        await Mail(channel(server.port)).send(ALERT)
    assert socket.gethostname() not in server.letters[0]


async def test_mail_signs_in() -> None:
    """A server that wants a password gets it."""
    async with mail_server(password="open sesame") as server:
        await Mail(channel(server.port, password="open sesame")).send(ALERT)
    assert len(server.letters) == 1


async def test_wrong_password_is_a_sentence_without_the_password() -> None:
    """A refused sign-in is said plainly, even if the server repeats the password."""
    async with mail_server(password="right") as server:
        with pytest.raises(DeliveryError, match="refused the user name or password") as caught:
            await Mail(channel(server.port, password="hunter22")).send(ALERT)
    assert "hunter22" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("verb", "answer", "sentence", "reason"),
    [
        ("MAIL", "550 no", "does not take mail from hub@home.example", Reason.MAIL_SENDER),
        ("RCPT", "550 no", "does not take mail for these recipients", Reason.MAIL_RECIPIENTS),
        ("DATA", "451 later", r"did not take the message \(SMTP 451\)", Reason.MAIL_DECLINED),
    ],
)
async def test_refusals_are_sentences(
    verb: str, answer: str, sentence: str, reason: Reason
) -> None:
    """What the server refuses is named, for programs and for the page too."""
    async with mail_server() as server:
        server.refusing[verb] = answer
        with pytest.raises(DeliveryError, match=sentence) as caught:
            await Mail(channel(server.port)).send(ALERT)
    assert caught.value.reason is reason


async def test_missing_starttls_is_refused_before_the_password_is_sent() -> None:
    """Asked to protect the connection, the hub does not go on without."""
    async with mail_server(password="secret") as server:
        with pytest.raises(DeliveryError, match="offers no STARTTLS"):
            await Mail(channel(server.port, password="secret", security="starttls")).send(ALERT)
    assert server.letters == []


async def test_unreachable_server_is_a_sentence() -> None:
    """Nobody listening is said with the address."""
    port = free_port()
    with pytest.raises(DeliveryError, match=f"127.0.0.1:{port} refused the connection"):
        await Mail(channel(port)).send(ALERT)


async def test_stranger_in_place_of_the_server_gets_nothing(tmp_path: Path) -> None:
    """A certificate that nobody vouches for ends it before the password."""
    async with mail_server(password="secret", tls=self_signed(tmp_path)) as server:
        with pytest.raises(DeliveryError, match="a certificate that is not valid"):
            await Mail(channel(server.port, password="secret", security="tls")).send(ALERT)
    assert server.letters == []


async def test_port_without_tls_is_named() -> None:
    """TLS on a port that speaks plain SMTP is said to be a matter of port and security."""
    async with mail_server() as server:
        with pytest.raises(DeliveryError, match="check port and security"):
            await Mail(channel(server.port, security="tls")).send(ALERT)


async def test_silent_server_does_not_hold_the_hub() -> None:
    """Cancelling returns at once although the server never says a word."""
    connected = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        connected.set()
        await reader.read()

    async with listening(say_nothing) as port:
        sending = asyncio.create_task(Mail(channel(port)).send(ALERT))
        await connected.wait()
        sending.cancel()
        async with asyncio.timeout(10):  # below smtplib's own 15 s
            await asyncio.wait((sending,))
    assert sending.cancelled()
