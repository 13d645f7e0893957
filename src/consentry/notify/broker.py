"""The connection to an MQTT broker that always ends up with the newest values on it."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable, Iterable

import aiomqtt

from consentry.model.errors import DeliveryError, Reason
from consentry.model.settings import MqttChannel
from consentry.notify.bug import log_bug
from consentry.notify.homeassistant import Retained

CONNECT_TIMEOUT = 3.0
"""Seconds; the blocking connect sits in the loop's executor and would hold up the hub's end."""

ANSWER_TIMEOUT = 3.0
"""Seconds for each acknowledgement of the broker."""

GOODBYE_TIMEOUT = 0.5
"""Seconds; a broker that has just gone cannot hear it, and the hub must end within 5 s."""

WITHDRAW_TIMEOUT = 10.0
"""Seconds for a broker to forget what it has of us; an owner waits for it who removes a channel."""

_WRONG_PASSWORD = frozenset({4, 5, 134, 135})  # CONNACK: bad user or password, not authorised

_LOG = logging.getLogger(__name__)


class Broker:
    """Keeps retained topics on a broker equal to what was ``put``.

    It holds state and no queue: of a topic that changes while the broker is away only the newest
    value is sent, so memory is bounded by the number of cameras. ``run`` is the only place where a
    connection is retried. All fields belong to the event loop's thread.
    """

    def __init__(
        self,
        channel: MqttChannel,
        status_topic: str,
        tell: Callable[[str | None], None],
        *,
        settled: Callable[[], None] = lambda: None,
        pauses: tuple[float, ...] = (1.0, 2.0, 5.0, 15.0, 60.0),
    ) -> None:
        """Remember the broker; ``tell`` gets a sentence when it is lost and None when it is back.

        ``settled`` is called whenever the broker has acknowledged all that was put.

        ``pauses`` are the seconds before each new attempt, the last one for all that follow.
        """
        self._channel = channel
        self._status_topic = status_topic
        self._tell = tell
        self._settled = settled
        self._pauses = pauses
        self._topics: dict[str, bytes] = {}
        self._stale: dict[str, None] = {}  # topics to send, in order of change
        self._changed = asyncio.Event()
        self._failures = 0

    def put(self, retained: Retained) -> None:
        """Have the topic hold this value as soon as the broker is there; never blocks."""
        if self._topics.get(retained.topic) == retained.payload:
            return
        self._topics[retained.topic] = retained.payload
        self._stale.pop(retained.topic, None)
        self._stale[retained.topic] = None
        self._changed.set()

    async def run(self) -> None:
        """Connect, publish, reconnect with backoff; until cancelled."""
        while True:
            try:
                await self._run_once()
            except DeliveryError as error:
                self._tell(str(error))
            except Exception as error:  # noqa: BLE001 - a library's bug must not end the hub
                log_bug(_LOG, "the MQTT connection failed unexpectedly", error)
                self._tell("The MQTT connection failed; the hub's log has the details.")
            _raise_if_cancelled()
            pause = self._pauses[min(self._failures, len(self._pauses) - 1)]
            self._failures += 1
            await asyncio.sleep(pause)

    async def _run_once(self) -> None:
        """Serve one connection until it is lost: always ends in DeliveryError."""
        will = aiomqtt.Will(self._status_topic, b"offline", qos=1, retain=True)
        try:
            async with _client(self._channel, will) as client:
                self._tell(None)
                self._failures = 0
                self._stale = dict.fromkeys(self._topics)  # the broker may have lost them
                self._changed.set()
                await _retain(client, self._status_topic, b"online")
                await self._serve(client)
            raise _failure(self._channel, ConnectionError())
        except (aiomqtt.MqttError, OSError) as error:
            raise _failure(self._channel, error) from None

    async def _serve(self, client: aiomqtt.Client) -> None:
        """Publish what changes; returns or raises MqttError at once when the broker goes."""
        lost = asyncio.create_task(_until_lost(client))
        lost.add_done_callback(lambda _: self._changed.set())
        try:
            while not lost.done():
                await self._changed.wait()
                self._changed.clear()
                await self._publish(client)
        except asyncio.CancelledError:
            # Leaving on purpose sends no will: say it ourselves.
            with contextlib.suppress(aiomqtt.MqttError):
                await client.publish(
                    self._status_topic, b"offline", qos=1, retain=True, timeout=GOODBYE_TIMEOUT
                )
            raise
        finally:
            lost.cancel()

    async def _publish(self, client: aiomqtt.Client) -> None:
        while self._stale:
            topic = next(iter(self._stale))
            payload = self._topics[topic]
            await _retain(client, topic, payload)
            if self._topics[topic] == payload:
                del self._stale[topic]
                if not payload:
                    del self._topics[topic]
        self._settled()


async def check(channel: MqttChannel) -> None:
    """Connect to the channel's broker once and leave again.

    Raises:
        DeliveryError: with the sentence why that did not work.
    """
    try:
        async with _client(channel, will=None):
            pass
    except (aiomqtt.MqttError, OSError) as error:
        raise _failure(channel, error) from None


async def withdraw(channel: MqttChannel, topics: Iterable[Retained]) -> None:
    """Connect once and publish ``topics``, as what the hub says last to this broker.

    Raises:
        DeliveryError: with the sentence why that did not work, within ``WITHDRAW_TIMEOUT``.
    """
    try:
        async with asyncio.timeout(WITHDRAW_TIMEOUT), _client(channel, will=None) as client:
            for retained in topics:
                await _retain(client, retained.topic, retained.payload)
    except (aiomqtt.MqttError, OSError) as error:
        raise _failure(channel, error) from None


def _client(channel: MqttChannel, will: aiomqtt.Will | None) -> aiomqtt.Client:
    return _Client(
        channel.host,
        channel.port,
        username=channel.user or None,
        password=channel.password.reveal() or None,
        will=will,
        timeout=ANSWER_TIMEOUT,
        keepalive=20,
        tls_context=ssl.create_default_context() if channel.tls else None,
    )


class _Client(aiomqtt.Client):
    """aiomqtt with paho's time for the TCP connection cut from 5 s."""

    def _client_connect(self) -> None:
        self._client.connect_timeout = CONNECT_TIMEOUT
        super()._client_connect()


