"""The hub: the one object that web and command line work with, and the one composition root."""

from types import TracebackType
from typing import Self

from consentry.clock import AnchoredClock
from consentry.config import Config
from consentry.home.cameras import Cameras
from consentry.home.feed import Feed
from consentry.live.fanout import Fanout
from consentry.model.event import Correction, Event
from consentry.model.ids import CameraId, EventId
from consentry.model.secret import Secret
from consentry.model.settings import Settings
from consentry.model.status import Health, Problem, StorageReport
from consentry.model.time import Span


class Hub:
    """One household's camera system. Enter it to start it; leaving ends every process in order.

    Everything here belongs to the event loop that entered it.
    """

    config: Config
    clock: AnchoredClock
    feed: Feed
    fanout: Fanout
    cameras: Cameras
    setup_token: Secret
    """With this the first account is made; new at each start, printed while no account exists."""

    def __init__(self, config: Config) -> None:
        """Remember the configuration; nothing is opened yet."""
        self.config = config

    async def __aenter__(self) -> Self:
        """Open the stores, recover, start the processes. Raises StorageError with a sentence."""
        raise NotImplementedError

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes (segments closed cleanly), then the stores."""
        raise NotImplementedError

    @property
    def settings(self) -> Settings:
        """Return the settings in force."""
        raise NotImplementedError

    async def change_settings(self, settings: Settings) -> None:
        """Store ``settings`` and put them in force."""
        raise NotImplementedError

    async def test_notification(self, channel: str) -> None:
        """Send one message through the channel. Raises InputError with what went wrong."""
        raise NotImplementedError

    async def erase(self, camera: CameraId, span: Span) -> None:
        """Delete all footage of ``span`` for good, what is being written right now included."""
        raise NotImplementedError

    async def erase_event(self, event: EventId) -> None:
        """Delete an event with its picture and footage, for good."""
        raise NotImplementedError

    async def correct(self, event: EventId, correction: Correction | None) -> Event:
        """Store what the owner says of the event; None takes it back."""
        raise NotImplementedError

    async def storage(self) -> StorageReport:
        """Return what the recordings take and how long they will last."""
        raise NotImplementedError

    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong now."""
        raise NotImplementedError

    def health(self) -> Health:
        """Return how many cameras there are and how many record; from memory."""
        raise NotImplementedError
