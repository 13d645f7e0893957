"""Packing of NAL units and reading of parameter sets, for any bytes at all."""

from hypothesis import given
from hypothesis import strategies as st

from consentry.fmp4 import annex_b, nal_units, parameter_sets, video_codec, video_track
from consentry.fmp4.video import ParameterSets
from consentry.model.errors import InputError

# a NAL unit holds no 00 00 00/01/02 and ends in a byte that is not zero
unit = (
    st.binary(min_size=1, max_size=4000)
    .map(lambda data: data.replace(b"\x00\x00", b"\x00\x07"))
    .map(lambda data: data + b"\x80")
)


@given(st.lists(unit, max_size=6))
def test_start_codes_split_where_they_were_joined(units: list[bytes]) -> None:
    """Any NAL units, long or short, come out of an Annex B stream as they went in."""
    assert nal_units(annex_b(units)) == units


@given(st.binary(max_size=9000))
def test_random_bytes_never_break_the_splitter(data: bytes) -> None:
    """Splitting agrees with the plain definition of a start code, whatever the bytes are."""
    pieces = data.split(b"\x00\x00\x01")[1:]
    wanted = [piece.rstrip(b"\x00") for piece in pieces]
    assert nal_units(data) == [piece for piece in wanted if piece]


@given(st.sampled_from(["h264", "hevc"]), st.binary(min_size=2, max_size=200))
def test_random_parameter_sets_are_refused_in_a_sentence(codec: str, data: bytes) -> None:
    """A camera that sends rubbish as parameter sets raises InputError and nothing else."""
    sps = b"\x67" + data if codec == "h264" else b"\x42\x01" + data
    sets = ParameterSets(codec, (b"\x40\x01\x0c",), (sps,), (b"\x68\xee",))
    try:
        track = video_track(sets, timescale=90000)
    except InputError:
        return
    assert track.width > 0
    assert track.height > 0


def test_parameter_sets_of_the_other_kind_are_kept() -> None:
    """A camera that repeats only its SPS keeps the PPS it sent before."""
    codec = video_codec("h264")
    before = parameter_sets(codec, [b"\x67one", b"\x68one", b"\x65picture"])
    newer = parameter_sets(codec, [b"\x67two"])
    assert before.merged(newer) == ParameterSets("h264", (), (b"\x67two",), (b"\x68one",))
