"""What every test has: no clock that decides, nothing left open, and a worker of its own file."""

import gc
import os
from collections.abc import Iterator

import hypothesis
import pytest
from pytest_asyncio.plugin import PytestAsyncioFunction
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

hypothesis.settings.register_profile("consentry", deadline=None)
hypothesis.settings.load_profile("consentry")

os.environ.setdefault("CONSENTRY_STOP_SECONDS", "60")  # of every hub that a test starts

BROWSER = "tests/browser/"


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    """Fail the test that left a socket, file or transport to the garbage collector.

    Otherwise whichever later test the collector happens to run in fails, and not every time.
    """
    yield
    gc.collect()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker ends long after the others.

    Files that drive a browser of their own from an event loop come before those that share one:
    while Playwright's blocking interface is up, no other event loop can run in its thread.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    looping = {item.path for item in items if isinstance(item, PytestAsyncioFunction)}

    def place(item: pytest.Item) -> tuple[bool, bool, bool]:
        browser = item.nodeid.startswith(BROWSER)
        return not browser, browser and item.path not in looping, item.path not in slow

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """Take what was imported out of the collector's way: it runs after every test."""
    gc.collect()
    gc.freeze()


class FileByFile(LoadFileScheduling):
    """Gives each worker a file at a time, and one worker all that share a browser and its hubs."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileByFile:
    """Distribute in the order above, which is not xdist's: most tests first."""
    config.option.loadscopereorder = False
    return FileByFile(config, log)