async def _retain(client: aiomqtt.Client, topic: str, payload: bytes) -> None:
    await client.publish(topic, payload, qos=1, retain=True)
    _raise_if_cancelled()


def _raise_if_cancelled() -> None:
    """Raise a cancellation that was lost on the way.

    aiomqtt waits with asyncio.wait_for, which before Python 3.12 swallows the cancellation that
    comes in the same turn as the answer (python/cpython#86296): seen in one of five tests.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def _until_lost(client: aiomqtt.Client) -> None:
    """Return when the connection is gone: the iterator raises MqttError then."""
    with contextlib.suppress(aiomqtt.MqttError):
        async for _ in client.messages:
            pass


def _failure(channel: MqttChannel, error: Exception) -> DeliveryError:
    reason, wrong = _wrong(error)
    where = f"{channel.host}:{channel.port}"
    return DeliveryError(f"The MQTT broker {where} {wrong}.", reason=reason, where=where)


def _wrong(error: Exception) -> tuple[Reason, str]:
    if isinstance(error, aiomqtt.MqttCodeError) and _code(error) in _WRONG_PASSWORD:
        return Reason.SERVER_PASSWORD, "refused the user name or password"
    if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY" in str(error):
        return Reason.SERVER_CERTIFICATE, "showed a certificate that is not valid for it"
    return Reason.SERVER_UNREACHABLE, "cannot be reached or closed the connection"


def _code(error: aiomqtt.MqttCodeError) -> int | None:
    return error.rc if isinstance(error.rc, int) or error.rc is None else error.rc.value
