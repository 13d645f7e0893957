"""The front garden: lawn, a low brick wall, the pavement behind it, houses and trees beyond."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from consentry.simcam.cutout import astronaut
from consentry.simcam.foliage import Leaves, bush
from consentry.simcam.scene import HEIGHT, WIDTH, Plant, Scene, Visitor, as_picture
from consentry.simcam.texture import (
    Floats,
    flat,
    gradient,
    noise,
    photographed,
    receding,
    tinted,
)

_STREET, _COPING, _WALL, _LAWN = 318, 428, 446, 552
"""Rows where the street, the wall's coping, its bricks and the lawn begin."""


def garden() -> Scene:
    """Paint the scene; takes about a second."""
    painted = _sky()
    _beyond(painted)
    asphalt = receding(photographed("gravel"), WIDTH, _COPING - _STREET, horizon=30, zoom=2.2)
    painted[_STREET:_COPING] = tinted(asphalt, (118, 116, 114), contrast=9)
    painted[_STREET : _STREET + 8] *= 0.8
    _wall(painted)
    _lawn(painted)
    return Scene(
        name="garden",
        background=as_picture(painted),
        plants=(
            Plant(bush(230, 300, Leaves(520, 34, 0.22, (96, 132, 62), 5)), -60, 440, 13),
            Plant(bush(190, 210, Leaves(420, 26, 0.25, (110, 138, 70), 9)), 1100, 480, 10, 2.0),
        ),
        visitor=Visitor(astronaut(290), bottom=_COPING + 40, step=7),
        front_top=_COPING,
        light=None,
        cloud_depth=0.30,
    )


def _sky() -> Floats:
    sky = gradient(WIDTH, HEIGHT, (126, 168, 214), (226, 232, 236))
    clouds = noise(WIDTH, 330, grain=260, seed=3)[..., np.newaxis]
    cover = np.clip((clouds - 0.5) * 2.6, 0, 0.85)
    sky[:330] = sky[:330] * (1 - cover) + np.array((246, 247, 249), np.float32) * cover
    return sky


def _beyond(painted: Floats) -> None:
    """Paint houses and trees across the street, a little out of focus."""
    image = Image.fromarray(as_picture(painted))
    draw = ImageDraw.Draw(image)
    for left, right, roof, colour in (
        (-40, 300, 150, (196, 184, 166)),
        (420, 760, 166, (178, 150, 128)),
        (930, 1330, 142, (204, 198, 188)),
    ):
        draw.rectangle((left, roof + 60, right, _STREET), fill=colour)
        draw.polygon(
            [
                (left - 18, roof + 62),
                (left + 60, roof),
                (right - 60, roof),
                (right + 18, roof + 62),
            ],
            fill=(112, 74, 62),
        )
        for x in range(left + 30, right - 40, 84):
            draw.rectangle((x, roof + 84, x + 44, roof + 134), fill=(238, 238, 234))
            draw.rectangle((x + 4, roof + 88, x + 40, roof + 130), fill=(78, 92, 106))
    houses = np.asarray(image.filter(ImageFilter.GaussianBlur(1.6)), np.float32)
    painted[:_STREET] = houses[:_STREET]
    trees = noise(WIDTH, _STREET, grain=90, seed=11)
    crowns = noise(WIDTH, _STREET, grain=300, seed=21)[200][np.newaxis, :]
    rows = np.arange(_STREET)[:, np.newaxis]
    cover = np.clip((rows - (280 - 210 * np.clip(crowns - 0.52, 0, 1) * 2 - 40 * trees)) / 4, 0, 1)
    green = np.array((74, 98, 56), np.float32) * (0.55 + 0.75 * trees[..., np.newaxis])
    painted[:_STREET] += (green - painted[:_STREET]) * cover[..., np.newaxis]


def _wall(painted: Floats) -> None:
    height = _LAWN - _WALL
    rows, columns = np.mgrid[:height, :WIDTH]
    course = rows // 18
    along = columns + course % 2 * 29
    joint = (rows % 18 < 2) | (along % 58 < 2)  # noqa: PLR2004 - two pixels of mortar
    shade = 0.86 + 0.26 * (np.sin((along // 58 * 7 + course * 131) * 12.9898) * 43758.5453 % 1)
    rough = flat(photographed("brick"), WIDTH, height, zoom=0.9)
    clay = tinted(rough, (150, 88, 70), contrast=7) * shade[..., np.newaxis]
    mortar = np.array((172, 164, 152), np.float32)
    painted[_WALL:_LAWN] = np.where(joint[..., np.newaxis], mortar, clay)
    stone = noise(WIDTH, _WALL - _COPING, grain=40, seed=2)[..., np.newaxis]
    painted[_COPING:_WALL] = np.array((186, 180, 170), np.float32) * (0.85 + 0.2 * stone)
    painted[_WALL : _WALL + 7] *= 0.62
    painted[_LAWN - 10 : _LAWN] *= 0.7


def _lawn(painted: Floats) -> None:
    height = HEIGHT - _LAWN
    blades = receding(photographed("grass"), WIDTH, height, horizon=110, zoom=1.4)
    lawn = tinted(blades, (96, 124, 58), contrast=26)
    lawn *= 0.85 + 0.3 * noise(WIDTH, height, grain=200, seed=8)[..., np.newaxis]
    stones = receding(photographed("gravel"), WIDTH, height, horizon=110, zoom=1.2)
    rows, columns = np.mgrid[:height, :WIDTH]
    middle, half = 690 + rows * 0.25, 70 + rows * 0.55
    edge = np.clip((half - np.abs(columns - middle)) / 9, 0, 1)[..., np.newaxis]
    path = tinted(stones, (176, 164, 146), contrast=24)
    painted[_LAWN:] = lawn * (1 - edge) + path * edge
