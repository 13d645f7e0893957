"""Films on disk, so that a scene is painted and encoded once per machine and not at every demo.

    "SIMFILM1" | u32 length of the header | header: JSON | chunks, back to back | SHA-256

The header lists each track's parameters and, per unit, (dts, pts, key, sizes of its chunks).
"""

import hashlib
import json
import os
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TypedDict

from consentry.model.errors import IntegrityError
from consentry.simcam.film import Film, Track, Unit

_MAGIC = b"SIMFILM1"
_DIGEST = 32


class _TrackHeader(TypedDict):
    codec: str
    clock: int
    length: int
    channels: int
    parameter_sets: list[str]
    config: str
    units: list[tuple[int, int, bool, list[int]]]


def write_film(film: Film, path: Path) -> None:
    """Write beside and rename, so that a reader finds a whole file or none."""
    headers = [_header(track) for track in film.tracks]
    text = json.dumps(headers, separators=(",", ":")).encode()
    chunks = [chunk for t in film.tracks for unit in t.units for chunk in unit.chunks]
    data = b"".join((_MAGIC, len(text).to_bytes(4, "big"), text, *chunks))
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")  # others may be writing the same
    fresh.write_bytes(data + hashlib.sha256(data).digest())
    fresh.replace(path)


def read_film(path: Path) -> Film:
    """Read a film; raises IntegrityError when the file is not whole, OSError when not there."""
    raw = path.read_bytes()
    data, digest = raw[:-_DIGEST], raw[-_DIGEST:]
    if not data.startswith(_MAGIC) or hashlib.sha256(data).digest() != digest:
        message = f"{path} is no whole film."
        raise IntegrityError(message)
    start = len(_MAGIC) + 4
    end = start + int.from_bytes(data[start - 4 : start], "big")
    headers: list[_TrackHeader] = json.loads(data[start:end])
    tracks = []
    for header in headers:
        track, end = _track(header, data, end)
        tracks.append(track)
    return Film(tuple(tracks))


def _header(track: Track) -> _TrackHeader:
    return {
        "codec": track.codec,
        "clock": track.clock,
        "length": track.length,
        "channels": track.channels,
        "parameter_sets": [each.hex() for each in track.parameter_sets],
        "config": track.config.hex(),
        "units": [(u.dts, u.pts, u.key, [len(chunk) for chunk in u.chunks]) for u in track.units],
    }


def _track(header: _TrackHeader, data: bytes, at: int) -> tuple[Track, int]:
    units = []
    for dts, pts, key, sizes in header["units"]:
        ends = list(accumulate(sizes, initial=at))
        units.append(Unit(dts, pts, key, tuple(data[a:b] for a, b in pairwise(ends))))
        at = ends[-1]
    track = Track(
        codec=header["codec"],
        clock=header["clock"],
        length=header["length"],
        units=tuple(units),
        parameter_sets=tuple(bytes.fromhex(each) for each in header["parameter_sets"]),
        config=bytes.fromhex(header["config"]),
        channels=header["channels"],
    )
    return track, at
