"""Real servers on loopback for messages to arrive at: SMTP, HTTP, an MQTT broker."""

import asyncio
import base64
import contextlib
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiomqtt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from consentry.simcam.listener import Listener as TcpListener
from tests.programs import program


@dataclass
class MailServer:
    """An SMTP server (RFC 5321, AUTH PLAIN) that keeps what it takes.

    ``refusing`` maps a command such as "RCPT" to the answer it gets instead.
    """

    password: str | None = None
    refusing: dict[str, str] = field(default_factory=dict)
    letters: list[str] = field(default_factory=list)
    taken: asyncio.Condition = field(default_factory=asyncio.Condition)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak to one client."""
        writer.write(b"220 test ready\r\n")
        while line := (await reader.readline()).decode().strip():
            verb = line.split(maxsplit=1)[0].upper()
            answer = self.refusing.get(verb) or self._answer(verb, line)
            writer.write(answer.encode() + b"\r\n")
            if verb == "DATA" and answer.startswith("354"):
                letter = await reader.readuntil(b"\r\n.\r\n")
                writer.write(b"250 taken\r\n")
                async with self.taken:
                    self.letters.append(letter.decode())
                    self.taken.notify_all()
            if verb == "QUIT":
                return

    async def arrived(self, count: int) -> list[str]:
        """Return the first ``count`` letters as soon as they are there."""
        await self.until(lambda: len(self.letters) >= count)
        return self.letters

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until ``holds`` of the letters that came."""
        async with asyncio.timeout(60), self.taken:
            await self.taken.wait_for(holds)

    def _answer(self, verb: str, line: str) -> str:
        match verb:
            case "EHLO":
                return "250-test\r\n250 AUTH PLAIN" if self.password else "250 test"
            case "AUTH":
                secret = base64.b64decode(line.split()[2]).split(b"\0")[2].decode()
                # Some servers repeat what they were sent; it must not reach the owner's eyes.
                return "235 welcome" if secret == self.password else f"535 no, not {secret}"
            case "DATA":
                return "354 go on"
            case "QUIT":
                return "221 bye"
            case _:
                return "250 fine"


@contextlib.asynccontextmanager
async def listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    *,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[int]:
    """Serve connections on a free port, and have hung up on every one of them at the end."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError):  # the client left, or we did
            await serve(reader, writer)

    listener = TcpListener(handle, tls=tls)
    try:
        yield listener.open("127.0.0.1", 0)
    finally:
        await listener.close()


@contextlib.asynccontextmanager
async def mail_server(
    *, password: str | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[MailServer]:
    """Run an SMTP server on a free port, with TLS from the first byte if asked."""
    server = MailServer(password)
    async with listening(server.serve, tls=tls) as server.port:
        yield server


def self_signed(folder: Path) -> ssl.SSLContext:
    """Return a server's context with a certificate that no authority knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    chain, secret = folder / "certificate.pem", folder / "key.pem"
    chain.write_bytes(certificate.public_bytes(pem))
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, secret)
    return context


@dataclass
class WebHook:
    """An HTTP server that keeps the bodies posted to it and answers ``status``."""

    status: str = "200 OK"
    bodies: list[bytes] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    taken: asyncio.Condition = field(default_factory=asyncio.Condition)
    port: int = 0

    async def arrived(self, count: int) -> list[bytes]:
        """Return the first ``count`` bodies as soon as they are there."""
        await self.until(lambda: len(self.bodies) >= count)
        return self.bodies

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until ``holds`` of the bodies that came."""
        async with asyncio.timeout(60), self.taken:
            await self.taken.wait_for(holds)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.decode().lower().partition("content-length:")[2].partition("\r\n")[0])
        body = await reader.readexactly(length)
        async with self.taken:
            self.bodies.append(body)
            self.heads.append(head)
            self.taken.notify_all()
        writer.write(f"HTTP/1.1 {self.status}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()


@contextlib.asynccontextmanager
async def web_hook() -> AsyncIterator[WebHook]:
    """Run an HTTP server on a free port."""
    hook = WebHook()
    async with listening(hook.serve) as hook.port:
        yield hook


@contextlib.contextmanager
def mosquitto(folder: Path, port: int, *, password: str | None = None) -> Iterator[None]:
    """Run a broker; with a password only the user "hub" gets in."""
    config = folder / "mosquitto.conf"
    lines = [f"listener {port} 127.0.0.1", "user root", "persistence false"]
    if password is None:
        lines.append("allow_anonymous true")
    else:
        users = folder / "users"
        maker = program("mosquitto_passwd")
        subprocess.run([maker, "-b", "-c", str(users), "hub", password], check=True)
        users.chmod(0o600)
        lines += ["allow_anonymous false", f"password_file {users}"]
    config.write_text("\n".join(lines) + "\n")
    broker = subprocess.Popen([program("mosquitto"), "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield
    finally:
        broker.terminate()
        broker.wait(10)


def _wait_for(port: int) -> None:
    """Return as soon as somebody listens; the broker's own start is what takes the time."""
    while True:
        with contextlib.suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
            return


class Listener:
    """What Home Assistant would see: subscribes to everything and remembers the newest values."""

    def __init__(self, client: aiomqtt.Client) -> None:
        """Listen with a connected client."""
        self._client = client
        self.values: dict[str, bytes] = {}
        self.heard: list[tuple[str, bytes]] = []

    async def until(self, topic: str, value: bytes | None = None) -> bytes:
        """Return the topic's value as soon as it has one (or ``value``)."""
        async with asyncio.timeout(60):
            while topic not in self.values or value not in {None, self.values[topic]}:
                await self._next()
        return self.values[topic]

    async def holding(self, topic: str, part: bytes) -> None:
        """Wait until the topic's value holds ``part``."""
        async with asyncio.timeout(60):
            while part not in self.values.get(topic, b""):
                await self._next()

    async def _next(self) -> None:
        message = await anext(aiter(self._client.messages))
        assert isinstance(message.payload, bytes)
        self.values[str(message.topic)] = message.payload
        self.heard.append((str(message.topic), message.payload))


@contextlib.asynccontextmanager
async def listener(port: int, *, password: str | None = None) -> AsyncIterator[Listener]:
    """Subscribe to all topics of the broker."""
    user = None if password is None else "hub"
    async with aiomqtt.Client("127.0.0.1", port, username=user, password=password) as client:
        await client.subscribe("#", qos=1)
        yield Listener(client)
