"""Problems, crash loops and the feed that tells of them."""

import asyncio

from consentry.clock import Clock
from consentry.home.child import Crash
from consentry.home.crashes import LOOP, Crashes
from consentry.home.feed import QUEUE_LIMIT, Feed
from consentry.home.problems import Problems
from consentry.model.feed import CameraGone, ProblemChanged
from consentry.model.ids import CameraId
from consentry.model.status import ProblemCode
from consentry.model.time import MINUTE, Micros


class StillClock:
    """Both clocks show what was set."""

    def __init__(self) -> None:
        """Start at one."""
        self.now = Micros(1)

    def wall(self) -> Micros:
        """Return what was set."""
        return self.now

    def monotonic(self) -> Micros:
        """Return what was set."""
        return self.now


CLOCK: Clock = StillClock()


def test_a_problem_is_told_once_and_once_when_it_is_over() -> None:
    """Reporting again changes the sentence silently; its end is told with the last sentence."""
    told: list[ProblemChanged] = []
    board = Problems(CLOCK, told.append)
    door = CameraId("door")
    board.report(ProblemCode.CAMERA_DOWN, "It is away.", camera=door)
    board.report(ProblemCode.CAMERA_DOWN, "It is still away.", camera=door)
    board.report(ProblemCode.DISK_FULL, None)
    assert [problem.message for problem in board.now()] == ["It is still away."]
    board.report(ProblemCode.CAMERA_DOWN, None, camera=door)
    assert board.now() == ()
    assert [(change.problem.id, change.over) for change in told] == [
        ("camera_down-door", False),
        ("camera_down-door", True),
    ]


def test_problems_of_a_removed_camera_end_with_it() -> None:
    """Forgetting a camera ends its problems and no other's."""
    told: list[ProblemChanged] = []
    board = Problems(CLOCK, told.append)
    for camera in ("door", "yard"):
        board.report(ProblemCode.CAMERA_DOWN, "Away.", camera=CameraId(camera))
    board.forget(CameraId("door"))
    assert [problem.camera for problem in board.now()] == ["yard"]
    assert told[-1].over


def test_three_crashes_in_two_minutes_are_a_loop() -> None:
    """One or two crashes are mended silently; three are told, until two minutes without any."""
    clock = StillClock()
    crashes = Crashes(clock)
    for _ in range(LOOP):
        assert crashes.loops().get("detector") is None
        crashes.note(Crash("detector", 1, None))
    sentence = crashes.loops()["detector"]
    assert sentence is not None
    assert sentence.startswith("The detector ended with status 1. That happens again and again.")
    clock.now = Micros(clock.now + 3 * MINUTE)
    assert crashes.loops() == {"detector": None}


async def test_a_page_that_lags_loses_the_oldest_messages() -> None:
    """The feed never waits for a page; what it cannot keep is counted."""
    feed = Feed()
    async with feed.subscribe() as messages:
        for number in range(QUEUE_LIMIT + 3):
            feed.publish(CameraGone(CameraId(str(number))))
        async with asyncio.timeout(60):
            assert await anext(messages) == CameraGone(CameraId("3"))
    assert feed.dropped == 3
    feed.publish(CameraGone(CameraId("nobody listens")))
