"""The sound of a quiet room: a low hum, soft noise that swells, a clock that ticks."""

import numpy as np
from numpy.typing import NDArray

RATE = 16_000


def ambience(seconds: int) -> NDArray[np.float32]:
    """Return mono samples at 16 kHz, peaks under 0.2, that loop without a click."""
    count = seconds * RATE
    time = np.arange(count) / RATE
    dice = np.random.default_rng(2)
    spectrum = np.fft.rfft(dice.standard_normal(count))
    pitch = np.fft.rfftfreq(count, 1 / RATE)
    # Filtered on the circle, so that the end runs into the beginning.
    soft = np.fft.irfft(spectrum / (1 + (pitch / 400) ** 2), count)
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * time * 2 / seconds)
    hum = 0.01 * np.sin(2 * np.pi * 100 * time)
    tick = np.exp(-(time % 1.0) * 400) * np.sin(2 * np.pi * 2400 * time)
    mixed = 0.03 * soft / np.abs(soft).max() * swell + hum + 0.1 * tick
    return np.asarray(mixed, np.float32)
