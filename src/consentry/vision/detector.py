"""Look at a picture: SSDLite on square crops around motion, whole things out."""

from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray
from PIL import Image

from consentry.model.errors import InputError
from consentry.model.vision import Box, Detection, Label, Look, Motion, Sighting
from consentry.vision.crops import Square, squares
from consentry.vision.jpeg import encode_jpeg

_SIDE = 300
_LEAST_SCORE = 0.2
"""Nothing weaker is reported: the tracker follows a known thing down to here."""
_SAME = 0.45
"""Two boxes of a label that overlap so much (IoU) are one thing."""
_SAME_TWICE_NAMED = 0.7
_INSIDE = 0.75
"""A box that lies in another of its label by so much is a part of it, cut off by a crop's edge."""
_GAP = 0.1
_FIT = 0.7
"""Halves of a thing that two crops cut lie closer than .1 of a half, and agree in .7 of a side."""
_EDGE = 0.01
_MOST = 40

_STAND_INS = (7, 9, 74, 75, 77)  # train, boat, mouse, remote, cell phone
"""What a vehicle is called when seen from straight above or in the glare of its lights. Before a
camera nothing of that kind moves by itself and is that large, so it counts as a vehicle there."""
_STAND_IN_WEIGHT = 0.8
_STAND_IN_SCORE = 0.5
_STAND_IN_AREA = 0.02
_STAND_IN_MOVING = 0.5
_CARRIED = 0.3

Floats = NDArray[np.float32]

_CLASSES: tuple[tuple[Label, tuple[int, ...], float], ...] = (
    (Label.PERSON, (1,), 1.0),
    (Label.VEHICLE, (3, 4, 6, 8), 1.0),  # car, motorcycle, bus, truck; a bicycle has a person on it
    (Label.ANIMAL, tuple(range(16, 26)), 1.0),  # bird, cat, dog, horse, ... giraffe
    (Label.VEHICLE, _STAND_INS, _STAND_IN_WEIGHT),
)
"""COCO ids, and how much their score counts."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A box in pixels of the picture, before boxes of the same thing are joined."""

    label: Label
    score: float
    left: float
    top: float
    right: float
    bottom: float
    whole: bool
    """False when a crop's edge cuts it."""
    square: Square
    crop: int
    stand_in: bool
    """True for a class that only means a vehicle if it is large and moves."""


class ObjectDetector:
    """A loaded detector: about 150 MB, one thread. Not to be shared between threads."""

    def __init__(self, weights: Path | None = None) -> None:
        """Load the built weights, or another file with the same inputs and outputs.

        Raises InputError when there is no such file.
        """
        path = weights or built_weights()
        if not path.is_file():
            message = (
                f"The object detector's weights are missing ({path.name}): "
                "run `python -m kit.build` in the checkout."
            )
            raise InputError(message)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # With spinning, two sessions on a busy core were slower than one.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            path.read_bytes(), options, providers=["CPUExecutionProvider"]
        )

    def look(self, look: Look) -> Sighting:
        """Look where something moves: 12-25 ms a crop, at most two crops for a 16:9 picture."""
        height, width = look.picture.rgb.shape[:2]
        image = Image.fromarray(look.picture.rgb)
        found: list[_Found] = []
        features: list[tuple[Floats, Floats]] = []
        for index, square in enumerate(squares(look.motion.boxes, width, height)):
            boxes, scores, middle, deep = self._run(_pixels(image, square))
            found += _read(boxes, scores, square, index, (width, height))
            features.append((middle, deep))
        things = tuple(
            Detection(
                one.label,
                one.score,
                _normalised(one, width, height),
                _embedding(*features[one.crop], one),
            )
            for one in joined(found)
            if not one.stand_in or _is_vehicle(one, look.motion, found, (width, height))
        )
        return Sighting(
            time=look.picture.time,
            motion=look.motion,
            detections=things,
            looked=True,
            picture=encode_jpeg(look.picture.rgb) if things else None,
            aspect=width / height,
        )

    def _run(self, pixels: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        boxes, scores, middle, deep = self._session.run(
            ["boxes", "scores", "middle", "deep"], {"picture": pixels}
        )
        return boxes.reshape(-1, 4), scores[0], middle[0], deep[0]


def built_weights() -> Path:
    """Return where the build step puts the detector, inside the installed package."""
    return Path(str(resources.files("consentry.vision") / "weights" / "ssdlite.onnx"))


def _pixels(image: Image.Image, square: Square) -> Floats:
    box = (square.left, square.top, square.right, square.bottom)
    small = image.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR, box=box, reducing_gap=1.5)
    pixels = np.asarray(small, np.float32)
    return (pixels * np.float32(1 / 127.5) - np.float32(1))[None]


