"""The queue before a notifier, with notifiers of this file."""

import asyncio

import pytest

from consentry.model.errors import DeliveryError
from consentry.notify.delivery import LIMIT, Delivery
from consentry.notify.notifier import Message


class Letterbox:
    """A notifier that fails as often as it is told and then takes everything."""

    def __init__(self, failures: int = 0, error: Exception | None = None) -> None:
        """Fail ``failures`` times with ``error``."""
        self.taken: list[str] = []
        self._failures = failures
        self._error = error or DeliveryError("The letterbox is stuck.")

    async def send(self, message: Message) -> None:
        """Take the message or fail."""
        if self._failures > 0:
            self._failures -= 1
            raise self._error
        self.taken.append(message.title)


async def carry(letterbox: Letterbox, titles: list[str]) -> tuple[Delivery, list[str | None]]:
    """Post all titles at once and deliver until the loop has nothing more to do."""
    told: list[str | None] = []
    delivery = Delivery(letterbox, told.append, pauses=(0, 0, 0))
    for title in titles:
        delivery.post(Message(title, ""))
    task = asyncio.create_task(delivery.run())
    for _ in range(1000):  # turns of the loop, not time: every pause is zero
        await asyncio.sleep(0)
    task.cancel()
    return delivery, told


async def test_messages_keep_their_order() -> None:
    """What is posted first is sent first."""
    letterbox = Letterbox()
    await carry(letterbox, ["a", "b", "c"])
    assert letterbox.taken == ["a", "b", "c"]


async def test_failure_is_retried_and_told() -> None:
    """A message survives failures; the owner hears of them and of their end."""
    letterbox = Letterbox(failures=2)
    delivery, told = await carry(letterbox, ["a"])
    assert letterbox.taken == ["a"]
    assert told == ["The letterbox is stuck.", "The letterbox is stuck.", None]
    assert delivery.dropped == 0


async def test_message_is_given_up_and_counted() -> None:
    """After the last attempt the message is dropped, counted, and the next one goes out."""
    letterbox = Letterbox(failures=5)
    delivery, told = await carry(letterbox, ["lost", "next"])
    assert letterbox.taken == ["next"]
    assert delivery.dropped == 1
    assert told[-2:] == ["The letterbox is stuck. Messages lost: 1.", None]


async def test_full_queue_drops_the_oldest() -> None:
    """More messages than fit cost the oldest ones, counted."""
    letterbox = Letterbox()
    delivery, _ = await carry(letterbox, [str(number) for number in range(LIMIT + 3)])
    assert letterbox.taken == [str(number) for number in range(3, LIMIT + 3)]
    assert delivery.dropped == 3


async def test_bug_of_a_notifier_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """An unexpected exception is told and logged without its text, and the queue goes on."""
    letterbox = Letterbox(failures=1, error=RuntimeError("password=hunter22"))
    _, told = await carry(letterbox, ["a"])
    assert letterbox.taken == ["a"]
    assert told == ["A message could not be sent; the hub's log has the details.", None]
    assert "RuntimeError" in caplog.text
    assert "hunter22" not in caplog.text
