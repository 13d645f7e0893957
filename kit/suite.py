"""Run the tests, and what failed beside the others once more: ``-m kit.suite WORKERS TESTS``.

TESTS is whatever pytest takes. Several workers keep a machine busier than any household does, and
now and then a test of processes and sockets does not bear it. So what failed runs again with
nothing beside it, and what fails again has failed. Only failures get that chance: a run that was
interrupted, that could not collect, or that lost tests with a worker has failed, whatever its last
words.
"""

import subprocess
import sys
from collections.abc import Iterable

import pytest

MOST = 10
"""Failures worth another run. More are no accident of a busy machine."""


class Outcome:
    """What a run has shown; a pytest plugin, in the process that gives the workers their tests."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.failed: dict[str, None] = {}
        self._over: set[str] = set()
        self._collected = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note each test that failed, in a fixture or by ending its worker too."""
        if report.failed:
            self.failed[report.nodeid] = None
        if report.failed or report.when == "teardown":
            self._over.add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Note how many there were."""
        self._collected = session.testscollected

    @property
    def lost(self) -> int:
        """Return how many tests were collected and never ended."""
        return self._collected - len(self._over)


def run(tests: Iterable[str], *, workers: int) -> int:
    """Run the tests and return the exit status: 0 when each passed, at the second try at least."""
    outcome = Outcome()
    status = pytest.main(["-n", str(workers), *tests], plugins=[outcome])
    failed = list(outcome.failed)
    if status != pytest.ExitCode.TESTS_FAILED:
        return int(status)
    if outcome.lost or not failed:  # not failed: the workers did not even collect the same
        _say(f"the run itself went wrong ({outcome.lost} tests never ended)")
        return int(status)
    if len(failed) > MOST:
        _say(f"{len(failed)} failed: too many for an accident, none runs again")
        return int(status)
    _say("once more, with nothing beside it, what failed; what fails again has failed", failed)
    # In a worker, though there is only one: a test that ends its process has failed.
    again = subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, "-m", "pytest", "-n", "1", *failed], check=False
    )
    if again.returncode == 0:
        _say("all passed, but not all at the first try; these did not bear company", failed)
    return again.returncode


def _say(sentence: str, tests: Iterable[str] = ()) -> None:
    print("\n  ".join((f"test: {sentence}", *tests)), flush=True)  # noqa: T201 - a build step talks


if __name__ == "__main__":
    sys.exit(run(sys.argv[2:], workers=int(sys.argv[1])))