def _read(
    boxes: Floats, scores: Floats, square: Square, crop: int, size: tuple[int, int]
) -> list[_Found]:
    """Keep the boxes [anchors, (top, left, bottom, right)] whose class matters, in pixels."""
    found = []
    for label, ids, weight in _CLASSES:
        best = scores[:, [coco - 1 for coco in ids]].max(axis=1) * weight
        least = _LEAST_SCORE if weight == 1 else _STAND_IN_SCORE * weight
        for anchor in np.flatnonzero(best >= least):
            top, left, bottom, right = (float(v) for v in np.clip(boxes[anchor], 0, 1))
            found.append(
                _Found(
                    label,
                    float(best[anchor]),
                    square.left + left * square.side,
                    square.top + top * square.side,
                    square.left + right * square.side,
                    square.top + bottom * square.side,
                    _is_whole((left, top, right, bottom), square, size),
                    square,
                    crop,
                    stand_in=weight != 1,
                )
            )
    return found


def _is_whole(
    inner: tuple[float, float, float, float], square: Square, size: tuple[int, int]
) -> bool:
    """Tell whether no edge of the crop cuts the box; the picture's own edges do not count."""
    left, top, right, bottom = inner
    width, height = size
    return not (
        (left < _EDGE and square.left > 1)
        or (top < _EDGE and square.top > 1)
        or (right > 1 - _EDGE and square.right < width - 1)
        or (bottom > 1 - _EDGE and square.bottom < height - 1)
    )


def joined(found: list[_Found]) -> list[_Found]:
    """Keep one box for each thing, best first: whole ones win over cut ones."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda f: (f.whole, f.score), reverse=True):
        if len(kept) == _MOST:
            break
        half = next((i for i, other in enumerate(kept) if _are_halves(one, other)), None)
        if half is not None:
            kept[half] = _whole(kept[half], one)
        elif not any(_is_same(one, other) for other in kept):
            kept.append(one)
    return kept


def _is_same(one: _Found, other: _Found) -> bool:
    """Tell whether two boxes show one thing; of two labels only where they cover each other."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return False
    shared = width * height
    area = (one.right - one.left) * (one.bottom - one.top)
    others = (other.right - other.left) * (other.bottom - other.top)
    overlap = shared / (area + others - shared)
    if one.label is not other.label:
        return overlap > _SAME_TWICE_NAMED
    return overlap > _SAME or shared > _INSIDE * area


def _is_vehicle(one: _Found, motion: Motion, found: list[_Found], size: tuple[int, int]) -> bool:
    """Tell whether a stand-in is large, moves as a whole, and isn't carried by somebody."""
    box = _normalised(one, *size)
    moving = sum(box.intersection(region) for region in motion.boxes)
    carried = any(
        other.label is not Label.VEHICLE
        and _normalised(other, *size).intersection(box) > _CARRIED * box.area
        for other in found
    )
    return box.area >= _STAND_IN_AREA and moving >= _STAND_IN_MOVING * box.area and not carried


def _are_halves(one: _Found, other: _Found) -> bool:
    """Tell whether two crops each cut off a part of one thing: the parts meet and fit."""
    if one.whole or other.whole or one.crop == other.crop or one.label is not other.label:
        return False
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    widths, heights = _sides(one, other)
    beside = across > -_GAP * widths[0] and down > _FIT * heights[1]
    above = down > -_GAP * heights[0] and across > _FIT * widths[1]
    return beside or above


def _sides(one: _Found, other: _Found) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the smaller and the larger of the two widths, and of the two heights."""
    w1, w2 = sorted((one.right - one.left, other.right - other.left))
    h1, h2 = sorted((one.bottom - one.top, other.bottom - other.top))
    return (w1, w2), (h1, h2)


def _whole(one: _Found, other: _Found) -> _Found:
    """Join two halves; score and features are those of the better one."""
    return replace(
        one,
        left=min(one.left, other.left),
        top=min(one.top, other.top),
        right=max(one.right, other.right),
        bottom=max(one.bottom, other.bottom),
    )


def _normalised(one: _Found, width: int, height: int) -> Box:
    return Box(one.left / width, one.top / height, one.right / width, one.bottom / height)


def _embedding(middle: Floats, deep: Floats, one: _Found) -> Floats:
    """Pool the two feature maps over the box: 416 numbers, L2-normalised, 0.09 ms."""
    square = one.square
    pooled = []
    for features in (middle, deep):
        size = features.shape[1]
        left, right = ((x - square.left) / square.side * size for x in (one.left, one.right))
        top, bottom = ((y - square.top) / square.side * size for y in (one.top, one.bottom))
        rows = slice(min(int(top), size - 1), max(int(top) + 1, round(bottom)))
        columns = slice(min(int(left), size - 1), max(int(left) + 1, round(right)))
        pooled.append(features[:, rows, columns].mean(axis=(1, 2)))
    vector = np.concatenate(pooled)
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)
