"""A fresh household for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.house import House, build


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Return a household with one camera and nothing recorded."""
    house = build(tmp_path)
    yield house
    house.database.close()
