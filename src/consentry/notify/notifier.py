"""What a channel to people is: something that sends one message, or says in a sentence why not."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """A message in the household's language; ``picture`` is a JPEG or None."""

    title: str
    text: str
    picture: bytes | None = None


class Notifier(Protocol):
    """One way to reach people.

    ``send`` returns when the next server on the way has taken the message and may be called again
    at once; calls are never concurrent. It keeps nothing: a message that failed is its caller's to
    send again. Cancelling it returns at once, whatever the server does.
    """

    async def send(self, message: Message) -> None:
        """Send one message.

        Raises:
            DeliveryError: with one sentence for the owner that holds no secret.
        """
