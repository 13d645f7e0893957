"""The detector finds a person and a cat in painted scenes, and nothing in an empty one."""

from pathlib import Path

import numpy as np
import pytest

from consentry.model.errors import InputError
from consentry.model.time import Micros
from consentry.model.vision import Box, Label, Look, Motion
from consentry.vision.detector import ObjectDetector
from tests.vision.painted_scene import (
    HEIGHT,
    WIDTH,
    Rgb,
    astronaut,
    background,
    cat,
    frame,
    with_thing,
)


@pytest.fixture(scope="module")
def detector() -> ObjectDetector:
    """Return the detector as built."""
    return ObjectDetector()


def look_at(rgb: Rgb, *moving: Box) -> Look:
    """Return a look at a picture in which these regions move."""
    return Look(frame(rgb).picture(), Motion(Micros(0), moving, 0.1))


def box_of(thing: Rgb, left: int, top: int) -> Box:
    """Return where a thing was painted, normalised."""
    height, width = thing.shape[:2]
    return Box(left / WIDTH, top / HEIGHT, (left + width) / WIDTH, (top + height) / HEIGHT)


@pytest.mark.parametrize(
    ("thing", "label"), [(astronaut(220), Label.PERSON), (cat(140), Label.ANIMAL)]
)
@pytest.mark.parametrize("left", [20, 230, 400])
def test_a_thing_is_found_where_it_stands(
    detector: ObjectDetector, thing: Rgb, label: Label, left: int
) -> None:
    """The best box of the right kind covers the thing, wherever in the picture it is."""
    where = box_of(thing, left, 100)
    sighting = detector.look(look_at(with_thing(background(), thing, left, 100), where))
    best = max(sighting.detections, key=lambda d: d.score)
    assert best.label is label
    assert best.score > 0.5
    assert best.box.iou(where) > 0.4
    assert sighting.looked
    assert sighting.picture is not None
    assert sighting.picture.startswith(b"\xff\xd8")


def test_one_thing_in_two_crops_is_one_detection(detector: ObjectDetector) -> None:
    """Where crops overlap the same person is not reported twice."""
    person = astronaut(220)
    where = box_of(person, 220, 100)
    corners = (Box(0.0, 0.0, 0.1, 0.1), Box(0.9, 0.9, 1.0, 1.0))
    sighting = detector.look(look_at(with_thing(background(), person, 220, 100), where, *corners))
    (found,) = [d for d in sighting.detections if d.label is Label.PERSON and d.score > 0.4]
    assert found.box.iou(where) > 0.6
    assert found.embedding is not None
    assert np.isfinite(found.embedding).all()


def test_an_empty_yard_holds_nothing(detector: ObjectDetector) -> None:
    """Where nothing is, nothing is reported and no picture is made."""
    sighting = detector.look(look_at(background(), Box(0.4, 0.4, 0.6, 0.6)))
    assert [d for d in sighting.detections if d.score > 0.4] == []


def test_the_embedding_tells_things_apart(detector: ObjectDetector) -> None:
    """Two pictures of the person are more alike than the person and the cat."""
    person, animal = astronaut(220), cat(140)
    vectors = []
    for thing, left in ((person, 60), (person, 330), (animal, 60)):
        rgb = with_thing(background(), thing, left, 100)
        found = detector.look(look_at(rgb, box_of(thing, left, 100))).detections
        vector = max(found, key=lambda d: d.score).embedding
        assert vector is not None
        assert vector.shape == (416,)
        assert vector.dtype == np.float32
        assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-4)
        vectors.append(vector)
    assert float(vectors[0] @ vectors[1]) > float(vectors[0] @ vectors[2])


def test_missing_weights_are_said_in_one_sentence(tmp_path: Path) -> None:
    """Without weights the error names the file and what to run."""
    with pytest.raises(InputError, match=r"none\.onnx.*kit\.build"):
        ObjectDetector(tmp_path / "none.onnx")
