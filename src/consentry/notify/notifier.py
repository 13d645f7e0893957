"""What a channel to people is: something that sends one message, or says in a sentence why not."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Link:
    """Where a message leads: a page of the hub, which asks whoever opens it to sign in.

    ``url`` holds ids and nothing else: no name, no label, no secret. Only the link to a shared clip
    is a secret, and goes to its recipient alone.
    """

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message in the language of its readers; ``picture`` is a JPEG or None."""

    title: str
    text: str
    picture: bytes | None = None
    link: Link | None = None

    @property
    def plain(self) -> str:
        """Return what is read where there is only text."""
        return self.text if self.link is None else f"{self.text}\n\n{self.link.url}"


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
