"""What the demo's cameras show: scenes encoded piece by piece and strung together.

Only the different happenings are painted and encoded (28 s of a camera's 96 s); calm ones repeat by
reference. Pieces are encoded by all cores and kept as files, keyed by what went into them.
"""

import fcntl
import hashlib
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache, reduce
from pathlib import Path

import numpy as np
from PIL import Image

from consentry.model.errors import IntegrityError
from consentry.simcam import cutout, encode, foliage, garden, parlour, scene, texture
from consentry.simcam.ambience import ambience
from consentry.simcam.encode import Rgb, VideoCoding, encode_audio, encode_video
from consentry.simcam.film import Film
from consentry.simcam.film_file import read_film, write_film
from consentry.simcam.scene import HEIGHT, WIDTH, Happening, Scene

_SCENES = {"garden": garden.garden, "parlour": parlour.parlour}
_PAINTERS = (cutout, encode, foliage, garden, parlour, scene, texture)
"""Modules whose text decides how a piece looks."""

_MAIN = VideoCoding("h264", fps=20, bitrate=2_000_000, key_frame_s=2.0)
_SUB = VideoCoding("h264", fps=10, bitrate=400_000, key_frame_s=2.0)

_C, _V, _D, _F = Happening.CALM, Happening.VISIT, Happening.CLOUD, Happening.FLICKER
Programmes = Mapping[str, tuple[Happening, ...]]
"""What happens one after the other in each scene."""

PROGRAMMES: Programmes = {
    "garden": (_C, _C, _C, _C, _C, _V, *[_C] * 4, _D, _C, _C, _C, _F, *[_C] * 6),
    "parlour": (*[_C] * 9, _V, _C, _C, _D, _C, _C, _F, *[_C] * 5),
}
"""The person comes 20 s after the start, the cat after 36 s; both again every 96 s."""
NOBODY: Programmes = {
    name: tuple(what for what in programme if what is not _V)
    for name, programme in PROGRAMMES.items()
}
"""The same without visitors: the plant sways, a cloud passes, a lamp flickers."""

Progress = Callable[[int, int], None]
"""Called with (pieces ready, pieces in all)."""


@dataclass(frozen=True, slots=True)
class CameraFilms:
    """The two streams of one demo camera."""

    main: Film
    sub: Film


@dataclass(frozen=True, slots=True)
class Piece:
    """One happening in one scene, encoded in both sizes."""

    scene: str
    happening: Happening

    def file_name(self, size: str) -> str:
        """Return the cache file's name: it changes with the painters' text."""
        return f"{self.scene}-{self.happening}-{size}-{_painters_digest()}.film"


def demo_films(
    cache: Path | None,
    progress: Progress,
    programmes: Programmes = PROGRAMMES,
) -> dict[str, CameraFilms]:
    """Return the demo's films by scene; pieces come from ``cache`` or are encoded now.

    Another demo that is just painting them is waited for.
    """
    pieces = [Piece(name, what) for name in PROGRAMMES for what in Happening]
    ready: dict[Piece, CameraFilms] = {}
    with _alone(cache):
        for piece in pieces:
            found = _from_cache(cache, piece)
            if found:
                ready[piece] = found
        progress(len(ready), len(pieces))
        for piece, films in _encoded([piece for piece in pieces if piece not in ready]):
            ready[piece] = films
            _to_cache(cache, piece, films)
            progress(len(ready), len(pieces))
    return {name: _strung(name, programme, ready) for name, programme in programmes.items()}


@contextmanager
def _alone(cache: Path | None) -> Iterator[None]:
    """Hold the cache's lock inside the context, where there can be one."""
    with ExitStack() as stack:
        with suppress(OSError):
            if cache is not None:
                cache.mkdir(parents=True, exist_ok=True)
                fcntl.flock(stack.enter_context((cache / "lock").open("wb")), fcntl.LOCK_EX)
        yield


def default_cache() -> Path:
    """Return the folder for what can be made again, as the XDG specification says."""
    root = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(root).expanduser() / "consentry" / "demo"


def _encoded(pieces: list[Piece]) -> Iterator[tuple[Piece, CameraFilms]]:
    if not pieces:
        return
    longest_first = sorted(pieces, key=lambda piece: -piece.happening.seconds)
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        yield from pool.imap_unordered(encode_piece, longest_first)


def encode_piece(piece: Piece) -> tuple[Piece, CameraFilms]:
    """Paint and encode one piece."""
    pictures = list(_pictures(_scene(piece.scene), piece.happening))
    main = encode_video(pictures, _MAIN)
    step = _MAIN.fps // _SUB.fps
    sub = encode_video((_halved(picture) for picture in pictures[::step]), _SUB)
    return piece, CameraFilms(Film((main,)), Film((sub,)))


@lru_cache
def _scene(name: str) -> Scene:
    return _SCENES[name]()


def _pictures(place: Scene, happening: Happening) -> Iterator[Rgb]:
    for number in range(happening.seconds * _MAIN.fps):
        yield place.picture(happening, number / _MAIN.fps)


def _halved(picture: Rgb) -> Rgb:
    size = (WIDTH // 2, HEIGHT // 2)
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX))


def _strung(
    name: str, programme: tuple[Happening, ...], ready: Mapping[Piece, CameraFilms]
) -> CameraFilms:
    pieces = [ready[Piece(name, what)] for what in programme]
    main = reduce(Film.then, (each.main for each in pieces))
    sub = reduce(Film.then, (each.sub for each in pieces))
    if name == "parlour":
        main = Film((*main.tracks, encode_audio(ambience(16), "aac", 16_000)))
    return CameraFilms(main, sub)


@lru_cache
def _painters_digest() -> str:
    texts = (Path(module.__file__ or "").read_bytes() for module in _PAINTERS)
    return hashlib.sha256(b"".join((*texts, repr((_MAIN, _SUB)).encode()))).hexdigest()[:16]


def _from_cache(cache: Path | None, piece: Piece) -> CameraFilms | None:
    if cache is None:
        return None
    try:
        main, sub = (read_film(cache / piece.file_name(size)) for size in ("main", "sub"))
    except (OSError, IntegrityError):
        return None
    return CameraFilms(main, sub)


def _to_cache(cache: Path | None, piece: Piece, films: CameraFilms) -> None:
    if cache is None:
        return
    try:
        write_film(films.main, cache / piece.file_name("main"))
        write_film(films.sub, cache / piece.file_name("sub"))
    except OSError:  # a full or read-only home costs the next start some seconds, no more
        return
