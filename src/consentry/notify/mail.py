"""E-mail through the owner's mail server."""

import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from html import escape

from consentry.model.errors import DeliveryError, Reason
from consentry.model.settings import EmailChannel, MailSecurity
from consentry.notify.notifier import Message
from consentry.thread import in_thread

TIMEOUT = 15.0
"""Seconds for each answer of the mail server."""


class Mail:
    """Sends each message by a connection of its own: alerts are rare, idle connections drop."""

    def __init__(self, channel: EmailChannel) -> None:
        """Remember where to send; connects at the first message."""
        self._channel = channel

    async def send(self, message: Message) -> None:
        """Send one e-mail to all recipients."""
        letter = compose(self._channel, message)
        try:
            await in_thread("mail", lambda: _submit(self._channel, letter))
        except (OSError, smtplib.SMTPException) as error:
            raise _failure(self._channel, error) from None


def compose(channel: EmailChannel, message: Message) -> EmailMessage:
    """Return the e-mail: the same words as text and as HTML, which shows the picture and the link.

    The HTML loads nothing: whoever opens it asks no server, ours neither.
    """
    letter = EmailMessage()
    letter["Subject"] = message.title
    letter["From"] = channel.sender
    letter["To"] = ", ".join(channel.recipients)
    letter["Date"] = formatdate(localtime=False)
    # The domain of the sender, not this machine's name: that stays in the house.
    domain = channel.sender.rpartition("@")[2]
    letter["Message-ID"] = make_msgid(domain=domain)
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    letter.set_content(message.plain, cte="quoted-printable")  # not every server takes 8 bit
    shown = make_msgid(domain=domain)
    letter.add_alternative(_html(message, shown), subtype="html", cte="quoted-printable")
    if message.picture is not None:
        _html_part(letter).add_related(
            message.picture,
            maintype="image",
            subtype="jpeg",
            cid=shown,
            disposition="inline",
            filename="picture.jpg",
        )
    return letter


def _html_part(letter: EmailMessage) -> EmailMessage:
    part = letter.get_body(("html",))
    assert isinstance(part, EmailMessage)  # noqa: S101 - it was added just now
    return part


def _html(message: Message, picture: str) -> str:
    """Return the message as HTML without style sheets or scripts; ``picture`` is its Content-ID."""
    lines = [f"<p>{escape(part)}</p>" for part in message.text.split("\n\n")]
    if message.picture is not None:
        source = escape(picture.strip("<>"))
        lines.append(f'<p><img src="cid:{source}" alt="" style="max-width:100%"></p>')
    if message.link is not None:
        url, text = escape(message.link.url), escape(message.link.text)
        lines.append(f'<p><a href="{url}">{text}</a></p>')
    return "<!doctype html>\n" + "\n".join(lines) + "\n"


def _submit(channel: EmailChannel, letter: EmailMessage) -> None:
    """Speak SMTP (blocking). ``local_hostname`` keeps this machine's name out of the greeting."""
    if channel.security is MailSecurity.TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            channel.host,
            channel.port,
            local_hostname="localhost",
            timeout=TIMEOUT,
            context=ssl.create_default_context(),
        )
    else:
        server = smtplib.SMTP(
            channel.host, channel.port, local_hostname="localhost", timeout=TIMEOUT
        )
    with server:
        if channel.security is MailSecurity.STARTTLS:
            server.starttls(context=ssl.create_default_context())
        if channel.user:
            server.login(channel.user, channel.password.reveal())
        server.send_message(letter, channel.sender, channel.recipients)


_FAILURES: tuple[tuple[type[Exception], Reason, str], ...] = (
    # The first class that fits. Never the server's own words: they may quote what we sent.
    (
        smtplib.SMTPAuthenticationError,
        Reason.SERVER_PASSWORD,
        "The mail server {where} refused the user name or password.",
    ),
    (
        smtplib.SMTPRecipientsRefused,
        Reason.MAIL_RECIPIENTS,
        "The mail server {where} does not take mail for these recipients.",
    ),
    (
        smtplib.SMTPSenderRefused,
        Reason.MAIL_SENDER,
        "The mail server {where} does not take mail from {sender}.",
    ),
    (
        smtplib.SMTPNotSupportedError,
        Reason.SERVER_ENCRYPTION,
        "The mail server {where} offers no STARTTLS or no sign-in on this port.",
    ),
    (
        smtplib.SMTPResponseException,
        Reason.MAIL_DECLINED,
        "The mail server {where} did not take the message (SMTP {code}).",
    ),
    (
        smtplib.SMTPServerDisconnected,
        Reason.SERVER_HUNG_UP,
        "The mail server {where} closed the connection.",
    ),
    (
        ssl.SSLCertVerificationError,
        Reason.SERVER_CERTIFICATE,
        "The mail server {where} showed a certificate that is not valid for it.",
    ),
    (
        ssl.SSLError,
        Reason.SERVER_ENCRYPTION,
        "The mail server {where} does not speak TLS here: check port and security.",
    ),
    (socket.gaierror, Reason.SERVER_UNKNOWN, "The mail server {host} was not found."),
    (
        TimeoutError,
        Reason.SERVER_SILENT,
        "The mail server {where} did not answer in time.",
    ),
    (
        ConnectionRefusedError,
        Reason.SERVER_REFUSED,
        "The mail server {where} refused the connection.",
    ),
    (Exception, Reason.SERVER_UNREACHABLE, "The mail server {where} cannot be reached."),
)


def _failure(channel: EmailChannel, error: Exception) -> DeliveryError:
    told = ((reason, text) for kind, reason, text in _FAILURES if isinstance(error, kind))
    reason, sentence = next(told)
    facts = {
        "where": f"{channel.host}:{channel.port}",
        "host": channel.host,
        "sender": channel.sender,
        "code": str(getattr(error, "smtp_code", "")),
    }
    return DeliveryError(sentence.format(**facts), reason=reason, **facts)
