"""What every test has: no clock that decides, and an event loop that nobody else runs in."""

import hypothesis
import pytest

hypothesis.settings.register_profile("consentry", deadline=None)
hypothesis.settings.load_profile("consentry")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser's tests last.

    As long as its browser is open, Playwright's synchronous interface keeps an event loop running
    in the main thread, and no asynchronous test can run beside it.
    """
    items.sort(key=lambda item: "tests/browser/" in item.path.as_posix())
