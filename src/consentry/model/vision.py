"""What is seen in a picture.

Coordinates are normalised to the stream that made them: 0..1, x right, y down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from consentry.model.media import Picture
from consentry.model.time import Micros


class Label(StrEnum):
    """What a person would call the thing."""

    PERSON = "person"
    VEHICLE = "vehicle"
    ANIMAL = "animal"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, normalised."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """Share of the picture, 0..1."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    @property
    def center(self) -> tuple[float, float]:
        """Middle (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def foot(self) -> tuple[float, float]:
        """Middle of the lower edge: where a thing stands. Zones ask for this point."""
        return (self.left + self.right) / 2, self.bottom

    def intersection(self, other: "Box") -> float:
        """Return the shared area."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    def grown(self, share: float) -> "Box":
        """Return the box with its sides longer by ``share`` of them at either end."""
        across, down = share * (self.right - self.left), share * (self.bottom - self.top)
        return Box(self.left - across, self.top - down, self.right + across, self.bottom + down)

    def iou(self, other: "Box") -> float:
        """Intersection over union, 0..1."""
        shared = self.intersection(other)
        union = self.area + other.area - shared
        return shared / union if union > 0 else 0.0

    @staticmethod
    def hull(boxes: Sequence["Box"]) -> "Box":
        """Return the smallest box around all of them, of which there is one at least."""
        return Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )


@dataclass(frozen=True, slots=True)
class Detection:
    """One thing in one picture.

    ``embedding`` is float32 [416], L2-normalised, or None where not asked for.
    """

    label: Label
    score: float
    box: Box
    embedding: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Motion:
    """Where one picture differs from the background.

    ``boxes`` are the joined moving regions; ``share`` is the moving share of the unmasked
    picture, 0..1; ``global_change`` is True when the light or the whole view changed (then boxes
    are empty).
    """

    time: Micros
    boxes: tuple[Box, ...]
    share: float
    global_change: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """A picture worth looking at, from the watcher to the detector."""

    picture: Picture
    motion: Motion


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one look found: the answer to one picture, in picture order per camera.

    ``looked`` is False when only motion was measured (no detector ran). ``picture`` is a JPEG of
    the whole picture, present when there is something worth showing. ``aspect`` is the picture's
    width over its height as shown.
    """

    time: Micros
    motion: Motion
    detections: tuple[Detection, ...]
    looked: bool
    picture: bytes | None = None
    aspect: float = 16 / 9
