"""Cameras, events, motion, gaps, kept clips and settings in the database."""

from dataclasses import replace

import apsw
import numpy as np
import pytest

from consentry.model.camera import Camera, LabelRule, Place, StreamAddress, Zone
from consentry.model.errors import ConflictError, InputError, IntegrityError, NotFoundError
from consentry.model.event import Correction, Verdict
from consentry.model.ids import CameraId, EventId
from consentry.model.media import Gap, StreamName
from consentry.model.secret import Secret
from consentry.model.settings import Language, Settings
from consentry.model.time import DAY, SECOND, Micros, Span
from consentry.model.vision import Label
from consentry.store import cameras, events, gaps, kept, motion, settings
from consentry.store.kept import ClipId
from tests.store.film import START, film
from tests.store.house import DOOR, House, event, span

YARD = Camera(
    CameraId("yard000000000001"),
    "Yard",
    StreamAddress(StreamName.MAIN, "rtsps://192.0.2.2/main"),
    sub=StreamAddress(StreamName.SUB, "rtsps://192.0.2.2/sub"),
    place=Place.OUTDOOR,
    user="owner",
    password=Secret("p@ss word"),
    audio=False,
    record_sub=True,
    zones=(Zone("Path", ((0.0, 0.0), (1.0, 0.0), (0.5, 1.0)), frozenset({Label.PERSON})),),
    masks=(((0.0, 0.0), (0.1, 0.0), (0.1, 0.1)),),
    rules={Label.VEHICLE: LabelRule(enabled=False)},
    snoozed_until=Micros(START),
    order=1,
)


def test_camera_comes_back_whole(house: House) -> None:
    """Every setting of a camera survives, its password too, and order is the owner's."""
    house.database.call(cameras.add, YARD)
    assert house.database.call(cameras.get, YARD.id) == YARD
    assert [camera.id for camera in house.database.call(cameras.all)] == [DOOR, YARD.id]
    changed = replace(YARD, name="Garden", sub=None, order=-1, snoozed_until=None)
    house.database.call(cameras.change, changed)
    assert house.database.call(cameras.all)[0] == changed
    assert house.database.call(cameras.named, "garden") == changed


def test_two_cameras_of_one_name_are_refused(house: House) -> None:
    """A name that is taken, in whatever case, is a conflict with one sentence."""
    with pytest.raises(ConflictError, match="already a camera named 'FRONT door'"):
        house.database.call(cameras.add, replace(YARD, name="FRONT door"))
    house.database.call(cameras.add, YARD)
    with pytest.raises(ConflictError, match="already a camera named"):
        house.database.call(cameras.change, replace(YARD, name="Front Door"))


def test_unknown_things_are_one_sentence(house: House) -> None:
    """What does not exist is a NotFoundError that names it."""
    for call, value in ((cameras.get, "x"), (cameras.named, "x"), (events.get, "x")):
        with pytest.raises(NotFoundError, match="x"):
            house.database.call(call, value)  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        house.database.call(kept.remove, ClipId("x"))


