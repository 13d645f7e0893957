"""E-mail through the owner's mail server."""

import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from consentry.model.errors import DeliveryError
from consentry.model.settings import EmailChannel, MailSecurity
from consentry.notify.notifier import Message
from consentry.notify.thread import in_thread

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
            raise DeliveryError(_sentence(self._channel, error)) from None


def compose(channel: EmailChannel, message: Message) -> EmailMessage:
    """Return the e-mail: plain text, with the picture attached when the message has one."""
    letter = EmailMessage()
    letter["Subject"] = message.title
    letter["From"] = channel.sender
    letter["To"] = ", ".join(channel.recipients)
    letter["Date"] = formatdate(localtime=False)
    # The domain of the sender, not this machine's name: that stays in the house.
    letter["Message-ID"] = make_msgid(domain=channel.sender.rpartition("@")[2])
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    letter.set_content(message.text, cte="quoted-printable")  # not every server takes 8 bit
    if message.picture is not None:
        letter.add_attachment(
            message.picture, maintype="image", subtype="jpeg", filename="picture.jpg"
        )
    return letter


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


_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    # The first class that fits. Never the server's own words: they may quote what we sent.
    (smtplib.SMTPAuthenticationError, "{where} refused the user name or password."),
    (smtplib.SMTPRecipientsRefused, "{where} does not take mail for these recipients."),
    (smtplib.SMTPSenderRefused, "{where} does not take mail from {sender}."),
    (smtplib.SMTPNotSupportedError, "{where} offers no STARTTLS or no sign-in on this port."),
    (smtplib.SMTPResponseException, "{where} did not take the message (SMTP {code})."),
    (smtplib.SMTPServerDisconnected, "{where} closed the connection."),
    (ssl.SSLCertVerificationError, "{where} showed a certificate that is not valid for it."),
    (ssl.SSLError, "{where} does not speak TLS here: check port and security."),
    (socket.gaierror, "The mail server {host} was not found."),
    (TimeoutError, "{where} did not answer in time."),
    (ConnectionRefusedError, "{where} refused the connection."),
    (Exception, "{where} cannot be reached."),
)


def _sentence(channel: EmailChannel, error: Exception) -> str:
    sentence = next(text for kind, text in _SENTENCES if isinstance(error, kind))
    return sentence.format(
        where=f"The mail server {channel.host}:{channel.port}",
        host=channel.host,
        sender=channel.sender,
        code=getattr(error, "smtp_code", ""),
    )
