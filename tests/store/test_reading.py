"""How little is read and opened for what is shown."""

import logging
from dataclasses import dataclass, field

import pytest

from consentry.model.media import TrackKind
from consentry.model.time import SECOND, Micros, Span
from consentry.seal import DataKey, Household, HouseholdPublic
from consentry.store import export
from consentry.store.footage import Footage
from tests.store.film import START, film, numbers
from tests.store.house import DOOR, House

WHOLE = Span(START, Micros(START + 3600 * SECOND))


@dataclass
class Counting:
    """An ``Opener`` that notes the contexts of the keys it opened."""

    household: Household
    opened: list[str] = field(default_factory=list)

    @property
    def public(self) -> HouseholdPublic:
        """The half that seals."""
        return self.household.public

    def open_key(self, sealed: bytes, context: str) -> DataKey:
        """Open and note it."""
        self.opened.append(context)
        return self.household.open_key(sealed, context)

    def open_blob(self, sealed: bytes, context: str) -> bytes:
        """Open it."""
        return self.household.open_blob(sealed, context)


def test_listing_opens_one_key(house: House) -> None:
    """A page lists many segments to play one: only that one's key is opened further."""
    house.record(film(seconds=250))
    opener = Counting(house.household)
    footage = Footage(house.database, opener, house.volume)
    listed = footage.segments(DOOR, WHOLE)
    assert len(listed) > 3
    assert len(opener.opened) == 1
    for _ in range(2):
        assert list(footage.fragments(listed[2], listed[2].span, TrackKind.VIDEO))
    assert len(opener.opened) == 2
    assert listed[2].id in opener.opened[1]


@pytest.mark.parametrize(
    ("codec", "open_groups"), [("h264", False), ("hevc", False), ("hevc", True)]
)
@pytest.mark.parametrize("within", [100, 0])
def test_behind_a_damaged_unit_every_picture_is_whole(
    house: House, codec: str, within: int, *, open_groups: bool
) -> None:
    """A flipped bit costs its group; all that is shown again decodes to what was recorded."""
    house.record(film(seconds=20, codec=codec, b_frames=2 * open_groups, open_groups=open_groups))
    (segment,) = house.recorded()
    (path,) = house.volume.path.rglob("*.seg")
    content = bytearray(path.read_bytes())
    content[segment.key_frames[4].offset + within] ^= 1  # the unit that begins at 8 s
    path.write_bytes(content)
    init = house.footage.init(segment, TrackKind.VIDEO)
    played = numbers(init + b"".join(house.footage.fragments(segment, WHOLE, TrackKind.VIDEO)))
    exported = numbers(b"".join(export.plan(house.footage, DOOR, WHOLE).chunks()))
    for shown in (played, exported):
        assert set(range(200)) - set(shown) <= set(range(76, 104))
        assert set(range(76)) | set(range(104, 200)) <= set(shown)
        assert shown == sorted(set(shown))


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_reading_ends_where_the_wanted_track_does(
    house: House, codec: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A second of pictures is read without the seconds behind it, which may be damaged."""
    house.record(film(seconds=20, codec=codec, audio="aac"))
    (segment,) = house.recorded()
    (path,) = house.volume.path.rglob("*.seg")
    content = bytearray(path.read_bytes())
    content[segment.key_frames[4].offset + 100] ^= 1  # the unit that begins at 8 s
    path.write_bytes(content)
    span = Span(Micros(START + 6 * SECOND), Micros(START + 7 * SECOND))
    with caplog.at_level(logging.WARNING):
        shown = list(house.footage.fragments(segment, span, TrackKind.VIDEO))
    assert len(shown) == 10
    assert caplog.text == ""
