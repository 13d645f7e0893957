"""Deleting footage that a recorder still writes, and does not close."""

from pathlib import Path

import pytest

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.errors import ConflictError
from consentry.seal.lock import Cost
from tests.store.film import film
from tests.store.house import DOOR, build, span


async def test_a_recorder_that_does_not_close_is_a_sentence(tmp_path: Path) -> None:
    """Who deletes is told that it cannot be done yet; when it is closed it goes."""
    recorded = film(seconds=20)
    async with Hub(
        Config(data=tmp_path), work=Work.NOTHING, cost=Cost(memory=32, passes=1, lanes=4)
    ) as hub:
        house = build(tmp_path)  # what a recorder of this house does, with nobody to tell it
        try:
            await hub.cameras.load()
            writer = house.writer()
            writer.begin(recorded.run)
            house.feed(writer, recorded.parts[:150])
            hub._eraser.patience_s = 0.5
            with pytest.raises(ConflictError, match="still being written"):
                await hub.erase(DOOR, span(5, 12))
            house.feed(writer, recorded.parts[150:])
            writer.close()
            await hub.erase(DOOR, span(5, 12))
        finally:
            house.database.close()
