"""Files for strangers: what is in them is what they show, and nothing else."""

import io
import re
from dataclasses import replace

import av
import pytest

from consentry import fmp4
from consentry.model.errors import InputError
from consentry.model.media import Init, Part, TrackKind
from consentry.model.time import SECOND, Micros, Span
from consentry.store import export
from tests.store.film import FPS, START, Film, every_picture, film, numbers
from tests.store.house import DOOR, House

MAKER = b"SERIAL-4711 GPS 52.52,13.40"


def bare(house: House, start: float, end: float, *, sound: bool = False) -> bytes:
    """Return the bare file of a stretch of the film."""
    span = Span(Micros(START + round(start * SECOND)), Micros(START + round(end * SECOND)))
    plan = export.plan_bare(house.footage, DOOR, span, sound=sound)
    content = b"".join(plan.chunks())
    assert len(content) == plan.size
    assert plan.lead == 0
    return content


def chatty(plain: Film) -> Film:
    """Return a film whose maker writes a message (SEI) and an unknown unit into each picture."""
    message = bytes([6, 5, len(MAKER) + 16]) + bytes(16) + MAKER + b"\x80"
    unknown = bytes([30]) + MAKER

    def told(part: Part) -> Part:
        units = [message, *fmp4.split_length_prefixed(part.sample), unknown]
        data = fmp4.fragment(
            part.kind,
            fmp4.length_prefixed(units),
            sequence=0,
            dts=part.dts,
            cts_offset=part.cts_offset,
            duration=part.duration,
            key=part.key,
        )
        return replace(part, data=data)

    parts = (told(part) if part.kind is TrackKind.VIDEO else part for part in plain.parts)
    return Film(plain.run, tuple(parts))


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("b_frames", [0, 2])
def test_every_picture_in_it_is_numbers(house: House, codec: str, b_frames: int) -> None:
    """Whoever ignores edit lists and crops sees the same pictures as everybody else."""
    house.record(film(seconds=12, codec=codec, b_frames=b_frames))
    content = bare(house, 5.3, 8.0)
    assert every_picture(content) == numbers(content)
    assert numbers(content)[: 3 * FPS] == list(range(4 * FPS, 7 * FPS))
    assert b"elst" not in content


def test_sound_is_only_there_when_chosen(house: House) -> None:
    """Without sound there is no second track; with it, it begins with the picture."""
    house.record(film(seconds=12, audio="aac"))
    with av.open(io.BytesIO(bare(house, 5.3, 8.0)), "r") as silent:
        assert [stream.type for stream in silent.streams] == ["video"]
    content = bare(house, 5.3, 8.0, sound=True)
    assert b"elst" not in content
    with av.open(io.BytesIO(content), "r") as loud:
        assert sorted(stream.type for stream in loud.streams) == ["audio", "video"]
        frames = list(loud.decode(audio=0))
        assert frames[0].time == 0
        last = frames[-1]
        assert abs((last.time or 0) + last.samples / last.sample_rate - 4.0) < 0.15


@pytest.mark.parametrize("entry", [4, 60])
def test_sound_that_comes_late_begins_no_earlier(house: House, entry: int) -> None:
    """Of a camera whose sound lags behind nothing is heard of before the first picture.

    In the middle of a segment, and where one begins with the sound of the one before.
    """
    whole = film(seconds=66, audio="aac")
    late = SECOND // 2
    parts = [
        replace(part, arrival=Micros(part.arrival + late)) if part.kind is TrackKind.AUDIO else part
        for part in whole.parts
    ]
    parts.sort(key=lambda part: part.arrival)
    house.record(Film(whole.run, tuple(parts)))
    content = bare(house, entry + 1.3, entry + 4.0, sound=True)
    assert numbers(content)[0] == entry * FPS
    assert whole.run.init.audio is not None
    first = entry * whole.run.init.audio.timescale
    sounds = [part for part in whole.parts if part.kind is TrackKind.AUDIO]
    with av.open(io.BytesIO(content), "r") as container:
        heard = next(container.demux(audio=0))
        assert bytes(heard) == next(part.sample for part in sounds if part.dts >= first)


def test_sound_in_opus_becomes_aac(house: House) -> None:
    """Phones play AAC: Opus is transcoded here, too."""
    house.record(film(seconds=8, audio="opus"))
    content = bare(house, 2.0, 6.0, sound=True)
    assert b"elst" not in content
    with av.open(io.BytesIO(content), "r") as container:
        assert container.streams.audio[0].codec_context.name == "aac"
        assert next(container.decode(audio=0)).time == 0


def test_messages_of_the_maker_stay_at_home(house: House) -> None:
    """Serial numbers and places that cameras write beside the pictures are left out."""
    house.record(chatty(film(seconds=6)))
    content = bare(house, 1.0, 5.0)
    assert MAKER not in content
    assert numbers(content) == list(range(5 * FPS))


def test_a_hidden_border_is_refused(house: House) -> None:
    """Where pictures go on beyond their edge a stream copy would show more than the preview."""
    plain = film(seconds=4)
    video = plain.run.init.video
    sets = fmp4.read_extradata("h264", video.extradata)
    cropped = fmp4.video_track(
        replace(sets, sps=(_cropped_by_32_rows(sets.sps[0]),)), timescale=video.timescale
    )
    assert fmp4.hidden_border("h264", cropped.extradata) == 32
    house.record(Film(replace(plain.run, init=Init(cropped)), plain.parts))
    with pytest.raises(InputError, match="beyond the edge"):
        bare(house, 0.0, 4.0)


def _cropped_by_32_rows(sps: bytes) -> bytes:
    """Set frame_cropping_flag with 16 units of two rows at the bottom (H.264 7.3.2.1.1)."""
    bits = "".join(f"{octet:08b}" for octet in sps[1:].replace(b"\0\0\3", b"\0\0"))
    at = _crop_flag(bits)
    assert bits[at] == "0"
    # ue(0) three times for left, right, top; ue(16) is 000010001
    changed = bits[:at] + "1" + "111" + "000010001" + bits[at + 1 :]
    changed += "0" * (-len(changed) % 8)
    body = bytes(int(changed[i : i + 8], 2) for i in range(0, len(changed), 8))
    return sps[:1] + re.sub(rb"\0\0(?=[\0-\3])", b"\0\0\3", body)


def _crop_flag(bits: str) -> int:
    """Return where frame_cropping_flag stands, in a set of x264's baseline profile."""
    at = 24

    def ue() -> int:
        nonlocal at
        zeros = len(bits[at:]) - len(bits[at:].lstrip("0"))
        value = int(bits[at + zeros : at + 2 * zeros + 1], 2) - 1
        at += 2 * zeros + 1
        return value

    ue()  # seq_parameter_set_id
    ue()  # log2_max_frame_num_minus4
    if ue() == 0:  # pic_order_cnt_type
        ue()
    ue()  # max_num_ref_frames
    at += 1
    ue()  # pic_width_in_mbs_minus1
    ue()  # pic_height_in_map_units_minus1
    assert bits[at] == "1"  # frame_mbs_only_flag
    return at + 2  # behind direct_8x8_inference_flag
