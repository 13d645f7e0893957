"""What is wrong now, so that the owner hears of it: each problem once, and once when it is over."""

from collections.abc import Callable
from dataclasses import replace

from consentry.clock import Clock
from consentry.model.feed import ProblemChanged
from consentry.model.ids import CameraId
from consentry.model.status import Problem, ProblemCode
from consentry.model.time import Micros


class Problems:
    """The board of problems; owned by the hub's event loop."""

    def __init__(self, clock: Clock, publish: Callable[[ProblemChanged], None]) -> None:
        """Start with nothing wrong; tell ``publish`` of every change."""
        self._clock = clock
        self._publish = publish
        self._now: dict[str, Problem] = {}

    def now(self) -> tuple[Problem, ...]:
        """Return what is wrong, oldest first."""
        return tuple(self._now.values())

    def report(
        self,
        code: ProblemCode,
        sentence: str | None,
        *,
        camera: CameraId | None = None,
        what: str = "",
        since: Micros | None = None,
    ) -> None:
        """Say that something is wrong, or with None that it is not (any more).

        ``what`` tells apart problems of one code and camera, such as two notification channels;
        ``since`` is when it began, if not now.
        """
        identity = "-".join(part for part in (code.value, camera or "", what) if part)
        known = self._now.get(identity)
        if sentence is None:
            if known is not None:
                del self._now[identity]
                self._publish(ProblemChanged(known, over=True))
        elif known is None:
            begun = self._clock.wall() if since is None else since
            problem = Problem(identity, code, camera, begun, sentence)
            self._now[identity] = problem
            self._publish(ProblemChanged(problem))
        elif known.message != sentence:
            self._now[identity] = replace(known, message=sentence)

    def forget(self, camera: CameraId) -> None:
        """Drop everything about a camera that is gone."""
        for problem in self.now():
            if problem.camera == camera:
                del self._now[problem.id]
                self._publish(ProblemChanged(problem, over=True))
