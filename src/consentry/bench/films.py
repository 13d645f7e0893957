"""What the bench's cameras show, encoded once and kept in the user's cache."""

from consentry.model.errors import IntegrityError
from consentry.simcam import Film, FilmSpec, film
from consentry.simcam.film_file import read_film, write_film
from consentry.simcam.programme import default_cache

MAIN = FilmSpec(
    width=1920, height=1080, fps=20, seconds=10, key_frame_s=2, bitrate=4_000_000, noise=0.4
)
"""1080p, 20 fps, 4 Mbit/s: what the reference figures in the design were measured with."""

SUB = FilmSpec(width=640, height=360, fps=10, seconds=10, key_frame_s=2, bitrate=400_000)


def kept_film(spec: FilmSpec) -> Film:
    """Return the film of ``spec`` from the cache, encoding it the first time."""
    name = f"bench-{spec.width}x{spec.height}-{spec.fps}-{spec.bitrate}-{spec.seconds}.film"
    path = default_cache() / name
    try:
        return read_film(path)
    except (OSError, IntegrityError):
        made = film(spec)
        write_film(made, path)
        return made
