"""What brokers still have to forget, over restarts and without end of memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consentry.model.ids import CameraId
from consentry.model.settings import ChannelId
from consentry.store import owed
from consentry.store.database import Database

MQTT, OTHER = ChannelId("mqtt"), ChannelId("other")
DOOR, YARD = CameraId("door"), CameraId("yard")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Open a database."""
    with Database.open(tmp_path / "consentry.db", bytes(range(32))) as database:
        yield database


def test_what_is_owed_stays_until_it_is_paid(database: Database) -> None:
    """Of two channels each forgets by itself; a camera that is named twice is owed once."""
    for camera in (DOOR, YARD, DOOR):
        database.call(owed.add, [MQTT, OTHER], camera)
    database.call(owed.paid, MQTT, [DOOR])
    left = database.call(owed.load, [MQTT, OTHER])
    assert left == {MQTT: {YARD}, OTHER: {DOOR, YARD}}


def test_nothing_is_owed_to_a_channel_that_is_gone(database: Database) -> None:
    """Its password is gone with it: nobody could pay."""
    database.call(owed.add, [MQTT, OTHER], DOOR)
    assert database.call(owed.load, [MQTT]) == {MQTT: {DOOR}}
    assert database.call(owed.load, [MQTT, OTHER]) == {MQTT: {DOOR}}


def test_a_broker_that_never_comes_back_costs_no_more(database: Database) -> None:
    """Beyond the bound the oldest goes."""
    for number in range(owed.MOST + 5):
        database.call(owed.add, [MQTT], CameraId(f"camera{number}"))
    left = database.call(owed.load, [MQTT])[MQTT]
    assert len(left) == owed.MOST
    assert CameraId("camera4") not in left
    assert CameraId("camera5") in left
