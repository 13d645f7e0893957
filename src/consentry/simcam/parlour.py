"""The living room: window, sofa, lamp, a picture on the wall, planks; a cat passes the camera."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from consentry.simcam.cutout import cat
from consentry.simcam.foliage import Leaves, pot_plant
from consentry.simcam.scene import HEIGHT, WIDTH, Plant, Scene, Visitor, as_picture
from consentry.simcam.texture import Floats, gradient, noise

_FLOOR = 470
"""Row where the floor begins."""


def parlour() -> Scene:
    """Paint the scene; takes about a second."""
    painted = gradient(WIDTH, HEIGHT, (206, 198, 182), (190, 180, 162))
    painted *= 0.97 + 0.06 * noise(WIDTH, HEIGHT, grain=180, seed=4)[..., np.newaxis]
    _floor(painted)
    image = Image.fromarray(as_picture(painted))
    _furniture(image)
    painted = np.asarray(image.filter(ImageFilter.GaussianBlur(1.1)), np.float32).copy()
    _light(painted)
    return Scene(
        name="parlour",
        background=as_picture(painted),
        plants=(Plant(pot_plant(400, 250, Leaves(26, 220, 0.09, (84, 120, 64), 3)), -40, 190, 8),),
        visitor=Visitor(cat(350), bottom=HEIGHT + 16, step=8),
        front_top=HEIGHT,
        light=(1000, 120, WIDTH, 470),
        cloud_depth=0.22,
    )


def _floor(painted: Floats) -> None:
    """Lay planks that run away from the camera, each of its own shade."""
    height = HEIGHT - _FLOOR
    rows, columns = np.mgrid[:height, :WIDTH].astype(np.float32)
    depth = 420 / (rows + 120)
    across = (columns - WIDTH / 2) * depth / 95
    down = depth * 9 + np.floor(across) * 0.37
    plank = np.floor(across) * 7.13 + np.floor(down / 6) * 3.71
    shade = 0.86 + 0.22 * (np.sin(plank * 12.9898) * 43758.5453 % 1)
    seam = np.minimum(across % 1, 1 - across % 1) < 0.012 * depth + 0.01
    grain = noise(WIDTH, height, grain=24, seed=6)
    wood = np.array((164, 122, 82), np.float32)
    light = shade * np.where(seam, 0.62, 1.0) * (0.92 + 0.16 * grain)
    daylight = 1 + 0.25 * np.exp(-(((columns - 470 - rows * 0.5) / 130) ** 2))
    painted[_FLOOR:] = wood * (light * daylight)[..., np.newaxis]


def _furniture(image: Image.Image) -> None:
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, _FLOOR - 16, WIDTH, _FLOOR), fill=(232, 228, 220))  # skirting
    _window(draw)
    _sofa(draw)
    draw.rectangle((640, 92, 800, 204), fill=(92, 70, 52))  # a picture on the wall
    draw.rectangle((650, 102, 790, 194), fill=(150, 176, 186))
    draw.polygon([(650, 194), (700, 136), (742, 170), (768, 150), (790, 194)], fill=(96, 118, 92))
    draw.rectangle((1136, 200, 1144, 486), fill=(70, 66, 62))  # the lamp
    draw.ellipse((1090, 478, 1190, 502), fill=(62, 58, 54))
    draw.polygon([(1096, 126), (1184, 126), (1216, 214), (1064, 214)], fill=(250, 226, 170))
    draw.polygon([(96, 424), (224, 424), (206, 540), (114, 540)], fill=(168, 96, 68))  # the pot
    draw.rectangle((88, 412, 232, 434), fill=(182, 108, 78))
    draw.ellipse((300, 560, 1010, 680), fill=(140, 84, 74))  # the rug
    draw.ellipse((330, 572, 980, 668), fill=(168, 116, 96))


def _window(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((300, 60, 560, 300), fill=(240, 238, 232))
    draw.rectangle((314, 74, 546, 286), fill=(196, 218, 236))
    draw.rectangle((314, 220, 546, 286), fill=(132, 156, 112))
    draw.rectangle((425, 74, 435, 286), fill=(240, 238, 232))
    for left, right in ((268, 330), (530, 592)):  # curtains
        for fold, x in enumerate(range(left, right, 12)):
            tone = (198, 176, 150) if fold % 2 else (184, 160, 134)
            draw.rectangle((x, 50, x + 12, 360), fill=tone)


def _sofa(draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((520, 290, 1010, 470), 34, fill=(86, 104, 122))
    for left in (566, 768):
        draw.rounded_rectangle((left, 316, left + 196, 440), 20, fill=(98, 118, 138))
        draw.rounded_rectangle((left, 420, left + 196, 480), 16, fill=(106, 126, 146))
    draw.rounded_rectangle((500, 370, 572, 520), 28, fill=(80, 98, 116))
    draw.rounded_rectangle((958, 370, 1030, 520), 28, fill=(80, 98, 116))
    draw.rectangle((540, 470, 990, 516), fill=(74, 90, 106))
    draw.rounded_rectangle((600, 330, 700, 420), 14, fill=(188, 142, 84))


def _light(painted: Floats) -> None:
    """Add the lamp's glow and darker corners."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    glow = np.exp(-(((columns - 1140) / 190) ** 2 + ((rows - 190) / 150) ** 2))
    painted += glow[..., np.newaxis] * np.array((44, 34, 10), np.float32)
    away = ((columns / WIDTH - 0.5) ** 2 + (rows / HEIGHT - 0.5) ** 2)[..., np.newaxis]
    painted *= 1.04 - 0.5 * away
