"""The event machine of one camera: sightings and ticks in, messages out. Pure but for random ids.

A track becomes an event when it is confirmed and has moved; the event goes on while the thing is
seen and closes when it has gone or stands still. The first event of an incident that is worth an
alert raises it; the others say SAME_INCIDENT.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from consentry.events.alerting import AlertGate
from consentry.events.incident import Incident
from consentry.events.motion_log import MotionLog
from consentry.events.outputs import (
    AlertRaised,
    EventClosed,
    EventOpened,
    EventUpdated,
    MotionSeen,
    Output,
    Tick,
)
from consentry.events.track import Track
from consentry.events.tracker import Tracker
from consentry.events.worth import is_event, reason
from consentry.events.zones import zones_at
from consentry.model.camera import Camera
from consentry.model.event import AlertReason, Event
from consentry.model.ids import EventId, random_id
from consentry.model.settings import Settings
from consentry.model.time import SECOND, Micros, Span
from consentry.model.vision import Label, Sighting

_UPDATE = Micros(SECOND)
_LATENESSES = 5
_LATEST = Micros(10 * SECOND)
"""A look is not later than this even on a machine that swaps; what seems so is a clock that was
set."""
_MAY_CHANGE = {
    AlertReason.LOW_SCORE,
    AlertReason.STOOD_STILL,
    AlertReason.TOO_SMALL,
    AlertReason.OUTSIDE_ZONES,
}
"""An open event may still become an alert: the thing may come nearer, or into a zone."""


@dataclass(slots=True)
class _Open:
    """An event being written. Owned by the machine."""

    event: Event
    incident: Incident
    told: Micros
    shown: float
    """The value of the picture that was handed out last."""


class Machine:
    """Turns what one camera's looks found into events. Every call is cheap and never fails."""

    def __init__(
        self,
        camera: Camera,
        settings: Settings | None = None,
        *,
        new_id: Callable[[], str] = random_id,
    ) -> None:
        """Begin with nothing open. ``settings`` None: no quiet hours and no cool-down."""
        self._camera = camera
        self._gate = AlertGate(settings or Settings(cool_down=Micros(0)))
        self._new_id = new_id
        self._tracker = Tracker()
        self._motion = MotionLog()
        self._late: deque[Micros] = deque(maxlen=_LATENESSES)
        """How long after their pictures the last looks came."""
        self._open: dict[Track, _Open] = {}
        self._incidents: dict[Label, Incident] = {}

    def update(self, camera: Camera, settings: Settings) -> None:
        """Use other zones, rules, snooze or quiet hours from now on; what is tracked stays so."""
        self._camera = camera
        self._gate = AlertGate(settings, self._gate.last)

    def step(self, seen: Sighting | Tick, now: Micros) -> tuple[Output, ...]:
        """Take in what was seen, or that time passed; return what follows from it."""
        match seen:
            case Tick():
                # What was in view until now comes with looks that are still on their way.
                told = Micros(now - max(self._late, default=0))
                motion = self._motion.tick(told)
                ended = self._tracker.expire(told)
            case Sighting():
                motion = self._motion.step(seen)
                if seen.looked:
                    self._late.append(Micros(min(max(now - seen.time, 0), _LATEST)))
                    ended = self._tracker.step(seen)
                else:
                    self._tracker.follow(seen)
                    ended = []
        outputs: list[Output] = [] if motion is None else [MotionSeen(motion)]
        if isinstance(seen, Sighting) and seen.looked:
            outputs += self._follow(seen.time)
        for track in ended:
            outputs += self._end(track)
        return tuple(outputs)

    def close(self, now: Micros) -> tuple[Output, ...]:
        """Close whatever is open: the camera is being removed, or the hub stops."""
        motion = self._motion.close()
        outputs: list[Output] = [] if motion is None else [MotionSeen(_until(motion, now))]
        for track in list(self._open):
            outputs += self._end(track)
        return tuple(outputs)

    def _follow(self, time: Micros) -> Iterator[Output]:
        """Open or update the events of the tracks that this look showed."""
        self._prolong(time)
        for track in self._tracker.tracks:
            if track.seen != time:
                continue
            if track in self._open:
                yield from self._go_on(track, time)
            elif is_event(track, self._camera, self._tracker.aspect):
                yield from self._begin(track, time)

    def _prolong(self, time: Micros) -> None:
        """Let incidents last whose kind was seen in one look after the other, however rare.

        Somebody who works in the garden moves without a pause and is looked at every few seconds;
        no look without them, and no stillness, means that they never went away.
        """
        previous = self._tracker.previous
        if not self._motion.lasts_since(previous):
            return
        for label, incident in self._incidents.items():
            seen = any(
                track.seen == time and track.label is label and not _is_parked(track)
                for track in self._tracker.tracks
            )
            if seen and previous <= incident.seen < time:
                incident.seen = time

    def _begin(self, track: Track, time: Micros) -> Iterator[Output]:
        id_ = EventId(self._new_id())
        incident = self._incidents.get(track.label)
        if incident is None or not incident.joins(track.start, time):
            incident = self._incidents[track.label] = Incident(id_, track.seen)
        incident.begin(id_)
        why = self._decide(track, incident, time)
        event = self._event(track, id_, incident, why)
        self._open[track] = _Open(event, incident, time, track.best_value)
        yield EventOpened(event, track.picture, track.embedding)
        if event.alert:
            yield AlertRaised(event, track.picture)

    def _go_on(self, track: Track, time: Micros) -> Iterator[Output]:
        open_ = self._open[track]
        open_.incident.seen = max(open_.incident.seen, time)
        before = open_.event
        why = before.reason
        if why in _MAY_CHANGE:
            why = self._decide(track, open_.incident, time)
        alerts = why is AlertReason.ALERTED and not before.alert
        if not alerts and time - open_.told < _UPDATE:
            return
        open_.told = time
        open_.event = self._event(track, before.id, open_.incident, why)
        better = track.best_value > open_.shown
        open_.shown = track.best_value
        yield EventUpdated(
            open_.event, track.picture if better else None, track.embedding if better else None
        )
        if alerts:
            yield AlertRaised(open_.event, track.picture)

    def _end(self, track: Track) -> Iterator[Output]:
        open_ = self._open.pop(track, None)
        if open_ is not None:
            open_.incident.end(open_.event.id)
            event = self._event(track, open_.event.id, open_.incident, open_.event.reason)
            path = (*event.path, *track.tail)
            yield EventClosed(replace(event, end=track.left, path=path))

    def _decide(self, track: Track, incident: Incident, now: Micros) -> AlertReason:
        """Say whether this track raises the incident's alert, which then is raised."""
        why = reason(track, self._camera, self._tracker.aspect)
        if why is not AlertReason.ALERTED:
            return why
        if incident.alerted:
            return AlertReason.SAME_INCIDENT
        incident.alerted = True  # also when the gate refuses: an incident is told at once or never
        return self._gate.decide(self._camera, track.label, now)

    def _event(self, track: Track, id_: EventId, incident: Incident, why: AlertReason) -> Event:
        names = {z.name: None for timed in track.path for z in zones_at(self._camera, timed.box)}
        return Event(
            id=id_,
            camera=self._camera.id,
            label=track.label,
            start=track.start,
            end=None,
            score=max(track.scores[track.label]),
            alert=why is AlertReason.ALERTED,
            reason=why,
            incident=incident.id,
            path=tuple(track.path),
            best=track.best,
            zones=tuple(names),
        )


def _is_parked(track: Track) -> bool:
    """Tell whether it is a vehicle that stands: it would make one incident of a whole day."""
    return track.label is Label.VEHICLE and track.resident


def _until(span: Span, now: Micros) -> Span:
    return Span(span.start, Micros(max(span.end, min(now, span.end))))
