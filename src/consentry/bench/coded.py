"""A film whose pictures carry their number as black and white blocks, readable after any codec.

The top left corner holds 16 blocks of 32 x 32 pixels: eight bits of the number, then the same
inverted, so that a half-painted or foreign picture is not taken for a number.
"""

from collections.abc import Iterator

import numpy as np

from consentry.simcam import Film
from consentry.simcam.encode import Rgb, VideoCoding, encode_video

FPS, PICTURES = 20, 240
"""Twelve seconds: the number says which moment of the loop a picture is."""
LOOP_S = PICTURES / FPS
_BLOCK, _BITS = 32, 8
_WIDTH, _HEIGHT = 1280, 720

READ_NUMBER = """
(video) => {
  const canvas = (window.__canvas ??= new OffscreenCanvas(16, 1));
  const context = (window.__context ??= canvas.getContext('2d', { willReadFrequently: true }));
  const scale = video.videoWidth / 1280;
  for (let i = 0; i < 16; i++)
    context.drawImage(video, (i * 32 + 12) * scale, 12 * scale, 8 * scale, 8 * scale, i, 0, 1, 1);
  const pixels = context.getImageData(0, 0, 16, 1).data;
  let number = 0;
  for (let i = 0; i < 8; i++) {
    const bit = pixels[4 * i] > 128, inverse = pixels[4 * (i + 8)] > 128;
    if (bit === inverse) return -1;
    number |= bit << i;
  }
  return number;
}
"""
"""JavaScript: the number of the picture a video element shows, or -1."""


def coded_film(*, key_frame_s: float) -> Film:
    """Encode the film at 720p, 2 Mbit/s."""
    coding = VideoCoding("h264", fps=FPS, bitrate=2_000_000, key_frame_s=key_frame_s)
    return Film((encode_video(_pictures(), coding),))


def _pictures() -> Iterator[Rgb]:
    down = np.linspace(40, 180, _HEIGHT)[:, np.newaxis, np.newaxis]
    plain: Rgb = np.broadcast_to(down, (_HEIGHT, _WIDTH, 3)).astype(np.uint8)
    for number in range(PICTURES):
        picture = plain.copy()
        for place in range(2 * _BITS):
            bit = number >> place % _BITS & 1
            on = bit != place // _BITS
            left = place * _BLOCK
            picture[:_BLOCK, left : left + _BLOCK] = 255 if on else 0
        picture[400:440, number * 5 : number * 5 + 60] = 230
        yield picture
