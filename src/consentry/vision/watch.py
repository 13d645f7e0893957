"""Watch one camera: motion on every frame, and the decision when a look is worth its 12 ms.

Where motion is usual (foliage, rain, a road), where it is only light, and where looks show what is
known already, they are seldom; where it is new they are frequent. So a tree costs little, and a
person who walks past the tree is seen at once.
"""

from consentry.model.camera import Polygon
from consentry.model.time import SECOND, Micros
from consentry.model.vision import Look, Sighting
from consentry.vision.attention import Attention
from consentry.vision.frame import Frame
from consentry.vision.habits import Habits
from consentry.vision.motion import MotionDetector, Scale

_REPORT = Micros(SECOND // 2)
"""Between reports of motion without a look: a stretch of motion lasts over pauses of 2 s."""
_LIGHT = 2 * SECOND
"""Between looks while only light moves: no look so far found anything in a cloud's shadow."""
_MOTION_STEP = Micros(SECOND // 13)
"""Frames closer together than this are not compared: 12 a second show whatever a home sees move."""
_CALM_STEP = Micros(SECOND // 4)
"""The same while nothing moves: every third frame of 10 a second finds what begins to."""


class Watch:
    """One camera's motion and look schedule. State belongs to the caller's thread.

    ``closely`` may be set at any time: places matter before this camera (it has zones), so the way
    of what is known is drawn more finely.
    """

    def __init__(self, masks: tuple[Polygon, ...] = (), *, closely: bool = False) -> None:
        """Ignore motion inside ``masks``."""
        self.closely = closely
        self._motion = MotionDetector(masks)
        self._habits = Habits()
        self._attention = Attention()
        self._step = _CALM_STEP
        self._compared = Micros(-SECOND)
        self._looked = Micros(-SECOND)
        self._reported = Micros(-SECOND)

    def step(self, frame: Frame) -> Look | Sighting | None:
        """Take the next frame; say whether to look at it, only report its motion, or nothing."""
        if frame.time < self._compared:  # the clock was set back: start again from here
            self._compared = self._looked = self._reported = Micros(frame.time - SECOND)
        if frame.time - self._compared < self._step:
            return None
        elapsed = min(frame.time - self._compared, SECOND) / SECOND
        self._compared = frame.time
        scale = Scale.of(frame.size, frame.sample_aspect)
        motion = self._motion.step(frame.small_luma(scale.columns, scale.rows), frame.time)
        self._step = _MOTION_STEP if motion.boxes else _CALM_STEP
        known = self._attention.waits(motion, closely=self.closely)
        wait = self._habits.step(motion, elapsed, known=known)
        if not motion.boxes:
            return None
        since = frame.time - self._looked
        if since >= wait and (since >= _LIGHT or not self._motion.only_light(motion)):
            self._looked = self._reported = frame.time
            return Look(frame.picture(), motion)
        if frame.time - self._reported >= _REPORT:
            self._reported = frame.time
            return Sighting(frame.time, motion, (), looked=False, aspect=frame.aspect)
        return None

    def found(self, sighting: Sighting) -> None:
        """Learn what came of a look. Answers may come late or never: then there are more looks."""
        self._attention.found(sighting)
