"""Surfaces for painted scenes: cloudy noise, and photographed grass, gravel and brick.

The photographed ones are CC0 pictures that scikit-image bundles (the ``demo`` extra); they are
grey and get their colour here. Colours are 0..255, pictures float32 [height, width, 3].
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from consentry.simcam.photo import photo

Floats = NDArray[np.float32]
Colour = tuple[int, int, int]


def photographed(name: str) -> Floats:
    """Return a seamless grey texture, 1024 x 1024, mean 0, deviation 1."""
    grey = photo(name).astype(np.float32)
    tile = np.asarray((grey - grey.mean()) / grey.std(), np.float32)
    across = np.concatenate([tile, tile[:, ::-1]], axis=1)
    return np.concatenate([across, across[::-1]], axis=0)


def tinted(grey: Floats, colour: Colour, *, contrast: float) -> Floats:
    """Colour a grey texture: ``contrast`` is the deviation in shades of 255."""
    base = np.array(colour, np.float32)
    weight = base * np.float32(contrast / float(base.max()))
    return np.asarray(base + grey[..., np.newaxis] * weight, np.float32)


def flat(grey: Floats, width: int, height: int, *, zoom: float) -> Floats:
    """Cut a patch of a texture seen head-on; ``zoom`` under 1 makes it finer."""
    columns, rows = round(width / zoom), round(height / zoom)
    down, across = np.arange(rows) % len(grey), np.arange(columns) % len(grey)
    patch = Image.fromarray(grey[np.ix_(down, across)])
    return np.asarray(patch.resize((width, height), Image.Resampling.LANCZOS), np.float32)


def receding(grey: Floats, width: int, height: int, *, horizon: float, zoom: float) -> Floats:
    """Lay a texture on the ground: the patch's top lies ``horizon`` rows below the horizon.

    Averaged over four samples a row, so that the far part does not glitter.
    """
    total: Floats = np.zeros((height, width), np.float32)
    for part in (0.125, 0.375, 0.625, 0.875):
        depth = zoom * height / (np.arange(height) + part + horizon)
        across = (np.arange(width) - width / 2)[np.newaxis, :] * depth[:, np.newaxis]
        down = np.broadcast_to((depth * height * 4)[:, np.newaxis], across.shape)
        total += grey[down.astype(int) % len(grey), across.astype(int) % len(grey)] / np.float32(4)
    return total


def noise(width: int, height: int, *, grain: int, seed: int, octaves: int = 5) -> Floats:
    """Return cloudy noise 0..1; ``grain`` is the size of its largest features in pixels."""
    dice = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        cell = max(1, grain >> octave)
        shape = (height // cell + 3, width // cell + 3)
        coarse = Image.fromarray(dice.random(shape, dtype=np.float32))
        size = (shape[1] * cell, shape[0] * cell)
        smooth = np.asarray(coarse.resize(size, Image.Resampling.BICUBIC))
        total += smooth[:height, :width] / 2**octave
    low, high = float(total.min()), float(total.max())
    return (total - low) / (high - low)


def gradient(width: int, height: int, top: Colour, bottom: Colour) -> Floats:
    """Return a vertical gradient."""
    share = np.linspace(0, 1, height, dtype=np.float32)[:, np.newaxis, np.newaxis]
    column = np.array(top, np.float32) * (1 - share) + np.array(bottom, np.float32) * share
    return np.broadcast_to(column, (height, width, 3)).copy()
