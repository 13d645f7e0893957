"""Look at a picture: SSDLite on square crops around motion, whole things out."""

from importlib import resources
from pathlib import Path

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray
from PIL import Image

from consentry.model.errors import InputError
from consentry.model.vision import Detection, Label, Look, Motion, Sighting
from consentry.vision.crops import Square, squares
from consentry.vision.found import Found, joined
from consentry.vision.jpeg import encode_jpeg

_SIDE = 300
_MARGIN = 3
"""Pixels around a crop that scaling reads: half a step, and a picture's rows are at most 720."""
_LEAST_SCORE = 0.2
"""Nothing weaker is reported: the tracker follows a known thing down to here."""
_EDGE = 0.01

_STAND_INS = (7, 75, 77)  # train, remote, cell phone
"""What a vehicle is called when seen from straight above. Before a camera nothing of that kind
moves by itself and is that large, so it counts as a vehicle there. Not "mouse": that is what a
spider on the lens is called."""
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
_COLUMNS = {coco: at for at, coco in enumerate(sorted({i for _, ids, _ in _CLASSES for i in ids}))}
"""Where the built detector gives each class's score; it has no others (``kit/models.toml``)."""


class ObjectDetector:
    """A loaded detector: about 150 MB, one thread. Not to be shared between threads."""

    def __init__(self, weights: Path | None = None) -> None:
        """Load the built weights, or another file with the same inputs and outputs.

        Raises InputError when there is no such file, or it names other classes.
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
        scores = next(o for o in self._session.get_outputs() if o.name == "scores")
        if scores.shape[-1] != len(_COLUMNS):
            message = (
                f"The object detector's weights ({path.name}) are of another version: "
                "run `python -m kit.build` in the checkout."
            )
            raise InputError(message)

    def look(self, look: Look) -> Sighting:
        """Look where something moves: 12-25 ms a crop, at most two crops for a 16:9 picture."""
        height, width = look.picture.rgb.shape[:2]
        found: list[Found] = []
        features: list[tuple[Floats, Floats]] = []
        for index, square in enumerate(squares(look.motion.boxes, width, height)):
            boxes, scores, middle, deep = self._run(_pixels(look.picture.rgb, square))
            found += _read(boxes, scores, square, index, (width, height))
            features.append((middle, deep))
        size = (width, height)
        real = [f for f in found if not f.stand_in or _is_vehicle(f, look.motion, found, size)]
        things = tuple(
            Detection(
                one.label, one.score, one.normalised(size), _embedding(*features[one.crop], one)
            )
            for one in joined(real)
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


def _pixels(rgb: NDArray[np.uint8], square: Square) -> Floats:
    """Return the square as the network wants it: 0.6 ms, most of it Pillow's scaling.

    Only the rows and columns that scaling reads are handed to Pillow, which copies them twice.
    """
    left, top = (max(int(edge) - _MARGIN, 0) for edge in (square.left, square.top))
    right, bottom = (int(edge) + 1 + _MARGIN for edge in (square.right, square.bottom))
    image = Image.fromarray(rgb[top:bottom, left:right])
    box = (square.left - left, square.top - top, square.right - left, square.bottom - top)
    small = np.asarray(image.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR, box=box))
    pixels: Floats = np.multiply(small, np.float32(1 / 127.5), dtype=np.float32)
    pixels -= np.float32(1)
    return pixels[None]


def _read(
    boxes: Floats, scores: Floats, square: Square, crop: int, size: tuple[int, int]
) -> list[Found]:
    """Keep the boxes [anchors, (top, left, bottom, right)] whose class matters, in pixels.

    Of 1917 anchors some ten have a score worth reading; the others are left out first.
    """
    anchors = np.unique(np.flatnonzero(scores >= _LEAST_SCORE) // scores.shape[1])
    boxes, scores = boxes[anchors], scores[anchors]
    found = []
    for label, ids, weight in _CLASSES:
        best = scores[:, [_COLUMNS[coco] for coco in ids]].max(axis=1) * weight
        least = _LEAST_SCORE if weight == 1 else _STAND_IN_SCORE * weight
        for at in np.flatnonzero(best >= least):
            top, left, bottom, right = (float(v) for v in np.clip(boxes[at], 0, 1))
            found.append(
                Found(
                    label,
                    float(best[at]),
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


def _is_vehicle(one: Found, motion: Motion, found: list[Found], size: tuple[int, int]) -> bool:
    """Tell whether a stand-in is large, moves as a whole, and isn't carried by somebody."""
    box = one.normalised(size)
    moving = sum(box.intersection(region) for region in motion.boxes)
    carried = any(
        other.label is not Label.VEHICLE
        and other.normalised(size).intersection(box) > _CARRIED * box.area
        for other in found
    )
    return box.area >= _STAND_IN_AREA and moving >= _STAND_IN_MOVING * box.area and not carried


def _embedding(middle: Floats, deep: Floats, one: Found) -> Floats:
    """Pool the two feature maps over the box: 416 numbers, L2-normalised, 0.09 ms."""
    square = one.square
    pooled = []
    for features in (middle, deep):
        size = features.shape[1]
        scale = size / square.side
        rows = _cells((one.top - square.top) * scale, (one.bottom - square.top) * scale, size)
        columns = _cells((one.left - square.left) * scale, (one.right - square.left) * scale, size)
        pooled.append(features[:, rows, columns].mean(axis=(1, 2)))
    vector = np.concatenate(pooled)
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)


def _cells(begin: float, end: float, size: int) -> slice:
    """Return the cells from ``begin`` to ``end`` that exist, at least one."""
    first = min(max(int(begin), 0), size - 1)
    return slice(first, min(max(first + 1, round(end)), size))
