"""When an alert may be raised at all: quiet hours, cool-down, snooze. Pure; one gate per camera."""

from dataclasses import dataclass, field

from consentry.model.camera import Camera
from consentry.model.event import AlertReason
from consentry.model.settings import Settings
from consentry.model.time import Micros
from consentry.model.vision import Label


@dataclass(slots=True)
class AlertGate:
    """The house's and the owner's wish for silence, and when the camera last spoke.

    ``last`` is owned by the machine that holds the gate.
    """

    settings: Settings
    last: dict[Label, Micros] = field(default_factory=dict)

    def decide(self, camera: Camera, label: Label, now: Micros) -> AlertReason:
        """Return ALERTED when an alert may be raised now (and remember it), or why not."""
        if camera.snoozed_until is not None and now < camera.snoozed_until:
            return AlertReason.SNOOZED
        if self.settings.quiet(now):
            return AlertReason.QUIET_HOURS
        last = self.last.get(label)
        # A clock set back leaves `last` in the future: that must not silence the camera.
        if last is not None and 0 <= now - last < self.settings.cool_down:
            return AlertReason.COOL_DOWN
        self.last[label] = now
        return AlertReason.ALERTED
