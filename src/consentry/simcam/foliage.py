"""Bushes and pot plants, drawn leaf by leaf."""

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from consentry.simcam.cutout import Sprite
from consentry.simcam.texture import Colour


@dataclass(frozen=True, slots=True)
class Leaves:
    """How a plant's leaves look: length in pixels, slimness (width by length), colour."""

    count: int
    length: int
    slim: float
    colour: Colour
    seed: int


def bush(width: int, height: int, leaves: Leaves) -> Sprite:
    """Draw a round bush of many leaves, lighter towards the top; with a margin to sway in."""
    dice = np.random.default_rng(leaves.seed)
    canvas = Image.new("RGBA", (2 * width, 2 * height))
    draw = ImageDraw.Draw(canvas)
    for depth in np.linspace(0, 1, leaves.count):  # from the dark inside to the light outside
        turn, reach = dice.uniform(0, 2 * math.pi), dice.uniform(0, 1) ** 0.5
        x = width + reach * math.cos(turn) * width * 0.78
        y = height * 1.1 + reach * math.sin(turn) * height * 0.8
        light = 0.45 + 0.5 * depth + 0.25 * (1 - y / (2 * height)) + dice.uniform(-0.08, 0.08)
        _leaf(draw, (x, y), dice.uniform(0, 2 * math.pi), leaves, light=light)
    return _sprite(canvas)


def pot_plant(width: int, height: int, leaves: Leaves) -> Sprite:
    """Draw long leaves that fan out from the middle of the lower edge."""
    dice = np.random.default_rng(leaves.seed)
    canvas = Image.new("RGBA", (2 * width, 2 * height))
    draw = ImageDraw.Draw(canvas)
    for number in range(leaves.count):
        turn = -math.pi / 2 + dice.uniform(-0.95, 0.95)
        long = Leaves(
            1, round(dice.uniform(0.6, 1.0) * leaves.length), leaves.slim, leaves.colour, 0
        )
        light = 0.6 + 0.5 * number / leaves.count
        _leaf(draw, (width, 2 * height - 4), turn, long, light=light)
    return _sprite(canvas)


def _leaf(
    draw: ImageDraw.ImageDraw, root: tuple[float, float], turn: float, leaf: Leaves, *, light: float
) -> None:
    """Draw one leaf as a lens from ``root`` in the direction ``turn``."""
    along = np.array([math.cos(turn), math.sin(turn)]) * leaf.length * 2
    aside = np.array([-along[1], along[0]]) * leaf.slim
    start = np.array(root)
    shares = np.linspace(0, 1, 9)
    edge = [start + along * s + aside * math.sin(math.pi * s) for s in shares]
    back = [start + along * s - aside * math.sin(math.pi * s) for s in shares[::-1]]
    fill = tuple(min(255, round(part * light)) for part in leaf.colour)
    draw.polygon([tuple(point) for point in (*edge, *back)], fill=(*fill, 255))


def _sprite(canvas: Image.Image) -> Sprite:
    half = (canvas.width // 2, canvas.height // 2)
    small = canvas.resize(half, Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(0.6))
    pixels = np.asarray(small, np.float32) / np.float32(255)
    pixels[..., :3] *= pixels[..., 3:]
    return pixels
