"""A person and a cat, cut at run time from photos that scikit-image bundles.

Nothing third-party is in our repository: the photos (NASA's portrait of Eileen Collins, public
domain; Stefan van der Walt's cat Chelsea, CC0) come with the ``demo`` extra. Both show only a part,
so the rest is drawn in their own colours: the astronaut gets legs that walk, the cat a body of her
own fur. Sprites are RGBA, float32, 0..1, premultiplied.
"""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from consentry.simcam.photo import photo

Sprite = NDArray[np.float32]
"""[height, width, 4], premultiplied alpha."""

_Point = tuple[float, float]

_ASTRONAUT: tuple[_Point, ...] = (
    (172, 118), (156, 100), (154, 68), (164, 42), (188, 22), (220, 16), (258, 20), (286, 40),
    (300, 72), (297, 104), (278, 126), (270, 148), (256, 172), (282, 190), (303, 222), (304, 240),
    (330, 252), (348, 272), (358, 320), (361, 346), (330, 360), (300, 390), (282, 425), (276, 470),
    (282, 511), (112, 511), (60, 511), (30, 470), (21, 440), (20, 400), (36, 300), (50, 270),
    (70, 240), (112, 212), (112, 190), (128, 164), (150, 152), (186, 150), (182, 128),
)  # fmt: skip
"""Outline of head and suit in the 512 x 512 portrait, without flag, shuttle and helmet."""

_CAT: tuple[_Point, ...] = (
    (40, 0), (330, 0), (392, 2), (398, 20), (384, 52), (366, 74), (364, 110), (366, 150),
    (356, 190), (330, 226), (318, 262), (292, 284), (262, 296), (200, 299),
    (120, 280), (64, 232), (36, 180), (30, 110),
)  # fmt: skip
"""Outline of the face in the 451 x 300 photo, whose upper edge cuts the ears."""


def _cut(picture: NDArray[np.uint8], outline: tuple[_Point, ...]) -> Image.Image:
    """Return the photo with everything outside the feathered outline transparent."""
    image = Image.fromarray(picture).convert("RGBA")
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    image.putalpha(mask.filter(ImageFilter.GaussianBlur(2.0)))
    return image


def _sprite(image: Image.Image, height: int) -> Sprite:
    """Scale to ``height`` rows and premultiply."""
    width = max(1, round(image.width * height / image.height))
    small: Sprite = np.asarray(image.resize((width, height), Image.Resampling.LANCZOS), np.float32)
    small = small / np.float32(255)
    small[..., :3] *= small[..., 3:]
    return small


def astronaut(height: int) -> Sprite:
    """Return a person from the hips up, ``height`` rows."""
    portrait = _cut(photo("astronaut"), _ASTRONAUT)
    # The helmet hides her left side; her right one, mirrored about the suit's middle, stands in.
    mirrored = portrait.transpose(Image.Transpose.FLIP_LEFT_RIGHT).crop((0, 300, 512, 512))
    whole = Image.new("RGBA", (512, 512))
    whole.paste(mirrored, (2 * _SUIT_MIDDLE - 512, 300), mirrored)
    whole.alpha_composite(portrait)
    return _sprite(whole.crop((10, 8, 410, 512)), height)


_SUIT_MIDDLE = 208


def cat(height: int) -> Sprite:
    """Return a cat walking to the right, cut off at the breast; ``height`` rows."""
    face = photo("chelsea")
    head = _cut(face, _CAT)
    whole = Image.new("RGBA", (1150, 560))
    left, top = 690, 90
    whole.alpha_composite(_body(face, whole.size))
    whole.alpha_composite(_ears(face, whole.size, left, top))
    whole.alpha_composite(head, (left, top))
    return _sprite(whole, height)


def _fur(face: NDArray[np.uint8], size: tuple[int, int]) -> Image.Image:
    """Return fur of the forehead, mirrored to any size: its stripes run across a cat's back."""
    patch = face[8:78, 110:250]
    across = np.concatenate([patch, patch[:, ::-1]], axis=1)
    both = np.concatenate([across, across[::-1]], axis=0)
    times = (size[1] // len(both) + 1, size[0] // both.shape[1] + 1, 1)
    return Image.fromarray(np.tile(both, times)[: size[1], : size[0]])


def _body(face: NDArray[np.uint8], size: tuple[int, int]) -> Image.Image:
    """Paint back, breast and a raised tail in fur, darker towards the belly."""
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((150, 200, 760, 800), fill=255)
    draw.ellipse((330, 205, 900, 800), fill=255)
    draw.ellipse((560, 190, 1000, 800), fill=255)
    spine = [(225 - 150 * math.sin(s * 1.2), 420 - 330 * s) for s in np.linspace(0, 1, 40)]
    for step, (x, y) in enumerate(spine):
        radius = 34 - step * 0.35
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    shade = np.linspace(1.0, 0.55, size[1])[:, np.newaxis, np.newaxis]
    fur = np.asarray(_fur(face, size), np.float32) * shade
    body = Image.fromarray(fur.astype(np.uint8)).convert("RGBA")
    body.putalpha(mask.filter(ImageFilter.GaussianBlur(4)))
    return body


def _ears(face: NDArray[np.uint8], size: tuple[int, int], left: int, top: int) -> Image.Image:
    """Complete the ears that the photo's upper edge cuts."""
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    for near, far, tip in ((38, 150, 52), (300, 396, 388)):
        draw.polygon(
            [(left + near, top + 12), (left + tip, top - 74), (left + far, top + 12)], fill=255
        )
    draw.chord((left + 34, top - 26, left + 394, top + 50), 180, 360, fill=255)  # and the crown
    ears = _fur(face, size).convert("RGBA")
    ears.putalpha(mask.filter(ImageFilter.GaussianBlur(2)))
    return ears
