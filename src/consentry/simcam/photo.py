"""The photographs scikit-image carries, read without importing it (that alone would take 0.3 s)."""

from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from consentry.model.errors import InputError


def photo(name: str) -> NDArray[np.uint8]:
    """Return a bundled photo: [height, width, 3], or [height, width] for a grey one.

    Raises InputError when scikit-image, which only the demo needs, is not installed.
    """
    try:
        with (files("skimage.data") / f"{name}.png").open("rb") as file:
            return np.asarray(Image.open(file))
    except (ModuleNotFoundError, FileNotFoundError) as error:
        message = (
            "The demo's pictures come with scikit-image, which is not installed: "
            "pip install 'consentry[demo]'"
        )
        raise InputError(message) from error
