"""Is a track worth an event, and an alert? The rules in one place, each with its reason."""

from statistics import median

from consentry.events.track import STAYED, Track
from consentry.events.zones import alerts_in, zones_at
from consentry.model.camera import Camera, LabelRule
from consentry.model.event import AlertReason
from consentry.model.vision import Label

_LOOKS = 3
_SURE = 0.25
"""Two looks that are so much over the threshold say as much as three just over it."""
_SURE_LOOKS = 2
_DOUBT = 0.08
_DOUBTFUL_LOOKS = 6
"""So many looks slightly under the threshold say it too: headlights, dusk, rain."""
_FAR = 1.0
"""Of its short side: somebody who walks past goes that far in half a second, a car in a third."""
_TRAVEL = 0.35
_CLEAR = 0.55
_LOOKS_NEARBY = 6
"""Who comes straight towards the camera goes less far in the picture. Boxes on parked cars jitter
by .1 to .5, to and fro, the more the less clear they are: so a short way takes clear looks to be
believed, or many along a steady line. So does a way that was one leap: from one far parked car
to the next, each seen at .3."""
_STEADY_LOOKS = 5
_STEADY_TRAVEL = 2.0
_STEADY_BONUS = 0.1
"""A mistaken box doesn't travel: noise jumps, and a shadow on a wall stays within its wall. In
headlight bloom vehicles score .3 to .4, look after look, along a straight way."""
_MOVING_LOOKS = 2
_EVENT_SCORE = 0.35
"""An event without an alert is still worth keeping from here on, so that an owner can see why."""


def is_confirmed(scores: list[float], threshold: float) -> bool:
    """Tell whether looks with these scores show a thing of this kind."""
    best = sorted(scores, reverse=True)
    return (
        _reaches(best, _SURE_LOOKS, threshold + _SURE)
        or _reaches(best, _LOOKS, threshold)
        or _reaches(best, _DOUBTFUL_LOOKS, threshold - _DOUBT)
    )


def has_moved(track: Track, threshold: float, aspect: float) -> bool:
    """Tell whether the thing itself went somewhere, rather than its box.

    What stood there before must be confirmed anew, clear of its first place.
    """
    if track.moving_looks < _MOVING_LOOKS:
        return False
    if _has_come(track):
        return True
    travel, overlap = track.travel(aspect), track.overlap()
    if track.resident:
        return travel >= _FAR and is_confirmed(track.scores_away(), threshold)
    if overlap >= STAYED or travel < _TRAVEL:
        return False
    clear = median(timed.score for timed in track.path) >= _CLEAR
    steady = len(track.path) >= _LOOKS_NEARBY and track.is_steady(aspect)
    return clear or steady or (travel >= _FAR and not track.has_leapt(aspect))


def _has_come(track: Track) -> bool:
    """Tell whether somebody came to where they stand, between two looks.

    Under load looks are a second apart, and whoever walks to the door stands there in the first
    that shows them. Vehicles are left out: their light and shadow move much like themselves.
    """
    return (
        track.came_moving
        and track.label is not Label.VEHICLE
        and len(track.path) >= _LOOKS
        and median(timed.score for timed in track.path) >= _CLEAR
    )


def is_event(track: Track, camera: Camera, aspect: float) -> bool:
    """Tell whether a track should be kept as an event, alert or not."""
    label = track.label
    threshold = min(_needed(track, camera, aspect), _EVENT_SCORE)
    confirmed = is_confirmed(track.scores[label], threshold)
    return confirmed and has_moved(track, threshold, aspect)


def reason(track: Track, camera: Camera, aspect: float) -> AlertReason:
    """Return why the thing is not worth an alert by itself, or ALERTED when it is."""
    label = track.label
    rule = _rule(camera, label)
    if not rule.enabled:
        return AlertReason.LABEL_OFF
    threshold = _needed(track, camera, aspect)
    if not is_confirmed(track.scores[label], threshold):
        return AlertReason.LOW_SCORE
    if not has_moved(track, threshold, aspect):
        return AlertReason.STOOD_STILL
    if max(timed.box.area for timed in track.path) < rule.min_area:
        return AlertReason.TOO_SMALL
    if camera.zones and not any(
        alerts_in(zone, label) for timed in track.path for zone in zones_at(camera, timed.box)
    ):
        return AlertReason.OUTSIDE_ZONES
    return AlertReason.ALERTED


def _needed(track: Track, camera: Camera, aspect: float) -> float:
    """Return the score that the looks must reach; a long steady way counts like a higher score."""
    threshold = _rule(camera, track.label).threshold
    steady = (
        len(track.path) >= _STEADY_LOOKS
        and track.travel(aspect) >= _STEADY_TRAVEL
        and track.is_steady(aspect)
    )
    return threshold - _STEADY_BONUS if steady else threshold


def _rule(camera: Camera, label: Label) -> LabelRule:
    return camera.rules.get(label) or LabelRule()


def _reaches(best: list[float], count: int, score: float) -> bool:
    return len(best) >= count and best[count - 1] >= score
