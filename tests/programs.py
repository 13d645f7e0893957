"""Programs that tests drive and that pip cannot bring: Chromium, Mosquitto, FFmpeg, motion."""

import os
import shutil

import pytest


def program(name: str) -> str:
    """Return the program's path.

    Where it is missing the test is skipped with the reason, or fails when CONSENTRY_REQUIRE_ALL is
    set, as .ci/run does: there nothing may be left out silently.
    """
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is not None:
        return found
    reason = f"{name} is not installed (`make test` as root installs it with apt-get)"
    if os.environ.get("CONSENTRY_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)
