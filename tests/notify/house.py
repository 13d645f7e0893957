"""A house with one camera, in which a person was seen."""

import asyncio

from consentry.model.camera import Camera, StreamAddress
from consentry.model.errors import CameraState
from consentry.model.event import AlertReason, Event, TimedBox
from consentry.model.feed import CameraChanged
from consentry.model.ids import CameraId, EventId
from consentry.model.media import StreamName
from consentry.model.settings import Channel
from consentry.model.status import CameraView, Problem, ProblemCode, StreamState
from consentry.model.time import Micros
from consentry.model.vision import Box, Label

DOOR = CameraId("door0000000000000")
JPEG = b"\xff\xd8 a picture of somebody \xff\xd9"
SEEN = Micros(1_795_345_200_000_000)  # 2026-11-22 11:00:00 UTC

_BOX = TimedBox(SEEN, Box(0.1, 0.1, 0.2, 0.5), 0.87)


def person(*, start: Micros = SEEN, zones: tuple[str, ...] = ()) -> Event:
    """Return the event of a person who was alerted."""
    return Event(
        id=EventId(f"event{start}"),
        camera=DOOR,
        label=Label.PERSON,
        start=start,
        end=None,
        score=0.87,
        alert=True,
        reason=AlertReason.ALERTED,
        incident=EventId(f"event{start}"),
        path=(_BOX,),
        best=_BOX,
        zones=zones,
    )


def door(state: CameraState = CameraState.ONLINE, *, name: str = "Front door") -> CameraChanged:
    """Return the camera's view as the feed tells it."""
    camera = Camera(DOOR, name, StreamAddress(StreamName.MAIN, "rtsp://camera/main"))
    main = StreamState(state, "", SEEN, recording=state is CameraState.ONLINE)
    return CameraChanged(CameraView(camera, {StreamName.MAIN: main}))


def down() -> Problem:
    """Return the problem of the camera that does not answer."""
    message = "Front door does not answer since 11:00."
    return Problem("down-door", ProblemCode.CAMERA_DOWN, DOOR, SEEN, message)


class Notes:
    """Takes down to whom pictures go; ``written`` says whether it could."""

    def __init__(self, *, written: bool = True) -> None:
        """Nothing noted yet; ``hold`` keeps notes from being finished."""
        self.channels: list[tuple[str, ...]] = []
        self.asked = asyncio.Event()
        self.hold = asyncio.Event()
        self.hold.set()
        self._written = written

    async def take(self, _event: Event, channels: tuple[Channel, ...]) -> bool:
        """Write down the channels' names."""
        self.channels.append(tuple(channel.name for channel in channels))
        self.asked.set()
        await self.hold.wait()
        return self._written


class Complaints:
    """Hears what channels say of themselves."""

    def __init__(self) -> None:
        """Nothing said yet."""
        self.said: asyncio.Queue[str | None] = asyncio.Queue()

    def hear(self, _channel: Channel, sentence: str | None) -> None:
        """Take a sentence, or None for "works"."""
        self.said.put_nowait(sentence)

    async def next(self) -> str | None:
        """Return the next thing said."""
        async with asyncio.timeout(60):
            return await self.said.get()
