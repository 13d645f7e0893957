"""A painted place before a fixed camera, and what happens there.

A scene repeats exactly after ``CALM`` seconds of nothing, so happenings can be strung together in
any order without a jump (``consentry.simcam.programme``).
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from consentry.simcam.cutout import Sprite
from consentry.simcam.encode import Rgb
from consentry.simcam.texture import Floats

WIDTH, HEIGHT = 1280, 720
CALM = 4
"""Seconds after which a plant is back where it was."""

_GRAIN, _GRAINS = 3, 7
"""Amplitude of the sensor's noise, and how many pictures of it there are."""


class Happening(StrEnum):
    """What happens before the camera; only VISIT is worth an alert."""

    CALM = "calm"
    VISIT = "visit"
    CLOUD = "cloud"
    FLICKER = "flicker"

    @property
    def seconds(self) -> int:
        """How long it takes: a multiple of ``CALM``."""
        return {"visit": 12, "cloud": 8}.get(self.value, CALM)


@dataclass(frozen=True, slots=True)
class Plant:
    """Leaves that sway: ``sway`` is how far the tips go, in pixels."""

    leaves: Sprite
    left: int
    top: int
    sway: float
    phase: float = 0.0


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who walks by from left to right, the sprite's lower edge at row ``bottom``."""

    sprite: Sprite
    bottom: int
    step: float
    """How far it bobs, in pixels."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One place. ``front`` covers rows from ``front_top`` and hides a visitor's legs."""

    name: str
    background: Rgb
    plants: tuple[Plant, ...]
    visitor: Visitor
    front_top: int
    light: tuple[int, int, int, int] | None
    """Left, top, right, bottom of a lamp's shine that flickers; None: the whole picture does."""
    cloud_depth: float

    def picture(self, happening: Happening, time: float) -> Rgb:
        """Paint the moment ``time`` seconds into a happening, with a sensor's noise."""
        picture = self.background.copy()
        if happening is Happening.VISIT:
            self._paint_visitor(picture, time / happening.seconds)
        for plant in self.plants:
            _paint_plant(picture, plant, time)
        if happening is Happening.CLOUD:
            _darken(picture, time / happening.seconds, self.cloud_depth)
        if happening is Happening.FLICKER:
            self._flicker(picture, time)
        # Away from both ends, bytes may be added modulo 256: 0.9 ms instead of 6 with clipping.
        np.clip(picture, _GRAIN, 255 - _GRAIN, out=picture)
        picture += _grain(round(time * 1000) % _GRAINS)
        return picture

    def _paint_visitor(self, picture: Rgb, share: float) -> None:
        sprite = self.visitor.sprite
        width = sprite.shape[1]
        left = round(-width + share * (WIDTH + width))
        bob = self.visitor.step * abs(math.sin(share * math.pi * 16))
        top = self.visitor.bottom - len(sprite) - round(bob)
        place(picture, sprite, left, top)
        picture[self.front_top :] = self.background[self.front_top :]

    def _flicker(self, picture: Rgb, time: float) -> None:
        left, top, right, bottom = self.light or (0, 0, WIDTH, HEIGHT)
        gain = 1 - 0.10 * (0.5 + 0.5 * math.sin(time * 41.0)) * (0.5 + 0.5 * math.sin(time * 2.9))
        area = picture[top:bottom, left:right]
        area[:] = (area * np.float32(gain)).astype(np.uint8)


@lru_cache
def _grain(number: int) -> NDArray[np.uint8]:
    """Return one of a few pictures of noise, negative values as bytes modulo 256."""
    dice = np.random.default_rng(number)
    fine = dice.integers(-_GRAIN, _GRAIN + 1, (HEIGHT // 2, WIDTH // 2), dtype=np.int8)
    grain = np.repeat(np.repeat(fine, 2, axis=0), 2, axis=1).view(np.uint8)
    return np.repeat(grain[..., np.newaxis], 3, axis=2)


def place(picture: NDArray[np.uint8], sprite: Sprite, left: int, top: int) -> None:
    """Lay a sprite over the picture, cut off at its edges."""
    height, width = sprite.shape[:2]
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + width, picture.shape[1]), min(top + height, picture.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    piece = sprite[y0 - top : y1 - top, x0 - left : x1 - left]
    area = picture[y0:y1, x0:x1]
    area[:] = (area * (1 - piece[..., 3:]) + piece[..., :3] * 255).astype(np.uint8)


def _paint_plant(picture: Rgb, plant: Plant, time: float) -> None:
    """Shear the leaves sideways, tips most; gusts of two periods that both divide ``CALM``."""
    turn = 2 * math.pi * time / CALM + plant.phase
    gust = 0.6 * math.sin(turn) + 0.4 * math.sin(2 * turn + 1.0)
    height, width = plant.leaves.shape[:2]
    rise = np.linspace(1, 0, height) ** 1.5
    shift = np.rint(plant.sway * gust * rise).astype(int)
    columns = (np.arange(width)[np.newaxis, :] - shift[:, np.newaxis]) % width
    leaves = np.take_along_axis(plant.leaves, columns[..., np.newaxis], axis=1)
    place(picture, leaves, plant.left, plant.top)


def _darken(picture: Rgb, share: float, depth: float) -> None:
    """Let a cloud's soft shadow, wider than the picture, pass from left to right."""
    across = np.arange(WIDTH, dtype=np.float32) / WIDTH
    centre = -1.2 + 3.4 * share
    shade = 1 - depth * np.exp(-(((across - centre) / 0.55) ** 2))
    picture[:] = (picture * shade[np.newaxis, :, np.newaxis]).astype(np.uint8)


def as_picture(painted: Floats) -> Rgb:
    """Round a painted picture to bytes."""
    return np.clip(painted, 0, 255).astype(np.uint8)
