"""Follow things from look to look: greedy matching by overlap and distance, no appearance model.

At two to five looks a second a box overlaps its predecessor, or lies within its own length of where
it should be. What isn't found where nothing moves is still there: a thing that leaves moves.
"""

from dataclasses import dataclass

from consentry.events.track import MOVING_SHARE, Observation, Track, distance, short_side
from consentry.model.time import HOUR, SECOND, Micros
from consentry.model.vision import Box, Detection, Label, Motion, Sighting

_START_SCORE = 0.3
"""A weaker box may continue a track (headlights, noise) but not begin one."""
_LEAST_OVERLAP = 0.2
_REACH = 1.2
"""Of the short side, and more with every second since the thing was last seen."""
_LONGEST_LEAP = 2.0
"""Seconds. What was seen longer ago is continued only by a box that overlaps it."""
_SIZE_RATIO = 2.2
_OTHER_LABEL_OVERLAP = 0.5
"""A box of another label continues a track only when it covers it so well (chimpanzee, person)."""
_LATEST = Micros(10 * SECOND)
"""A queue holds a look back for less than this, even on a machine that swaps."""
_MISSES = 3
_LOST = Micros(3 * SECOND // 2)
_STILL = Micros(10 * SECOND)
"""What nobody looked at for so long stands still, and is remembered as standing."""
_OWN_SHARE = 0.4
_OWN_SIZE = 2.5
"""Motion is a thing's own when it covers .4 of its box and is at most 2.5 times as large: that of a
cloud or of headlights is larger, that of leaves before it covers less."""
_ACQUAINTANCE = Micros(2 * SECOND)
"""Before, nothing is known of what stands where: whoever is there may always have been."""
_TAIL = Micros(5 * SECOND // 2)
"""A known thing is looked at every second and a half; what left in between is followed by its
motion, and no longer: then it may be its shadow's, or somebody else's."""
_AROUND = 0.25
"""Of a thing's sides: motion so close to where it was, or should be, is its own."""
_EDGE = 0.02
_GONE_OUT = 0.3
"""Of its short side: what went so far towards an edge that it touches went out there."""
_SAME_PLACE = 0.35
_FORGET = Micros(6 * HOUR)
"""Only vehicles are remembered: a person who stood here once hid the next one for 26 s."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A thing that was left standing: where, what, and when it was last seen there."""

    label: Label
    box: Box
    seen: Micros


class Tracker:
    """Tracks of one camera. Owned by the machine."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self.aspect = 16 / 9
        self.tracks: list[Track] = []
        self.standing: list[Standing] = []
        self._began: Micros | None = None
        self._newest = Micros(-1)
        self.previous = Micros(-1)
        """When the look before the newest one was."""

    def step(self, sighting: Sighting) -> list[Track]:
        """Take in one look; return the tracks that ended with it.

        A look that comes late is ignored. One that is much older means that the clock was set
        back: then nothing known is comparable any more, and all begins again.
        """
        if self._newest - _LATEST <= sighting.time <= self._newest:
            return []
        if sighting.time < self._newest:
            return self._begin_again(sighting)
        self.previous, self._newest = self._newest, sighting.time
        self._get_acquainted(sighting.time)
        self.aspect = sighting.aspect
        open_ = list(sighting.detections)
        for track, detection in self._match(sighting.time, open_):
            open_.remove(detection)
            track.add(self._observe(sighting, detection), sighting.picture)
        for track in self.tracks:
            if track.seen < sighting.time and _covered(track.box, sighting.motion) >= MOVING_SHARE:
                track.missed += 1
        for detection in open_:
            if detection.score >= _START_SCORE and not self._is_part(detection):
                self._begin(sighting, detection)
        self._refresh_standing(sighting)
        self.follow(sighting)
        return self.expire(sighting.time)

    def follow(self, sighting: Sighting) -> None:
        """Let things that this sighting does not show go on where their motion is."""
        time = sighting.time
        places = [(track, track.predicted(time).grown(_AROUND)) for track in self.tracks]
        own: dict[Track, list[Box]] = {}
        for region in sighting.motion.boxes:
            near = [(_nearness(region, track, place), track) for track, place in places]
            shared, track = max(near, key=lambda pair: pair[0], default=(0.0, None))
            if track is not None and shared > 0:
                own.setdefault(track, []).append(region)
        for track, regions in own.items():
            hull = Box.hull(regions)
            fits = hull.area <= _OWN_SIZE * track.box.area
            if fits and track.left < time <= track.seen + _TAIL:
                track.follow(time, hull)

    def _begin_again(self, sighting: Sighting) -> list[Track]:
        ended, self.tracks, self.standing = self.tracks, [], []
        self._newest = Micros(sighting.time - 1)
        self._began = sighting.time
        return ended + self.step(sighting)

    def _get_acquainted(self, now: Micros) -> None:
        if self._began is None:
            self._began = now

    def expire(self, now: Micros) -> list[Track]:
        """End the tracks of what has gone or stood still for long; remember what stands."""
        self._get_acquainted(now)
        ended = []
        for track in list(self.tracks):
            silent = now - track.seen
            gone = silent >= _LOST and (track.missed >= _MISSES or self._is_leaving(track))
            if not gone and silent < _STILL:
                continue
            self.tracks.remove(track)
            ended.append(track)
            if not gone and track.label is Label.VEHICLE:
                self._remember(Standing(track.label, track.box, track.seen))
        self.standing = [s for s in self.standing if now - s.seen < _FORGET]
        return ended

    def _match(self, time: Micros, detections: list[Detection]) -> list[tuple[Track, Detection]]:
        """Pair tracks with boxes, the best fitting pair first."""
        pairs = []
        for index, track in enumerate(self.tracks):
            waited = (time - track.seen) / SECOND
            predicted = track.predicted(time)
            for detection in detections:
                fit = self._fit(track, detection, predicted, waited)
                if fit > 0:
                    pairs.append((fit, index, track, detection))
        pairs.sort(key=lambda pair: (-pair[0], pair[1]))
        used: set[int] = set()
        found = []
        for _, _, track, detection in pairs:
            if id(track) not in used and id(detection) not in used:
                used |= {id(track), id(detection)}
                found.append((track, detection))
        return found

    def _fit(self, track: Track, detection: Detection, predicted: Box, waited: float) -> float:
        """Return how well a box continues a track: 0 not at all, 2 exactly."""
        overlap = max(predicted.iou(detection.box), track.box.iou(detection.box))
        if detection.label is not track.label:
            return overlap if overlap >= _OTHER_LABEL_OVERLAP else 0.0
        if overlap >= _LEAST_OVERLAP:
            return 1 + overlap
        old, new = track.box.area, detection.box.area
        if max(old, new) > _SIZE_RATIO**2 * max(min(old, new), 1e-9):
            return 0.0
        if track.resident or waited > _LONGEST_LEAP:  # what stood begins slowly: its boxes overlap
            return 0.0
        reach = _REACH * (1 + waited) * short_side([track.box], self.aspect)
        nearness = 1 - distance(predicted, detection.box, self.aspect) / max(reach, 1e-6)
        return max(0.0, nearness)

    def _observe(self, sighting: Sighting, detection: Detection) -> Observation:
        moving = _covered(detection.box, sighting.motion)
        touching = [b for b in sighting.motion.boxes if b.intersection(detection.box) > 0]
        size = sum(region.area for region in touching)
        fitting = (
            moving >= _OWN_SHARE
            and size <= _OWN_SIZE * detection.box.area
            and sighting.time - (self._began or 0) >= _ACQUAINTANCE
        )
        return Observation(sighting.time, detection, moving, fitting)

    def _begin(self, sighting: Sighting, detection: Detection) -> None:
        resident = any(
            s.label is detection.label and s.box.iou(detection.box) >= _SAME_PLACE
            for s in self.standing
        )
        seen = self._observe(sighting, detection)
        track = Track(seen, resident=resident)
        track.add(seen, sighting.picture)
        self.tracks.append(track)

    def _is_part(self, detection: Detection) -> bool:
        """Tell whether a box is a piece of a thing that is tracked already."""
        return any(
            track.label is detection.label
            and track.seen == self._newest
            and track.box.intersection(detection.box) > 0.7 * detection.box.area
            for track in self.tracks
        )

    def _refresh_standing(self, sighting: Sighting) -> None:
        """Forget a standing thing once something moves there and it isn't found any more."""
        kept = []
        for standing in self.standing:
            found = any(
                d.label is standing.label and d.box.iou(standing.box) >= _SAME_PLACE
                for d in sighting.detections
            )
            if found:
                kept.append(Standing(standing.label, standing.box, sighting.time))
            elif _covered(standing.box, sighting.motion) < 0.5:  # noqa: PLR2004 - half of it moves
                kept.append(standing)
        self.standing = kept

    def _is_leaving(self, track: Track) -> bool:
        """Tell whether a thing was last seen at an edge of the picture that it went towards.

        Whoever comes in is at an edge too, and a cat that walks along the lower one all the way.
        """
        old, new = track.recent[0].box, track.recent[-1].box
        (x1, y1), (x2, y2) = old.center, new.center
        across, down = (x2 - x1) * self.aspect, y2 - y1
        least = _GONE_OUT * short_side([new], self.aspect)
        return (
            (new.left < _EDGE and -across > least)
            or (new.right > 1 - _EDGE and across > least)
            or (new.top < _EDGE and -down > least)
            or (new.bottom > 1 - _EDGE and down > least)
        )

    def _remember(self, standing: Standing) -> None:
        self.standing = [
            s
            for s in self.standing
            if s.label is not standing.label or s.box.iou(standing.box) < _SAME_PLACE
        ]
        self.standing.append(standing)


def _covered(box: Box, motion: Motion) -> float:
    """Return the share of ``box`` that moving regions cover (regions do not overlap much)."""
    shared = sum(box.intersection(region) for region in motion.boxes)
    return min(1.0, shared / max(box.area, 1e-9))


def _nearness(region: Box, track: Track, place: Box) -> float:
    """Return how much of a moving region lies where the thing should be, or last moved."""
    last = (track.tail[-1].box if track.tail else track.box).grown(_AROUND)
    return max(region.intersection(place), region.intersection(last))
