"""Main and sub stream of one camera show the same moment at the same time: boxes fit the picture.

What the detector sees on the sub stream is drawn over the main stream's recording.
"""

import io

import av
import numpy as np

from consentry.fmp4 import init_segment
from consentry.model.media import TrackKind
from consentry.model.time import SECOND
from consentry.simcam import FilmSpec, SimulatedCameras, film
from tests.ingest.watching import Watched, Watching

LOOP = 4
"""Seconds in which the card's mark goes from left to right."""
MAIN = FilmSpec(width=640, height=360, fps=20, seconds=LOOP)
SUB = FilmSpec(width=320, height=180, fps=10, seconds=LOOP)
WITHIN = 1 / SUB.fps
"""Seconds: a picture may wait for the one after it, on the slower stream as long as this."""
ATTEMPTS = 8
"""A busy machine may hold back every packet of one stream's first half second, not every time."""


def lead(watched: Watched) -> float:
    """Return how far the stream's clock is ahead of its pictures, in seconds modulo the loop.

    Where the mark is tells which moment of the film a picture shows.
    """
    run = watched.runs[0]
    fragments = (part.data for part in watched.by_run()[0])
    movie = b"".join((init_segment(run.init, (TrackKind.VIDEO,)), *fragments))
    leads = []
    with av.open(io.BytesIO(movie), "r") as container:
        for frame in container.decode(video=0):
            gray = frame.to_ndarray(format="gray")
            side = frame.height // 6
            row = gray[side + 4 : 2 * side - 4].astype(float).mean(axis=0)
            left = np.flatnonzero(row > (row.max() + np.median(row)) / 2).mean() - (side - 1) / 2
            shows = LOOP * left / (frame.width - side)
            leads.append(run.start / SECOND + (frame.time or 0.0) - shows)
    turns = np.exp(2j * np.pi * np.array(leads) / LOOP)
    return float(np.angle(turns.mean()) * LOOP / (2 * np.pi))


def shift(server: SimulatedCameras) -> float:
    """Connect to both streams; return how much later the recording of the main one shows it all."""
    both = [Watching(server.url(f"door/{name}"), seconds=60) for name in ("main", "sub")]
    for watching in both:
        watching.start()
    for watching in both:
        watching.wait_for_parts(30)
        watching.stop.set()
    for watching in both:
        watching.join()
    main, sub = (lead(watching.watched) for watching in both)
    return (main - sub + LOOP / 2) % LOOP - LOOP / 2


def test_both_streams_show_a_moment_at_the_same_time() -> None:
    """What both recordings of a camera show at one time differs by no more than one picture."""
    found: list[float] = []
    with SimulatedCameras({"door/main": film(MAIN), "door/sub": film(SUB)}) as server:
        while len(found) < ATTEMPTS and not any(abs(each) <= WITHIN for each in found):
            found.append(shift(server))
    assert min(abs(each) for each in found) <= WITHIN, found