def test_events_page_newest_first(house: House) -> None:
    """Pages follow each other without a double or a hole, also when starts are equal."""
    for index in range(25):
        house.database.call(events.put, event(f"e{index:02}", index // 2, index))
    found: list[str] = []
    before: EventId | None = None
    while page := house.database.call(events.find, before=before, limit=4):
        found += [e.id for e in page]
        before = page[-1].id
    assert found == [f"e{index:02}" for index in reversed(range(25))]


def test_events_are_filtered(house: House) -> None:
    """Camera, label, alert and time select."""
    house.database.call(cameras.add, YARD)
    house.database.call(events.put, event("a", 0, 1))
    house.database.call(events.put, replace(event("b", 5, 6), label=Label.ANIMAL, alert=False))
    house.database.call(events.put, replace(event("c", 9, 10), camera=YARD.id))

    def find(**filters: object) -> list[str]:
        return [e.id for e in house.database.call(events.find, **filters)]  # type: ignore[arg-type]

    assert find(cameras=[DOOR]) == ["b", "a"]
    assert find(label=Label.ANIMAL) == ["b"]
    assert find(alert=True) == ["c", "a"]
    assert find(since=span(5, 6).start, until=span(9, 10).start) == ["b"]
    assert house.database.call(events.find)[0].path == ()
    assert len(house.database.call(events.find, boxes=True)[0].path) == 1


def test_event_grows_and_keeps_its_correction(house: House) -> None:
    """A later state replaces the earlier; picture and correction stay where none is given."""
    first = replace(event("e", 1, 2), end=None)
    picture = events.seal_picture(house.household.public, first.id, b"jpeg")
    house.database.call(events.put, first, picture=picture)
    assert [e.id for e in house.database.call(events.unfinished)] == ["e"]
    corrected = house.database.call(
        events.correct, first.id, Correction(Verdict.WRONG_KIND, Label.ANIMAL)
    )
    assert corrected.correction == Correction(Verdict.WRONG_KIND, Label.ANIMAL)
    house.database.call(events.put, event("e", 1, 8))
    found = house.database.call(events.get, first.id)
    assert found.end == span(0, 8).end
    assert found.correction == corrected.correction
    sealed = house.database.call(events.picture, first.id)
    assert events.open_picture(house.household, first.id, sealed) == b"jpeg"
    assert house.database.call(events.correct, first.id, None).correction is None


@pytest.mark.parametrize(
    "correction", [Correction(Verdict.WRONG_KIND), Correction(Verdict.RIGHT, Label.PERSON)]
)
def test_correction_must_make_sense(house: House, correction: Correction) -> None:
    """A wrong kind needs the right one; nothing else does."""
    house.database.call(events.put, event("e", 1, 2))
    with pytest.raises(InputError, match="which kind"):
        house.database.call(events.correct, EventId("e"), correction)


def test_embedding_is_sealed_to_its_event(house: House) -> None:
    """An embedding opens for its own event only."""
    vector = np.linspace(-1, 1, 416, dtype=np.float32)
    sealed = events.seal_embedding(house.household.public, EventId("a"), vector)
    assert np.array_equal(events.open_embedding(house.household, EventId("a"), sealed), vector)
    with pytest.raises(IntegrityError):
        events.open_embedding(house.household, EventId("b"), sealed)


def test_motion_joins_its_neighbours(house: House) -> None:
    """Spans closer than two seconds are one; a span in a hole joins both sides."""
    for start, end in ((0, 1), (10, 11), (1.5, 2), (20, 21), (2.5, 9)):
        house.database.call(motion.add, DOOR, span(start, end))
    found = house.database.call(motion.within, DOOR, span(-1, 100))
    assert found == (span(0, 11), span(20, 21))
    assert house.database.call(motion.within, DOOR, span(11.5, 19)) == ()


def test_gap_goes_on_for_the_same_reason(house: House) -> None:
    """A gap told in pieces is one gap; another reason begins another."""
    for start, end, reason in ((0, 5, "stalled"), (5, 9, "stalled"), (9, 12, "storage")):
        gap = Gap(DOOR, StreamName.MAIN, span(start, end), reason)
        house.database.call(gaps.add, gap)
    found = house.database.call(gaps.within, DOOR, span(0, 100))
    assert [(gap.span, gap.reason) for gap in found] == [
        (span(0, 9), "stalled"),
        (span(9, 12), "storage"),
    ]


def test_clip_must_hold_footage(house: House) -> None:
    """A clip to keep has footage, lasts more than nothing and at most a day."""
    house.record(film(seconds=10))
    for wrong in (span(3, 3), Span(START, Micros(START + DAY + 1))):
        with pytest.raises(InputError):
            house.database.call(kept.add, DOOR, wrong, note="", now=START)
    with pytest.raises(NotFoundError):
        house.database.call(kept.add, DOOR, span(50, 60), note="", now=START)
    clip = house.database.call(kept.add, DOOR, span(2, 8), note="The fox", now=START)
    assert house.database.call(kept.all) == (clip,)


def test_settings_have_defaults_until_changed(house: House) -> None:
    """A new household has the defaults; a change is kept."""
    assert house.database.call(settings.load) == Settings()
    changed = Settings(language=Language.GERMAN, cool_down=Micros(90 * SECOND))
    house.database.call(settings.save, changed)
    assert house.database.call(settings.load) == changed


def test_seek_uses_the_index_alone(house: House) -> None:
    """The question which segments touch a span is answered from an index, not by a scan."""

    def explain(connection: apsw.Connection) -> str:
        rows = connection.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM segments s WHERE s.camera = ? AND s.stream = ? "
            "AND s.start < ? AND s.start > ? AND (s.end > ? OR s.end IS NULL)",
            (DOOR, "main", 2, 1, 1),
        )
        return " ".join(str(row[3]) for row in rows)

    plan = house.database.call(explain)
    assert "SEARCH s USING INDEX segments_by_time (camera=? AND stream=? AND start>?" in plan
