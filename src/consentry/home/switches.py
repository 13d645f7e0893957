"""Which cameras are off now, and until when.

A pause is measured on the monotonic clock while the hub runs, and by the latest time ever seen over
a restart: a clock set back neither prolongs it nor brings back one that is over. Weekly hours go by
the latest time seen too: while the machine's clock is behind, what was off stays off.
"""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from consentry.clock import Clock
from consentry.model.camera import Camera
from consentry.model.ids import CameraId
from consentry.model.off import Off, OffReason, Pause, next_change, stretch
from consentry.model.time import SECOND, Micros

LOOK_EVERY = Micros(10 * SECOND)
"""At the latest: a clock that is set makes hours begin at once."""


class Switches:
    """Owned by the hub's event loop."""

    def __init__(self, clock: Clock, forward: Clock) -> None:
        """Judge by ``forward``, the clock that never goes back; tell moments of ``clock``."""
        self.zone = ZoneInfo("UTC")
        """The house's; whoever changes its settings changes it here."""
        self._clock = clock
        self._forward = forward
        self._ends: dict[CameraId, Micros] = {}

    def load(self, pauses: Mapping[CameraId, Pause]) -> None:
        """Go on with what was paused before the start."""
        now = self._forward.wall()
        for camera, pause in pauses.items():
            self._end_in(camera, pause.left(now))

    def pause(self, camera: CameraId, duration: Micros) -> Pause:
        """Pause the camera from now on; what was left of a pause before is forgotten."""
        self._end_in(camera, duration)
        now = self._forward.wall()
        return Pause(now, Micros(now + duration))

    def resume(self, camera: CameraId) -> None:
        """End its pause."""
        self._ends.pop(camera, None)

    def over(self) -> tuple[CameraId, ...]:
        """Return the cameras whose pause has run out and was not ended yet."""
        now = self._clock.monotonic()
        return tuple(camera for camera, end in self._ends.items() if end <= now)

    def off(self, camera: Camera) -> Off | None:
        """Tell whether the camera is off now, and why."""
        if not camera.enabled:
            return Off(OffReason.SWITCH)
        left = self._ends.get(camera.id, 0) - self._clock.monotonic()
        if left > 0:
            until = (self._clock.wall() + left) // SECOND * SECOND
            return Off(OffReason.PAUSE, Micros(until))
        if not camera.off_hours:
            return None
        found = stretch(camera.off_hours, self._forward.wall(), self.zone)
        return None if found is None else Off(OffReason.SCHEDULE, found.end)

    def next_look(self, cameras: Iterable[Camera]) -> Micros:
        """Return how long nothing can change by itself."""
        now, wall = self._clock.monotonic(), self._forward.wall()
        waits = [end - now for end in self._ends.values()]
        changes = (next_change(camera.off_hours, wall, self.zone) for camera in cameras)
        waits += [change - wall for change in changes if change is not None]
        return Micros(max(0, min([LOOK_EVERY, *waits])))

    def _end_in(self, camera: CameraId, left: Micros) -> None:
        self._ends[camera] = Micros(self._clock.monotonic() + left)
