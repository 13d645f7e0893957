"""The painted scenes, their programme, and films kept as files."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from consentry.model.errors import IntegrityError
from consentry.simcam import Film
from consentry.simcam.ambience import RATE, ambience
from consentry.simcam.film_file import read_film, write_film
from consentry.simcam.garden import garden
from consentry.simcam.parlour import parlour
from consentry.simcam.programme import PROGRAMMES, Piece, encode_piece
from consentry.simcam.scene import CALM, Happening, Scene
from consentry.simcam.testcard import FilmSpec, film


@pytest.fixture(scope="module", params=[garden, parlour], ids=["garden", "parlour"])
def scene(request: pytest.FixtureRequest) -> Scene:
    """Paint each scene once."""
    made = request.param()
    assert isinstance(made, Scene)
    return made


def test_a_scene_is_the_same_after_a_calm_piece(scene: Scene) -> None:
    """Calm repeats exactly but for the sensor's noise, so that pieces join without a jump."""
    start, end = (scene.picture(Happening.CALM, t).astype(int) for t in (0.0, float(CALM)))
    assert np.abs(start - end).max() <= 6
    for happening in Happening:
        assert happening.seconds % CALM == 0


def test_plants_sway_while_nothing_happens(scene: Scene) -> None:
    """In a calm piece some pixels change by much, most not at all."""
    one, other = (scene.picture(Happening.CALM, t).astype(int) for t in (0.0, 0.5))
    moved = (np.abs(one - other).max(axis=2) > 20).mean()
    assert 0.001 < moved < 0.1


def test_a_visitor_enters_and_leaves(scene: Scene) -> None:
    """The visitor is outside the picture at both ends of its piece, and large in the middle."""
    calm = scene.picture(Happening.CALM, 0.0).astype(int)
    seconds = Happening.VISIT.seconds
    shares = []
    for time in (0.0, seconds / 2, float(seconds)):
        seen = scene.picture(Happening.VISIT, time).astype(int)
        shares.append((np.abs(seen - calm).max(axis=2) > 20).mean())
    assert shares[0] < 0.01 > shares[2]
    assert shares[1] > 0.03


def test_every_programme_joins_whole_loops() -> None:
    """All programmes are equally long, calm at both ends, and have one visit each."""
    lengths = {sum(h.seconds for h in programme) for programme in PROGRAMMES.values()}
    assert lengths == {96}
    for programme in PROGRAMMES.values():
        assert programme[0] is programme[-1] is Happening.CALM
        assert programme.count(Happening.VISIT) == 1


def test_a_piece_is_encoded_in_both_sizes() -> None:
    """A piece begins with a key frame in both streams and lasts what it says."""
    _, films = encode_piece(Piece("parlour", Happening.FLICKER))
    for made, size in ((films.main, (1280, 720)), (films.sub, (640, 360))):
        track = made.tracks[0]
        assert track.units[0].key
        assert Fraction(track.length, track.clock) == Happening.FLICKER.seconds
        decoder = av.CodecContext.create("h264", "r")
        data = b"".join(b"\0\0\0\1" + chunk for chunk in track.units[0].chunks)
        frame = next(iter([*decoder.decode(av.Packet(data)), *decoder.decode(None)]))
        assert (frame.width, frame.height) == size


def test_a_film_survives_its_file(tmp_path: Path) -> None:
    """A film written and read is the same film, and a damaged file is refused."""
    path = tmp_path / "cache" / "one.film"
    made = film(FilmSpec(width=160, height=96, seconds=1, audio="aac"))
    write_film(made, path)
    assert read_film(path) == made
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(IntegrityError, match="no whole film"):
        read_film(path)


def test_a_film_goes_on_without_a_hole() -> None:
    """Joined films have evenly spaced units across the joint."""
    one = film(FilmSpec(width=160, height=96, fps=10, seconds=1))
    joined = one.then(one)
    times = [unit.dts for unit in joined.tracks[0].units]
    assert set(np.diff(times)) == {9000}
    assert joined.tracks[0].length == 2 * one.tracks[0].length
    assert joined == Film((joined.tracks[0],))


def test_the_room_is_quiet_and_loops() -> None:
    """The ambience never gets loud, and its end runs into its beginning."""
    sound = ambience(4)
    assert len(sound) == 4 * RATE
    assert 0.01 < float(np.abs(sound).max()) < 0.2
    assert abs(float(sound[0] - sound[-1])) < 0.1
